"""The emulated cloud: a network namespace whose loopback is the internet of the test, with the metadata service, the
mirror of packages and the DNS; and in it an instance under QEMU. Nothing leaves the namespace."""

import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Emulation is slow, and slower when the machine is busy: no bound here says anything about vpsgen.
PATIENCE = 90 * 60
SSH_PORT, HTTP_PORT, HTTPS_PORT = 2222, 8080, 8443
VOLUMES = {"oraclevdb": "50G", "oraclevdc": "50G", "oraclevdd": "50G"}
MACHINES = {
    "amd64": ["qemu-system-x86_64", "-machine", "q35", "-cpu", "max"],
    # The core of the Ampere A1; the firmware hands on the chassis tag by which cloud-init knows Oracle.
    "arm64": ["qemu-system-aarch64", "-machine", "virt", "-cpu", "neoverse-n1", "-bios",
              "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"],
}
CONSOLES = {"amd64": "ttyS0", "arm64": "ttyAMA0"}


class Failure(Exception):
    """What was waited for didn't come."""


def wait_for(what, question, patience=PATIENCE):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(5)
    raise Failure(f"no {what} after {patience} seconds")


class Cloud:
    """A namespace with its services. Ends all that it started."""

    def __init__(self, image, artifact):
        self.image, self.artifact = pathlib.Path(image), pathlib.Path(artifact)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="vpsgen-boot-"))
        self.name = f"vpsgen-boot-{os.getpid()}"
        self.processes = []

    def __enter__(self):
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        self.ip("link", "set", "lo", "up")
        self.ip("addr", "add", "169.254.169.254/32", "dev", "lo")
        # QEMU answers the guest's DNS with what this file names.
        resolver = pathlib.Path("/etc/netns", self.name, "resolv.conf")
        resolver.parent.mkdir(parents=True)
        resolver.write_text("nameserver 127.0.0.1\n")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.directory / "key"], check=True)
        (self.directory / "www").mkdir()
        (self.directory / "www/debian").symlink_to(self.image / "debs")
        self.start("metadata", HERE / "metadata.py", self.artifact / "user-data", self.directory / "key.pub")
        self.start("mirror", "python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory",
                   self.directory / "www", "80")
        # The names of the host don't lead to it, so no certificate is asked for.
        self.start("dns", "dnsmasq", "--no-daemon", "--no-resolv", "--no-hosts", "--listen-address=127.0.0.1",
                   "--bind-interfaces")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        subprocess.run(["ip", "netns", "del", self.name], check=False)
        subprocess.run(["rm", "-rf", self.directory, f"/etc/netns/{self.name}"], check=False)

    def ip(self, *words):
        subprocess.run(["ip", "-n", self.name, *words], check=True)

    def inside(self, *words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def start(self, name, *words):
        log = (self.directory / f"{name}.log").open("w")
        process = subprocess.Popen(self.inside(*words), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.processes.append(process)

    def check(self):
        """A service or machine that ended will not answer, however long it is waited for."""
        for process in self.processes:
            if process.poll() is not None:
                raise Failure(f"{process.args[4]} ended with exit code {process.returncode}")


class Instance:
    """The machine. Its disks outlive a restart, as in the cloud."""

    def __init__(self, cloud, arch):
        self.cloud, self.arch = cloud, arch
        subprocess.run(["cp", "--sparse=always", cloud.image / "root.raw", self.disk("root")], check=True)
        for volume, size in VOLUMES.items():
            subprocess.run(["truncate", "-s", size, self.disk(volume)], check=True)

    def disk(self, name):
        return self.cloud.directory / f"{name}.raw"

    def boot(self):
        drive = "if=none,format=raw,cache=unsafe"
        command = [
            *MACHINES[self.arch], "-accel", "tcg,thread=multi", "-smp", "2", "-m", "8192", "-nographic", "-monitor", "none",
            "-serial", f"file:{self.cloud.directory / 'console'}", "-smbios", "type=3,asset=OracleCloud.com",
            "-device", "virtio-rng-pci", "-device", "virtio-scsi-pci",
            "-drive", f"{drive},id=root,file={self.disk('root')}", "-device", "virtio-blk-pci,drive=root",
            "-netdev", "user,id=net" + "".join(
                f",hostfwd=tcp:127.0.0.1:{port}-:{inner}"
                for port, inner in ((SSH_PORT, 22), (HTTP_PORT, 80), (HTTPS_PORT, 443))),
            "-device", "virtio-net-pci,netdev=net,mac=02:00:17:00:00:01",
            "-kernel", self.cloud.image / "vmlinuz", "-initrd", self.cloud.image / "initrd",
            "-append", f"root=LABEL=root console={CONSOLES[self.arch]} net.ifnames=0",
        ]
        for volume in VOLUMES:
            command += ["-drive", f"{drive},id={volume},file={self.disk(volume)}",
                        "-device", f"scsi-hd,drive={volume},serial={volume}"]
        self.cloud.start("qemu", *command)

    def ssh(self, command, user="debian", options=()):
        """The ended process of a command on the machine, run by a shell."""
        self.cloud.check()
        key = self.cloud.directory / "key"
        return subprocess.run(
            self.cloud.inside("ssh", "-q", "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                              "-o", "BatchMode=yes", "-o", "ConnectTimeout=60", *options, "-p", SSH_PORT,
                              f"{user}@127.0.0.1", command),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def ask(self, command):
        """What root's command prints; a failure if it fails."""
        ended = self.ssh(f"sudo sh -c {shlex.quote(command)}")
        if ended.returncode:
            raise Failure(f"{command}: exit code {ended.returncode}: {ended.stdout.strip()[-2000:]}")
        return ended.stdout

    def boot_id(self):
        ended = self.ssh("cat /proc/sys/kernel/random/boot_id")
        return ended.stdout.strip() if ended.returncode == 0 else None

    def status(self):
        """What the host says of itself, or nothing while it can't."""
        ended = self.ssh("sudo cat /var/lib/vpsgen/status.json")
        try:
            return json.loads(ended.stdout) if ended.returncode == 0 else None
        except ValueError:
            return None
