"""A machine to try a generated tree on: a private network and a copy of a system with the tree laid over it.

Everything happens in namespaces of this process and in memory, so nothing of it outlives the process, touches a file
of the machine or is reachable from outside.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CONTAINERS = ["ip", "netns", "exec", "containers"]
NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def enter():
    """Runs this program again in its own namespaces."""
    if os.environ.get("BEHAVIOUR_STAGE") != "entered":
        environment = dict(os.environ, BEHAVIOUR_STAGE="entered")
        sys.exit(subprocess.call([*NAMESPACES, sys.executable, *sys.argv], env=environment))


def run(*command, check=True, **options):
    return subprocess.run(command, check=check, **options)


class Stage:
    """A system (a directory with the packages installed) with a tree over it."""

    def __init__(self, system, tree):
        run("mount", "-t", "tmpfs", "tmpfs", "/run")
        self.root = Path("/run/root")
        for name in ("upper", "work", "root"):
            Path("/run", name).mkdir()
        layers = f"lowerdir={system},upperdir=/run/upper,workdir=/run/work"
        run("mount", "-t", "overlay", "overlay", "-o", layers, str(self.root))
        for name in ("proc", "dev"):
            run("mount", "--rbind", f"/{name}", str(self.root / name))
        for name in ("run", "tmp"):
            run("mount", "-t", "tmpfs", "tmpfs", str(self.root / name))
        shutil.copytree(tree, self.root, dirs_exist_ok=True)
        run("ip", "link", "set", "lo", "up")

    def path(self, path):
        """A path of the stage as this process sees it."""
        return self.root / str(path).lstrip("/")

    def write(self, path, text, owner=None, mode=0o644):
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)
        if owner is not None:
            os.chown(target, owner, owner)

    def run(self, *command, **options):
        return run("chroot", str(self.root), *command, **options)

    def output(self, *command):
        """What a program says; a failure is told with it."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "check": False}
        result = subprocess.run(["chroot", str(self.root), *command], **options)
        if result.returncode:
            sys.exit(f"{' '.join(command)}: {result.stdout}")
        return result.stdout

    def start(self, *command, **options):
        return subprocess.Popen(["chroot", str(self.root), *command], **options)

    def start_beside(self, *command, **options):
        """Starts a program of the stage in the containers' network."""
        return subprocess.Popen([*CONTAINERS, "chroot", str(self.root), *command], **options)

    def program(self, pattern):
        """The one program in /usr/sbin that the pattern fits: versions are in names there."""
        return "/usr/sbin/" + sorted(self.path("/usr/sbin").glob(pattern))[-1].name


def have_addresses(*addresses):
    for address in addresses:
        run("ip", "address", "add", address, "dev", "lo")


def have_network(name, gateways, addresses):
    """Another network behind this machine's addresses, where the containers or the internet would be."""
    inside = ["ip", "netns", "exec", name]
    run("ip", "netns", "add", name)
    run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
    for gateway in gateways:
        run("ip", "address", "add", gateway, "dev", name, *optimistic(gateway))
    run("ip", "link", "set", name, "up")
    for address in addresses:
        run(*inside, "ip", "address", "add", address, "dev", "eth0", *optimistic(address))
    for device in ("lo", "eth0"):
        run(*inside, "ip", "link", "set", device, "up")
    for gateway in gateways[:1]:
        run(*inside, "ip", "route", "add", "default", "via", gateway.split("/")[0])


def optimistic(address):
    """IPv6 addresses are there at once, without asking whether another has them."""
    return ["nodad"] if ":" in address else []


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"no {what() if callable(what) else what} after {seconds} s")
        time.sleep(0.05)


class Report:
    """Counts what holds and prints what doesn't."""

    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, what, found, expected):
        if found == expected:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}: {found!r} instead of {expected!r}", flush=True)

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
