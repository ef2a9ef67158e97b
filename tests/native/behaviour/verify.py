"""`vpsctl verify` as it is rendered, where namespaces stand for containers: it finds nothing wrong with the filter as it was
made, by TCP and UDP, and says what is wrong with one that somebody took away or changed. Docker is a program that says who runs where."""

import json
import subprocess

from town import network_of

DOCKER = "/usr/local/bin/docker"


def verify(system, said, report):
    # Debian 12's python can't enter a namespace, and Debian 12 is no host of ours.
    if system.run("python3", "-c", "import os, sys; sys.exit(not hasattr(os, 'setns'))", check=False).returncode:
        return
    sleepers = {}
    for name in {it["service"] for it in said["addresses"]}:
        with network_of(name):
            sleepers[name] = subprocess.Popen(["sleep", "infinity"])
    docker(system, sleepers, said)
    good = vpsctl(system)
    report.expect(f"vpsctl verify is content: {good.stdout}{good.stderr}", (good.returncode, "0 differ" in good.stdout), (0, True))
    print("vpsctl verify:", good.stdout.strip())
    system.run("nft", "delete", "table", "bridge", "vpsgen")
    bad = vpsctl(system)
    report.expect("vpsctl verify misses the table", (bad.returncode, "reaches 172.20.0.4 tcp 3306" in bad.stdout), (1, True))
    system.run("nft", "-f", "/etc/vpsgen/filter.nft")
    opened = ("172.20.0.2 . 172.20.0.4 . udp . 3306", "reaches 172.20.0.4 udp 3306")
    system.run("nft", "add", "element", "bridge", "vpsgen", "flows", f"{{ {opened[0]} }}")
    bad = vpsctl(system)
    report.expect(f"vpsctl verify tells what UDP reaches: {bad.stdout[-300:]}", (bad.returncode, opened[1] in bad.stdout, "1 differ" in bad.stdout), (1, True, True))
    system.run("nft", "-f", "/etc/vpsgen/filter.nft")
    left = {name: it for name, it in sleepers.items() if name != "matomo-db"}
    docker(system, left, said, stopped=["matomo-db"])
    good = vpsctl(system)
    report.expect(f"vpsctl verify leaves out who was stopped: {good.stdout}{good.stderr}", (good.returncode, "0 differ" in good.stdout), (0, True))
    for sleeper in sleepers.values():
        sleeper.kill()


def docker(system, sleepers, said, stopped=()):
    """Puts a Docker there that says this of its containers. One that was stopped has no process and no address."""
    told = [described(name, it.pid, said) for name, it in sleepers.items()] + [described(name, 0, {"addresses": []}) for name in stopped]
    system.write(DOCKER, "#!/bin/sh\ncat <<'END'\n" + json.dumps(told) + "\nEND\n", mode=0o755)


def described(name, process, said):
    """What Docker says of a container, as far as it is asked."""
    networks = {it["network"]: {"IPAddress": it["address"]} for it in said["addresses"] if it["service"] == name}
    return {"Name": f"/{name}", "State": {"Pid": process}, "NetworkSettings": {"Networks": networks}}


def vpsctl(system):
    return system.run("/usr/local/bin/vpsctl", "verify", check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
