#!/usr/bin/env python3
"""prober.py PLACES DIRECTORY: tries connections without end, from the network of each container from the moment it has an
address, and under users of this machine. It looks for a moment in which the packet filter lets through what it shouldn't.

PLACES: {"containers": {NAME: {"addresses", "refused", "control"}}, "users": {USER: {"refused", "control"}}}, where refused and
control are lists of [address, port]. The record of each boot is a file in DIRECTORY, renewed every second: how many tries
of what is refused were sent, which of them had an answer, and how often the control had one, which shows that answers
arrive."""

import contextlib
import errno
import glob
import json
import os
import pathlib
import pwd
import resource
import select
import socket
import sys
import time

NETWORKS = "/run/docker/netns/*"
# How long an answer is waited for. The kernel itself sends a second and a third packet meanwhile.
PATIENCE = 4


class Prober:
    def __init__(self, places):
        self.containers, self.users = places["containers"], places["users"]
        self.numbers = {user: pwd.getpwnam(user).pw_uid for user in self.users}
        self.host = open("/proc/self/ns/net")
        # Whose a network is, by the path of its file, once that can be seen.
        self.residents = {}
        self.poll, self.tries = select.epoll(), {}
        self.controlled = {}
        self.rounds = self.pause = 0
        self.sources = {name: {"networks": 0, "sent": 0, "answers": [], "control": 0} for name in [*self.containers, *self.users]}

    def round(self):
        if self.containers:
            self.visit()
        for user, places in self.users.items():
            os.seteuid(self.numbers[user])
            self.knock(user, places)
            os.seteuid(0)
        self.rounds += 1

    def visit(self):
        """From inside of every network that Docker has at this moment."""
        there = {path for path in glob.glob(NETWORKS) if not path.endswith("/default")}
        self.residents = {path: name for path, name in self.residents.items() if path in there}
        for path in there:
            if entered(path) and (name := self.resident(path)):
                self.knock(name, self.containers[name])
        os.setns(self.host.fileno(), os.CLONE_NEWNET)

    def resident(self, path):
        """The container whose address the present network has, if it has one already."""
        if path not in self.residents:
            for name, it in self.containers.items():
                if any(map(is_own, it["addresses"])):
                    self.residents[path] = name
                    self.sources[name]["networks"] += 1
        return self.residents.get(path)

    def knock(self, source, places):
        for place in places["refused"]:
            self.open(source, tuple(place), False)
        if places["control"] and time.monotonic() > self.controlled.get(source, 0) + 1:
            self.controlled[source] = time.monotonic()
            for place in places["control"]:
                self.open(source, tuple(place), True)

    def open(self, source, place, is_control):
        it = socket.socket()
        it.setblocking(False)
        error = it.connect_ex(place)
        self.sources[source]["sent"] += not is_control and error in (0, errno.EINPROGRESS, errno.ECONNREFUSED)
        if error == errno.EINPROGRESS:
            self.tries[it.fileno()] = it, time.monotonic(), source, place, is_control
            self.poll.register(it, select.EPOLLOUT)
        else:
            self.judge(it, error, source, place, is_control)

    def judge(self, it, error, source, place, is_control):
        """A refusal is an answer. Not so to a user of the machine, who gets it when nobody listens at his own."""
        it.close()
        if error == 0 or (error == errno.ECONNREFUSED and (is_control or source in self.containers)):
            if is_control:
                self.sources[source]["control"] += 1
            else:
                self.sources[source]["answers"].append([time.time(), *place, error])

    def listen(self):
        """Takes what has come, and forgets what won't come any more."""
        for number, _ in self.poll.poll(0):
            it, _, *about = self.tries.pop(number)
            self.judge(it, it.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), *about)
        for number, (it, since, *_) in list(self.tries.items()):
            if since > time.monotonic() - PATIENCE:
                break
            del self.tries[number]
            it.close()

    def write(self, path):
        record = {"rounds": self.rounds, "pause": round(self.pause, 3), "sources": self.sources}
        new = path.with_suffix(".new")
        # The disk may be read-only, late in a shutdown.
        with contextlib.suppress(OSError):
            new.write_text(json.dumps(record))
            new.replace(path)


def entered(path):
    """Whether there is a network: its file is made first. It isn't held open, since Docker wants to unmount it."""
    with contextlib.suppress(OSError), open(path) as network:
        os.setns(network.fileno(), os.CLONE_NEWNET)
        return True


def is_own(address):
    """Of the present network."""
    with socket.socket() as it:
        with contextlib.suppress(OSError):
            it.bind((address, 0))
            return True


def tell_systemd():
    """That the first round is over, if it waits for that."""
    if path := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as it:
            it.sendto(b"READY=1", path.replace("@", "\0", 1))


def main(places, directory):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    prober = Prober(json.loads(pathlib.Path(places).read_text()))
    path = pathlib.Path(directory, pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()).with_suffix(".json")
    written = 0
    while True:
        began = time.monotonic()
        prober.round()
        prober.listen()
        if began > written + 1:
            prober.write(path)
            written = began
        if prober.rounds == 1:
            tell_systemd()
        # As much rest as work: what is watched needs the processor, too.
        time.sleep(max(0.05, time.monotonic() - began))
        prober.pause = max(prober.pause, time.monotonic() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
