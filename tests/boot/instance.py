"""The machine under QEMU, as Oracle's: its chassis tag, paravirtualised volumes, a serial console. Asked by SSH, as its
owner asks."""

import json
import shlex
import socket

from cloud import WIRE, Failure, ended, run
from internet import HARDWARE, INSTANCE

VOLUMES = {"oraclevdb": "50G", "oraclevdc": "50G", "oraclevdd": "50G"}
MACHINES = {
    # In one thread: with several, the kernel dies when it patches its own code ("Oops: int3"), as it does when Docker sets
    # the first limit of processors.
    "amd64": ["qemu-system-x86_64", "-machine", "q35", "-cpu", "max", "-accel", "tcg,thread=single"],
    # The core of the Ampere A1; the firmware hands on the chassis tag by which cloud-init knows Oracle.
    "arm64": ["qemu-system-aarch64", "-machine", "virt", "-cpu", "neoverse-n1", "-accel", "tcg,thread=multi", "-bios",
              "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"],
}
CONSOLES = {"amd64": "ttyS0", "arm64": "ttyAMA0"}


def device(volume):
    return f"scsi-hd,drive={volume},serial={volume}"


class Instance:
    """The machine. Its disks outlive a restart, as in the cloud."""

    def __init__(self, cloud, arch):
        self.cloud, self.arch = cloud, arch
        # The steps of the host as the report has them.
        self.told = {}
        run("cp", "--sparse=always", cloud.image / "root.raw", self.disk("root"))
        for volume, size in VOLUMES.items():
            run("truncate", "-s", size, self.disk(volume))

    def disk(self, name):
        return self.cloud.directory / f"{name}.raw"

    def boot(self, without=()):
        """Starts the machine, with its volumes but some."""
        drive = "if=none,format=raw,cache=unsafe,discard=unmap"
        command = [
            *MACHINES[self.arch], "-smp", "2", "-m", "8192", "-nographic",
            "-monitor", f"unix:{self.cloud.directory}/monitor,server,nowait",
            "-serial", f"file:{self.cloud.directory / 'console'}", "-smbios", "type=3,asset=OracleCloud.com",
            "-device", "virtio-rng-pci", "-device", "virtio-scsi-pci",
            "-drive", f"{drive},id=root,file={self.disk('root')}", "-device", "virtio-blk-pci,drive=root",
            "-netdev", f"tap,id=net,ifname={WIRE},script=no,downscript=no",
            "-device", f"virtio-net-pci,netdev=net,mac={HARDWARE}",
            "-kernel", self.cloud.image / "vmlinuz", "-initrd", self.cloud.image / "initrd",
            "-append", f"root=LABEL=root console={CONSOLES[self.arch]} net.ifnames=0",
        ]
        for volume in VOLUMES:
            command += ["-drive", f"{drive},id={volume},file={self.disk(volume)}"]
            if volume not in without:
                command += ["-device", device(volume)]
        self.cloud.start("machine", *command)

    def attach(self, volume):
        """As in the console of the cloud, while the machine runs."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self.cloud.directory / "monitor"))
            monitor.sendall(f"device_add {device(volume)}\n".encode())
            # It is done when the next prompt is there.
            said = b""
            while said.count(b"(qemu)") < 2:
                said += monitor.recv(4096)

    def cut(self):
        """No power, from one moment to the next."""
        self.cloud.stop("machine")
        self.ssh("", options=["-S", self.cloud.directory / "connection", "-O", "exit"])

    def ssh(self, command, user="debian", options=None, **more):
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
        """What the host says of itself, or nothing while it can't."""
        process = self.ssh("sudo cat /var/lib/vpsgen/status.json")
        try:
            return json.loads(process.stdout) if process.returncode == 0 else None
        except ValueError:
            return None
