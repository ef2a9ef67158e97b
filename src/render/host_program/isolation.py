"""The packet filter from the containers' side: who really gets through, and how one of them is cut off. What should get
through is read from the filter's own file, which says the flows of the blueprint."""

import json
import os
import re
import resource
import socket
import time
from contextlib import suppress

from .host import ETC, STATE, Problem, call, run, services, write

FILTER = ETC / "filter.nft"


def cut_off(service, addresses):
    """From all that it talks to, at once and after every restart."""
    path = STATE / f"{service}.nft"
    write(path, f"add element bridge vpsgen isolated {{{','.join(addresses)}}}\n")
    run("nft -f", path)


def let_back(service):
    (STATE / f"{service}.nft").unlink(True)
    run("nft -f", FILTER)


def inspected():
    """Name, process and addresses of every container."""
    for it in json.loads(run("docker inspect", *(name for _, name, _ in services()))):
        yield it["Name"][1:], it["State"]["Pid"], [network["IPAddress"] for network in it["NetworkSettings"]["Networks"].values()]


def do_verify():
    """Tries every connection from every container, and from root as the control, and says what differs."""
    flows = set(re.findall(r"(\S+) \. (\S+) \. (\w+) \. (\d+)", FILTER.read_text()))
    hosts = run("hostname -I").split()
    found = [("root", 1, hosts), *(it for it in inspected() if it[1])]
    # Who was stopped, as one that is isolated, answers nobody.
    there = {address for *_, own in found for address in own}
    inside = {it[1:] for it in flows if it[1] in there} | {(it, "tcp", "22") for it in hosts}
    inside |= {(address, "udp", port) for address, _, port in inside}
    # The last is somebody out there, too.
    places = inside | {("169.254.169.254", "tcp", "80"), ("1.1.1.1", "tcp", "443"), ("2600::", "tcp", "443")}
    heard = measured(found, places)
    cells = wrong = 0
    for name, process, own in found:
        for place in places:
            if place in inside if process == 1 else place[0] not in own:
                cells += 1
                may = process == 1 or any((address, *place) in flows for address in own)
                if may != ((name, place) in heard):
                    wrong += 1
                    print(name, "can't reach" if may else "reaches", *place)
    print(cells, "cells,", wrong, "differ")
    if wrong:
        raise Problem("the packet filter isn't as it should be: vpsctl converge")


def opened(process, places):
    """A socket for each place, one by one, in the network of a process."""
    with open(f"/proc/{process}/ns/net") as network:
        os.setns(network.fileno(), os.CLONE_NEWNET)
    # A copy: whoever gets the sockets may take places away.
    for place in [*places]:
        # AF_INET6 or AF_INET, SOCK_DGRAM or SOCK_STREAM.
        it = socket.socket(10 if ":" in place[0] else 2, 2 if "udp" in place else 1)
        it.setblocking(False)
        yield place, it, (place[0], int(place[2]))


def listening(found, places):
    """Sockets at all places of UDP where nobody listens. The others are left out."""
    ears = {}
    for _, process, own in found:
        for place, it, target in opened(process, places):
            if "udp" in place and place[0] in own:
                places.discard(place)
                with suppress(OSError):
                    it.bind(target)
                    ears[place] = it
    places.update(ears)
    return ears


def measured(found, places):
    """Who is heard where: by TCP, if there is an answer, be it a refusal; by UDP, if we hear it ourselves."""
    # RLIMIT_NOFILE: a socket for each cell is more than a login has unless it asks.
    resource.setrlimit(7, (resource.getrlimit(7)[1],) * 2)
    ears, heard = listening(found, places), set()
    tries = [(name, *it) for name, process, _ in found for it in opened(process, places)]
    for pause in 5, 0:
        for name, place, it, target in tries:
            with suppress(OSError):
                if "udp" in place:
                    it.sendto(name.encode(), target)
                elif it.connect_ex(target) in (0, 106, 111):
                    heard.add((name, place))
        time.sleep(pause)
    for place, it in ears.items():
        with suppress(OSError):
            while True:
                heard.add((it.recv(99).decode(), place))
    return heard


def do_refused():
    """A sample of what the packet filter has dropped, with names for addresses."""
    names = {address: name for name, _, own in inspected() for address in own}
    text = call("journalctl -kqg", "vpsgen IN").stdout.decode()
    print(re.sub(r"[\d.]+", lambda it: names.get(it[0], it[0]), text))
