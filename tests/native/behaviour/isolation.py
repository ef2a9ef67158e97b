#!/usr/bin/env python3
"""isolation.py TREE ROOT AUDIT: loads the generated packet filter with ROOT's nft where namespaces stand for containers,
internet and host, and tries every connection. What gets through has to be what `vpsgen audit --format json` (AUDIT) says,
cell by cell and in both directions.

A cell is a source, an address, a protocol and a port; it is open if a listener heard of it. Every listener was heard
without the filter first, so that no silence is that of a listener who isn't there. Bridges filter by themselves
(bridge-nf-call 0) and through br_netfilter (1)."""

import contextlib
import itertools
import json
import resource
import sys
from pathlib import Path

import mutations
from stage import Report, Stage, enter, run, wait_for
from town import METADATA, NEIGHBOUR, OUTSIDE, STRAY, UPLINK, UPLINK6, Listeners, Town, inside, knock, network_of, six, tried
from verify import verify

# Ports that somebody might try anywhere, besides those that a flow names.
COMMON = {22, 53, 80, 123, 443}
FILTER = "/etc/vpsgen/filter.nft"
USERS = {"root": 0, "www-data": 33, "ubuntu": 1000, "61184-65519": 62000, "nobody": 65534}


class Prediction:
    """The audit's words, by the rules of the design and nothing of the filter's."""

    def __init__(self, said, town):
        self.said, self.town = said, town
        self.flows = {(it["source"], tuple(it["to"])) for it in said["containers"]}
        self.containers = set(itertools.chain(*(it for name, it in town.addresses.items() if name != "internet")))

    def places(self, key):
        return {tuple(it) for it in self.said[key]}

    def ports(self):
        named = [it["to"] for key in ("containers", "users", "openers") for it in self.said[key]]
        others = itertools.chain(*(self.said[key] for key in ("outward", "inward", "published", "loopback")))
        return sorted(COMMON | {place[2] for place in itertools.chain(named, others)})

    def reaches(self, source, place):
        if source in USERS:
            return self.of_user(source, place)
        if source == "build":
            return self.of_build(place)
        # Not even a published port is open to a route of one's own.
        return source != "internet" and self.of_container(source, place)

    def of_container(self, source, place):
        key = {OUTSIDE: "outward"}.get(place[0], "inward" if place[0] in self.town.bridges.values() else None)
        own = self.town.addresses[source]
        if place[0] == METADATA:
            return place[2] == 53 and not set(own).isdisjoint(self.said["resolving"])
        if key:
            return any((address, *place[1:]) in self.places(key) for address in own)
        return any((address, place) in self.flows for address in own)

    def of_build(self, place):
        """Packages and names, wherever the resolver is; nothing of this host."""
        address, kind, port = place
        outside = address in (OUTSIDE, NEIGHBOUR)
        return outside and (kind, port) in {("tcp", 80), ("tcp", 443)} or (outside or address == METADATA) and port == 53

    def of_user(self, user, place):
        address, kind, port = place
        local = ("127.0.0.1", kind, port)
        if address in {STRAY, *map(six, self.containers)}:
            return False
        if user == "root":
            return True
        if address in self.containers:
            return any(it["user"] == user and tuple(it["to"]) == place for it in self.said["users"])
        gateways = self.town.bridges.values()
        if local in self.places("loopback") and address in {"127.0.0.1", UPLINK, UPLINK6, *gateways, *map(six, gateways)}:
            return any(it["user"] == user and tuple(it["to"]) == local for it in self.said["openers"])
        return user != "www-data" and (address != METADATA or port in (53, 67, 123))


def strangers(town, name, places):
    """The places that aren't its own."""
    own = {"127.0.0.1", *town.addresses[name], *(six(it) for it in town.addresses[name])}
    return {place for place in places if place[0] not in own}


def matrix(town, listeners, report, prediction):
    """Every container, the internet, a build, a stray and the host's users, to every place. How many cells that were."""
    everything = set(listeners.sockets)
    cells = 0
    for source in town.addresses:
        places = strangers(town, source, everything)
        if source == "internet":
            places = {place for place in places if place[0] in prediction.containers}
        expected = {place for place in places if prediction.reaches(source, place)}
        cells += compare(report, source, tried(listeners, source, places, awaited=expected), expected, places)
    # What has no answer, root may still send.
    silent = {STRAY, *map(six, prediction.containers)}
    for user, number in USERS.items():
        places = {place for place in everything if user != "root" or place[0] not in silent}
        expected = {place for place in places if prediction.reaches(user, place)}
        found = tried(listeners, None, places, number, awaited=expected)
        cells += compare(report, f"the host's {user}", found, expected, places)
    return cells


def compare(report, source, found, expected, places):
    for place in sorted(found ^ expected):
        report.expect(f"{source} reaches {place}", place in found, place in expected)
    report.expect(f"{source}: {len(places)} cells as predicted, {len(expected)} of them open", found == expected, True)
    return len(places)


def control(town, listeners, report):
    """Without the filter everybody reaches everything."""
    for source in town.addresses:
        places = strangers(town, source, listeners.sockets) if source != "internet" else set()
        left = places - tried(listeners, source, places, awaited=places)
        report.expect(f"control: {source} reaches all of {len(places)} without the filter", sorted(left), [])


def published(system, listeners, report, places):
    """Published ports are open to the world where Docker translates the host's address to the container's."""
    rules = "".join(f"ip daddr {UPLINK} {kind} dport {port} dnat to {address}:{port}\n" for address, kind, port in places)
    system.write("/tmp/docker.nft", f"table ip docker {{\nchain arrival {{\ntype nat hook prerouting priority dstnat\n{rules}}}\n}}\n")
    system.run("nft", "-f", "/tmp/docker.nft")
    with network_of("internet"):
        tries = knock({(UPLINK, kind, port) for _, kind, port in places})
    found = set()
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: found.update(place for *_, place in listeners.heard()) or found >= places, "what is published")
    report.expect("the internet reaches what is published", found, places)
    for it in tries.values():
        it.close()
    system.run("nft", "delete", "table", "ip", "docker")


def thefts(town, listeners, report, said):
    """A container that takes what another is known by: its address, its MAC, or its address on another bridge."""
    thief, victim, target = "web-server", "matomo-app", ("172.20.0.4", "tcp", 3306)
    macs = {it["service"]: it["mac"] for it in said["addresses"]}
    report.expect("control: the victim reaches its database", tried(listeners, victim, {target}, awaited={target}), {target})
    inside(victim, "ip", "link", "set", "eth0", "down")
    inside(thief, "ip", "address", "add", "172.20.0.3/24", "dev", "eth0")
    inside(thief, "ip", "route", "add", "172.20.0.4/32", "dev", "eth0", "src", "172.20.0.3")
    report.expect("a stolen address reaches nothing", tried(listeners, thief, {target}), set())
    inside(thief, "ip", "route", "del", "172.20.0.4/32")
    inside(thief, "ip", "address", "del", "172.20.0.3/24", "dev", "eth0")
    inside(thief, "ip", "link", "set", "eth0", "address", macs[victim])
    report.expect("a stolen MAC reaches nothing", tried(listeners, thief, {target}), set())
    inside(thief, "ip", "link", "set", "eth0", "address", macs[thief])
    for command in ("link set eth0 up", "route add default via 172.20.0.1", f"addr add {six('172.20.0.3')}/64 dev eth0 nodad",
                    f"-6 route replace default via {six('172.20.0.1')}"):
        inside(victim, "ip", *command.split())
    mail = (OUTSIDE, "tcp", 25)
    report.expect("control: the mail server sends", tried(listeners, "mailserver", {mail}, awaited={mail}), {mail})
    for command in ("addr add 172.22.0.2/32 dev lo", f"route add {OUTSIDE}/32 via 172.24.0.1 src 172.22.0.2"):
        inside("grafana", "ip", *command.split())
    inside("grafana", "ip", "link", "set", "eth0", "address", macs["mailserver"])
    report.expect("the mail server's address and MAC on another bridge reach nothing", tried(listeners, "grafana", {mail}), set())
    inside("grafana", "ip", "link", "set", "eth0", "address", macs["grafana"])
    for command in (f"route del {OUTSIDE}/32", "addr del 172.22.0.2/32 dev lo"):
        inside("grafana", "ip", *command.split())


def isolated(system, listeners, report):
    """By a file, as `vpsctl isolate` leaves one, which every load reads."""
    target = ("172.20.0.4", "tcp", 3306)
    file = "/var/lib/vpsgen/matomo-app.nft"
    system.write(file, "add element bridge vpsgen isolated {172.20.0.3,}\n")
    system.run("nft", "-f", FILTER)
    report.expect("an isolated container reaches nothing", tried(listeners, "matomo-app", {target}), set())
    system.path(file).unlink()
    system.run("nft", "-f", FILTER)
    again = tried(listeners, "matomo-app", {target}, awaited={target})
    report.expect("without its file it does again", again, {target})


def main(tree, root, audit):
    enter()
    resource.setrlimit(resource.RLIMIT_NOFILE, (20_000, 20_000))
    system = Stage(root, tree)
    with open(system.path("/etc/passwd"), "a") as file:
        file.write("ubuntu:x:1000:1000::/:/bin/sh\n")
    run("mkdir", "-p", "/run/netns")
    said = json.loads(Path(audit).read_text())["audit"]["prediction"]
    town = Town(said)
    prediction = Prediction(said, town)
    listeners = Listeners(town, prediction.ports())
    report = Report()
    control(town, listeners, report)
    cells = 0
    for call in "01":
        for name in ("ip", "ip6"):
            Path(f"/proc/sys/net/bridge/bridge-nf-call-{name}tables").write_text(call)
        system.run("nft", "-f", FILTER)
        cells += matrix(town, listeners, report, prediction)
        published(system, listeners, report, prediction.places("published"))
        thefts(town, listeners, report, said)
        isolated(system, listeners, report)
        if call == "0":
            # With br_netfilter each table also sees what the other lets through.
            with listeners.without("udp"):
                verify(system, said, report)
            mutations.probe(system, listeners, report, FILTER, prediction, USERS)
    print(f"{cells} cells, with bridge-nf-call 0 and 1")
    report.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
