"""The emulated cloud: the network namespace that this process runs in, with one wire (a tap device) to the instance.
The namespace's own addresses are the internet of the test; what answers at them is in internet.py, the machine in
instance.py. Nothing leaves the namespace, and what runs in it ends with it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import internet

# Emulation is slow, and slower when the machine is busy: no bound here says anything about vpsgen.
PATIENCE = 90 * 60
WIRE = "cloud"


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


def ended(*words, **options):
    """A program that ran to its end, and what it printed."""
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **options)


def run(*words, **options):
    """What a program prints; a failure if it fails."""
    process = ended(*words, **options)
    if process.returncode:
        raise Failure(f"{' '.join(map(str, words))}: exit code {process.returncode}: {process.stdout.strip()[-2000:]}")
    return process.stdout


class Cloud:
    """The network and what runs in it."""

    def __init__(self, settings):
        """The settings are run.py's."""
        paths = (pathlib.Path(settings[name]) for name in ("image", "containers", "artifact", "emulator", "states"))
        self.image, self.containers, self.artifact, self.emulator, self.states = paths
        # Whether it is the full design that is booted, of which more is known than of any other blueprint.
        self.arch, self.design = settings["arch"], settings["design"]
        self.host = json.loads((self.artifact / "tree/etc/vpsgen/host.json").read_text())
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="vpsgen-boot-"))
        self.processes = {}
        # The artifact whose host begins with a backup set.
        self.restoring = pathlib.Path(settings.get("restoring", self.artifact))
        # The artifact in which every password has a later generation.
        self.rotated = pathlib.Path(settings.get("rotated", self.artifact))
        # What was seen on the machine and has to be so in later scenarios, too.
        self.remembered = {}
        self.keep, self.measured = settings["keep"] == "always", pathlib.Path(settings["measured"])

    def __enter__(self):
        run("ip", "tuntap", "add", WIRE, "mode", "tap")
        for address in internet.ADDRESSES:
            run("ip", "address", "add", address, "dev", "lo")
        for address in internet.GATEWAYS:
            run("ip", "address", "add", address, "dev", WIRE, "nodad")
        for device in ("lo", WIRE):
            run("ip", "link", "set", device, "up")
        resolver = self.directory / "resolv.conf"
        resolver.write_text("nameserver 127.0.0.1\n")
        run("mount", "--bind", resolver, "/etc/resolv.conf")
        for file in ("key", "key.pub"):
            shutil.copy(self.image / file, self.directory)
        internet.open_for(self)
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.stop(name)
        run("umount", "/etc/resolv.conf")
        run("rm", "-rf", self.directory)

    def paste(self, text):
        """Another text than the artifact's for the next new machine."""
        (self.directory / "user-data").write_text(text)
        self.stop("metadata")
        internet.metadata(self, self.directory / "user-data")

    def shape(self):
        """The wire to the machine carries no more than a small instance's share of the world."""
        run("tc", "qdisc", "add", "dev", WIRE, "root", "tbf", "rate", "100mbit", "burst", "1mb", "latency", "100ms")

    def start(self, name, *words, **environment):
        """Leaves a program running until the end."""
        with (self.directory / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                                                    stderr=log, env={**os.environ, **environment})

    def stop(self, name):
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def check(self):
        """A service or machine that ended will not answer, however long it is waited for."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Failure(f"{name} ended with exit code {process.returncode}")
