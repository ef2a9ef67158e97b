"""What programs that nobody here wrote say of the running machine (testssl.py has one more)."""

import json
import os
import pathlib
import subprocess

from cloud import WIRE, ended, run
from internet import ATTACKER, INSTANCE

# Those that come from PyPI; tests/run installs them.
JUDGES = pathlib.Path(os.environ["VPSGEN_CACHE"], "judges/bin")

# Units that keep running, which `systemd-analyze security` may rate up to this.
EXPOSURE = 5.0


def ask(cloud, instance, report):
    ssh(report)
    units(instance, report)
    nginx(cloud, instance, report)


def ssh(report):
    """Asked from the attacker's address: the server and the bans take its many connections for an attack."""
    run("ip", "route", "add", INSTANCE, "dev", WIRE, "src", ATTACKER)
    try:
        text = ended(JUDGES / "ssh-audit", "--skip-rate-test", "--no-colors", INSTANCE).stdout
    finally:
        run("ip", "route", "del", INSTANCE, "dev", WIRE)
    report.expect("ssh-audit", [line for line in text.splitlines() if "[fail]" in line or "[warn]" in line], [])
    report.expect("ssh-audit saw the server", "software: OpenSSH" in text and "(kex)" in text, True)


def nginx(cloud, instance, report):
    """What the web server runs with, all files in one; and a bad one, to know that it can see."""
    report.expect("gixy", gixy(cloud, instance.ask("nginx -T 2>/dev/null")), set())
    bad = "http { server { location ~ /x(.*) { return 301 http://$host$uri; } } }"
    report.expect("gixy sees a bad line", gixy(cloud, bad), {"http_splitting"})


def gixy(cloud, text):
    path = cloud.directory / "nginx.conf"
    path.write_text(text)
    found = subprocess.run([JUDGES / "gixy", "--format=json", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return {finding["plugin"] for finding in json.loads(found)}


def units(instance, report):
    listed = instance.ask("systemctl list-units --type=service --state=running --plain --no-legend 'vpsgen*'").split("\n")
    instance.ask("systemctl start vpsgen-relay-127.0.0.1-8082.service")
    units = {line.split()[0] for line in listed if line} | {"vpsgen-relay-127.0.0.1-8082.service"}
    for unit in sorted(units):
        found = json.loads(instance.ask(f"systemd-analyze security --json=short {unit}"))
        text = instance.ask(f"systemd-analyze security --no-pager {unit} | tail -1")
        level = float(text.split("for")[1].split(":")[1].split()[0])
        report.expect(f"systemd-analyze security {unit}: {level}, of {len(found)} questions", level <= EXPOSURE, True)
