"""The machine under QEMU, as Oracle's: its chassis tag, paravirtualised volumes, a serial console. Asked by SSH, as its
owner asks."""

import contextlib
import json
import shlex
import socket

import states
import witness
from cloud import WIRE, Failure, ended, run, wait_for
from internet import HARDWARE, INSTANCE

SIZE = "50G"
MACHINES = {
    # A processor without what costs a software emulation more than it saves, as AVX; with what saves it most.
    "amd64": ["qemu-system-x86_64", "-machine", "q35", "-cpu", "Nehalem,+aes,+pclmulqdq,+sha-ni"],
    # The core of the Ampere A1; the firmware hands on the chassis tag by which cloud-init knows Oracle.
    "arm64": ["qemu-system-aarch64", "-machine", "virt", "-cpu", "neoverse-n1"],
}
FIRMWARE = {"amd64": [], "arm64": ["-bios", "usr/share/qemu-efi-aarch64/QEMU_EFI.fd"]}
CONSOLES = {"amd64": "ttyS0", "arm64": "ttyAMA0"}
# An emulated processor leaks nothing by speculation, and what guards against it makes each call of the kernel ten times
# as slow there.
KERNEL = "net.ifnames=0 mitigations=off nokaslr"
# Of Debian's cloud images.
USER = "debian"


def device(path, disk):
    """A disk of the cloud, attached under the name that is the last part of its device path."""
    return f"scsi-hd,drive={disk},serial={path},id={path}"


class Instance:
    """The machine. Its disks outlive a restart, as in the cloud."""

    def __init__(self, cloud, state=None):
        self.cloud, self.user = cloud, USER
        # The steps of the host as the report has them.
        self.told = {}
        # The names of the volumes, as attached.
        self.volumes = sorted(volume["device"].rpartition("/")[2] for volume in cloud.host["volumes"].values() if "device" in volume)
        if state:
            states.load(cloud, state)
        else:
            self.renew()
            for volume in self.volumes:
                self.blank(volume)

    def renew(self):
        """A new boot disk, as of a new instance."""
        run("cp", "--sparse=always", self.cloud.image / "root.raw", self.disk("root"))

    def blank(self, name):
        run("truncate", "-s", SIZE, self.disk(name))

    def disk(self, name):
        return self.cloud.directory / f"{name}.raw"

    def disks(self):
        return sorted(self.cloud.directory.glob("*.raw"))

    def change(self, files):
        """Writes files to the boot disk of a machine that is off."""
        mounted = self.cloud.directory / "mounted"
        mounted.mkdir()
        run("mount", "-o", "loop", self.disk("root"), mounted)
        try:
            for path, text in files.items():
                (mounted / path).parent.mkdir(parents=True, exist_ok=True)
                (mounted / path).write_text(text)
        finally:
            run("umount", mounted)

    def emulator(self):
        """The programs of another Debian, by its own loader."""
        program, *machine = MACHINES[self.cloud.arch]
        root = self.cloud.emulator
        [loader] = root.glob("usr/lib/*-linux-gnu/ld-linux-*.so.*")
        firmware = [root / word if word.startswith("usr/") else word for word in FIRMWARE[self.cloud.arch]]
        return [loader, "--library-path", loader.parent, root / "usr/bin" / program,
                "-L", root / "usr/share/qemu", "-L", root / "usr/share/seabios", *machine, *firmware,
                "-accel", "tcg,thread=multi,tb-size=1024"]

    def boot(self, attached=None, kernel=""):
        """Starts the machine, with the volumes at their places, or with other disks at some: a disk for each path.
        `kernel` is put on the kernel's command line."""
        attached = {volume: volume for volume in self.volumes} if attached is None else attached
        drive = "if=none,format=raw,cache=unsafe,discard=unmap"
        command = [
            *self.emulator(), "-smp", "2", "-m", "8192", "-nographic",
            "-monitor", f"unix:{self.cloud.directory}/monitor,server,nowait",
            "-serial", f"file:{self.cloud.directory / 'console'}", "-smbios", "type=3,asset=OracleCloud.com", *witness.firmware(),
            "-device", "virtio-rng-pci", "-device", "virtio-scsi-pci",
            "-netdev", f"tap,id=net,ifname={WIRE},script=no,downscript=no",
            "-device", f"virtio-net-pci,netdev=net,mac={HARDWARE}",
            "-kernel", self.cloud.image / "vmlinuz", "-initrd", self.cloud.image / "initrd",
            "-append", f"root=LABEL=root console={CONSOLES[self.cloud.arch]} {KERNEL} {kernel}",
        ]
        for disk in self.disks():
            command += ["-drive", f"{drive},id={disk.stem},file={disk}"]
        command += ["-device", "virtio-blk-pci,drive=root"]
        for path, disk in attached.items():
            command += ["-device", device(path, disk)]
        self.cloud.start("machine", *command)

    def runs(self):
        return "machine" in self.cloud.processes

    def monitor(self, command):
        """What QEMU answers."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self.cloud.directory / "monitor"))
            monitor.sendall(f"{command}\n".encode())
            # It is done when the next prompt is there.
            said = b""
            while said.count(b"(qemu)") < 2:
                said += monitor.recv(4096)
        return said.decode(errors="replace")

    def attach(self, path, disk=None):
        """As in the console of the cloud, while the machine runs."""
        self.monitor(f"device_add {device(path, disk or path)}")

    def detach(self, path):
        self.monitor(f"device_del {path}")
        wait_for("end of the disk", lambda: self.ssh(f"test -e /dev/oracleoci/{path}").returncode)

    @contextlib.contextmanager
    def halted(self):
        """The machine stands still, and its disks with it."""
        if not self.runs():
            yield
            return
        self.monitor("stop")
        try:
            yield
        finally:
            self.monitor("cont")

    def cut(self):
        """No power, from one moment to the next."""
        self.cloud.stop("machine")
        self.forget()

    def shut_down(self):
        self.ssh("sudo systemctl poweroff")
        wait_for("power-off", lambda: self.cloud.processes["machine"].poll() is not None)
        self.cut()

    def forget(self):
        """The shared connection, which a machine that is gone doesn't close."""
        ended("ssh", "-q", "-S", self.cloud.directory / "connection", "-O", "exit", "any")

    def ssh(self, command, user=USER, options=None, **more):
        """The ended process of a command on the machine, run by a shell. A login costs seconds under emulation, so
        questions share one connection; with options, if only an empty list, there is a login of its own."""
        self.cloud.check()
        shared = ("-S", self.cloud.directory / "connection", "-o", "ControlMaster=auto", "-o", "ControlPersist=yes",
                  # A machine that has died ends a question, too.
                  "-o", "ServerAliveInterval=60", "-o", "ServerAliveCountMax=10")
        return ended(
            "ssh", "-q", "-i", self.cloud.directory / "key", "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "ConnectTimeout=60",
            *(shared if options is None else options), f"{user}@{INSTANCE}", command, **more)

    def ask(self, command, **more):
        """What root's command prints; a failure if it fails."""
        process = self.ssh(f"sudo sh -c {shlex.quote(command)}", **more)
        if process.returncode:
            raise Failure(f"{command}: exit code {process.returncode}: {process.stdout.strip()[-2000:]}")
        return process.stdout

    def boot_id(self):
        """Of this boot, by a login of its own; nothing while none is possible."""
        process = self.ssh("cat /proc/sys/kernel/random/boot_id", options=[])
        return process.stdout.strip() if process.returncode == 0 else None

    def status(self):
        """What the host says of itself in this boot, or nothing while it can't."""
        process = self.ssh("sudo cat /proc/sys/kernel/random/boot_id /var/lib/vpsgen/status.json")
        boot, _, text = process.stdout.partition("\n")
        try:
            status = json.loads(text) if process.returncode == 0 else {}
        except ValueError:
            return None
        return status if status.get("boot") == boot.strip() else None

    def troubles(self):
        """Lines about the steps that aren't done, from the machine itself, as far as it can still be asked."""
        with contextlib.suppress(Failure, OSError):
            status = self.status() if self.runs() else None
            for name, step in (status or {"steps": {}})["steps"].items():
                if step["state"] not in ("done", "running"):
                    yield f"{name}: {step['state']}: {step['reason']}"
            if status:
                said = self.ssh("sudo journalctl -b -q --no-hostname -n 40 -u 'vpsgen*' -p notice; systemctl --failed --no-legend")
                yield from (f"| {line}" for line in said.stdout.splitlines())
