"""A town of network namespaces for the packet filter: containers on bridges, the internet behind an uplink, a build and a
stray on bridges that no blueprint names. This process is the host. Here is who lives where, who listens, and who heard
whom; what should be heard is not said here."""

import contextlib
import ctypes
import fcntl
import itertools
import os
import select
import socket
import struct
import threading
import time
from pathlib import Path

import stage
from stage import run

METADATA, OUTSIDE, OUTSIDE6 = "169.254.169.254", "203.0.113.80", "2001:db8:80::80"
# In the private network of the cloud, as the host is.
NEIGHBOUR = "10.0.2.2"
UPLINK, UPLINK6 = "10.0.2.15", "2001:db8:2::15"
BUILD, STRAY = "172.17.0.2", "192.168.77.2"
# Seconds after which nobody will hear of what nobody waits for: what nothing stops has arrived when the call that sent it
# returns, but for what goes through the cable.
WAIT = 0.5
# Seconds after which what is waited for won't come, on a machine that has other things to do. A connection tries again.
PATIENCE = 30


def inside(name, *command):
    run("ip", "netns", "exec", name, *command)


def set_network(file):
    """setns(2), which python itself knows from 3.12 on."""
    if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def network_of(name):
    """This process in another network for a while: a socket stays where it was made."""
    with open("/proc/self/ns/net") as here, open(f"/run/netns/{name}") if name else open("/proc/self/ns/net") as there:
        set_network(there)
        try:
            yield
        finally:
            set_network(here)


def tun(name):
    """A device whose packets are read and written at the end that is returned (linux/if_tun.h)."""
    end = os.open("/dev/net/tun", os.O_RDWR)
    set_interface, without_header = 0x400454CA, 0x1001
    fcntl.ioctl(end, set_interface, struct.pack("16sH", name.encode(), without_header))
    return end


def carry(*ends):
    """Packets from each end of a cable to the other."""
    while True:
        for end in select.select(ends, [], [])[0]:
            with contextlib.suppress(OSError):
                os.write(ends[end == ends[0]], os.read(end, 65536))


class Town:
    """The host is this process's network; everybody else has a namespace."""

    def __init__(self, prediction):
        self.said = prediction
        self.bridges = {}
        self.addresses = {}
        # Nothing but the filter shall stand in the way.
        for name, value in (("ipv4/ip_forward", 1), ("ipv6/conf/all/forwarding", 1),
                            ("ipv4/conf/all/rp_filter", 0), ("ipv4/conf/default/rp_filter", 0)):
            Path("/proc/sys/net", name).write_text(str(value))
        self.outside()
        for it in prediction["addresses"]:
            self.join(it["service"], it["network"], it["address"], it["mac"])
        self.join("build", "docker0", BUILD, "02:42:00:00:00:02", prefix=16)
        self.join("stray", "stray_net", STRAY, "02:42:00:00:00:03")

    def outside(self):
        run("ip", "netns", "add", "internet")
        # Not a veth, which is of a kind that the filter closes: a cable of two tun devices.
        ends = [tun(name) for name in ("uplink", "eth0")]
        run("ip", "link", "set", "eth0", "netns", "internet")
        threading.Thread(target=carry, args=ends, daemon=True).start()
        for address in (f"{UPLINK}/24", f"{UPLINK6}/64"):
            run("ip", "address", "add", address, "dev", "uplink", *stage.optimistic(address))
        run("ip", "link", "set", "uplink", "up")
        for device in ("lo", "eth0"):
            inside("internet", "ip", "link", "set", device, "up")
        for address in (f"{NEIGHBOUR}/24", "2001:db8:2::2/64"):
            inside("internet", "ip", "address", "add", address, "dev", "eth0", *stage.optimistic(address))
        for address in (f"{METADATA}/32", f"{OUTSIDE}/32", f"{OUTSIDE6}/128"):
            inside("internet", "ip", "address", "add", address, "dev", "lo", *stage.optimistic(address))
        run("ip", "route", "add", "default", "via", NEIGHBOUR)
        run("ip", "-6", "route", "add", "default", "via", "2001:db8:2::2")
        inside("internet", "ip", "route", "add", "172.16.0.0/12", "via", UPLINK)
        inside("internet", "ip", "route", "add", "192.168.0.0/16", "via", UPLINK)
        inside("internet", "ip", "-6", "route", "add", "fd00::/16", "via", UPLINK6)
        self.addresses["internet"] = [OUTSIDE, METADATA, NEIGHBOUR]

    def join(self, service, bridge, address, mac, prefix=24):
        gateway = ".".join([*address.split(".")[:3], "1"]) if prefix == 24 else "172.17.0.1"
        if bridge not in self.bridges:
            run("ip", "link", "add", bridge, "type", "bridge")
            run("ip", "address", "add", f"{gateway}/{prefix}", "dev", bridge)
            run("ip", "address", "add", f"{six(gateway)}/64", "dev", bridge, "nodad")
            run("ip", "link", "set", bridge, "up")
            self.bridges[bridge] = gateway
        if service not in self.addresses:
            run("ip", "netns", "add", service)
            inside(service, "ip", "link", "set", "lo", "up")
            self.addresses[service] = []
        port, device = f"v{len(list(itertools.chain(*self.addresses.values())))}", f"eth{len(self.addresses[service])}"
        run("ip", "link", "add", port, "type", "veth", "peer", "name", device, "address", mac, "netns", service)
        run("ip", "link", "set", port, "master", bridge, "up")
        inside(service, "ip", "address", "add", f"{address}/{prefix}", "dev", device)
        inside(service, "ip", "address", "add", f"{six(address)}/64", "dev", device, "nodad")
        inside(service, "ip", "link", "set", device, "up")
        inside(service, "ip", "route", "replace", "default", "via", gateway)
        inside(service, "ip", "-6", "route", "replace", "default", "via", six(gateway))
        self.addresses[service].append(address)


def six(address):
    """The IPv6 address beside an IPv4 one; its subnet is a network's own, too."""
    a, b, c, d = address.split(".")
    return f"fd00:{int(a):x}:{int(b):x}:{int(c):x}::{int(d):x}"


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Listeners:
    """One socket for each place; they answer, and remember who was heard."""

    def __init__(self, town, ports):
        self.sockets, self.homes = {}, {}
        host = [UPLINK, UPLINK6, "127.0.0.1", *town.bridges.values(), *map(six, town.bridges.values())]
        everywhere = {None: host, **town.addresses}
        everywhere["internet"] = [*everywhere["internet"], OUTSIDE6]
        for name, addresses in everywhere.items():
            more = [six(it) for it in addresses if name not in ("internet", None) and "." in it]
            with network_of(name):
                for address, port, kind in itertools.product([*addresses, *more], ports, ("tcp", "udp")):
                    self.sockets[address, kind, port] = listen(address, kind, port)
                    self.homes[address, kind, port] = name

    @contextlib.contextmanager
    def without(self, kind):
        """Nobody listens to this kind for a while, so that others can."""
        places = [place for place in self.sockets if place[1] == kind]
        for place in places:
            self.sockets.pop(place).close()
        try:
            yield
        finally:
            for place in places:
                with network_of(self.homes[place]):
                    self.sockets[place] = listen(*place)

    def heard(self):
        """(source address, place) of what arrived since the last time."""
        found = set()
        for place, it in self.sockets.items():
            with contextlib.suppress(BlockingIOError):
                while True:
                    if place[1] == "tcp":
                        connection, source = it.accept()
                        connection.close()
                        token = None
                    else:
                        token, source = it.recvfrom(100)
                    found.add((token and token.decode(), source[0], source[1], place))
        return found


def listen(address, kind, port):
    it = socket.socket(family(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    it.bind((address, port))
    it.setblocking(False)
    if kind == "tcp":
        it.listen(1000)
    return it


def knock(places):
    """Sockets that try all places at once, by place."""
    tries = {}
    for address, kind, port in places:
        it = socket.socket(family(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        it.setblocking(False)
        with contextlib.suppress(BlockingIOError, OSError):
            it.connect((address, port))
            it.send(b"x")
        tries[address, kind, port] = it
    return tries


def tried(listeners, source, places, user=0, awaited=frozenset()):
    """Which of the places heard a source, of which those `awaited` should. A TCP connection counts when its listener has
    seen it whole."""
    with network_of(source):
        os.setegid(0)
        os.seteuid(user)
        tries = knock(places)
        os.seteuid(0)
    names = {}
    for place, it in tries.items():
        with contextlib.suppress(OSError):
            names[it.getsockname()[1], place] = place
    started, found = time.monotonic(), set()
    while (passed := time.monotonic() - started) < WAIT or (not awaited <= found and passed < PATIENCE):
        time.sleep(WAIT / 5)
        found |= {names.get((port, place)) for _, _, port, place in listeners.heard()}
    for it in tries.values():
        it.close()
    return found - {None}
