"""The packet filter from the containers' side: who really gets through, and how one of them is cut off. What should get
through is read from the filter's own file, which says the flows of the blueprint."""

import json
import os
import re
import socket
import time

from .host import ETC, STATE, Problem, run, services, write

FILTER = ETC / "filter.nft"


def cut_off(service, addresses):
    """From all that it talks to, at once and after every restart."""
    path = STATE / f"{service}.nft"
    write(path, f"add element bridge vpsgen isolated {{{','.join(addresses)}}}\n")
    run("nft -f", path)


def let_back(service):
    (STATE / f"{service}.nft").unlink(True)
    run("nft -f", FILTER)


def do_verify():
    """Tries every connection from every container, and from root as the control, and says what differs."""
    text = FILTER.read_text()
    flows = set(re.findall(r"(\S+) \. (\S+) \. tcp \. (\d+)", text))
    hosts = [it for it in run("hostname -I").split() if "." in it]
    inside = {(address, port) for _, address, port in flows} | {(host, "22") for host in hosts}
    outside = {("169.254.169.254", "80"), ("1.1.1.1", "443")}
    found = [("root", 1, inside, inside)]
    for it in json.loads(run("docker inspect", *(name for _, name, _ in services()))):
        own = [network["IPAddress"] for network in it["NetworkSettings"]["Networks"].values()]
        others = {place for place in inside | outside if place[0] not in own}
        found.append((it["Name"][1:], it["State"]["Pid"], others, {place for place in others if any((address, *place) in flows for address in own)}))
    cells = wrong = 0
    for name, process, places, expected in found:
        cells += len(places)
        for place in expected ^ reached(process, places):
            wrong += 1
            print(name, "can't reach" if place in expected else "reaches", *place)
    print(cells, "cells,", wrong, "differ")
    if wrong:
        raise Problem("the packet filter isn't as it should be: vpsctl converge")


def reached(process, places):
    """Which places answer in the network of a process, be it with a refusal."""
    with open(f"/proc/{process}/ns/net") as network:
        os.setns(network.fileno(), os.CLONE_NEWNET)
    tries = {place: socket.socket() for place in places}
    results = {}
    for pause in 3, 0:
        for place, it in tries.items():
            it.setblocking(False)
            results[place] = it.connect_ex((place[0], int(place[1])))
        time.sleep(pause)
    return {place for place, result in results.items() if result in (0, 106, 111)}
