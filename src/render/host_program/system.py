"""The operating system: packages, what it reads from our files, the firewall, and the services of the host itself."""

import re
import shlex
from pathlib import Path

from .host import HOST, SHARE, STATE, call, merge, run, write
from .storage import OURS

POLICY = Path("/usr/sbin/policy-rc.d")
APT = "apt-get -y --no-install-recommends -o DPkg::Lock::Timeout=900 -o Acquire::Retries=3"
# The cloud image's own rules stand before UFW's: its REJECT would hide them, and its NTP rule opens too much.
LEFTOVER = "-A (INPUT|FORWARD) .*(-prohibited|--sport 123 -j ACCEPT)"


def step_packages():
    """Installs what is missing, and mends what a power cut left half installed. No service starts unconfigured."""
    try:
        found = call("dpkg-query -Wf${db:Status-Status}", *HOST["packages"])
        if found.returncode or found.stdout.replace(b"installed", b""):
            write(POLICY, "#!/bin/sh\nexit 101\n", 0o755)
            run("dpkg --configure -a")
            run(f"{APT} update")
            run(f"{APT} install", *HOST["packages"])
    finally:
        POLICY.unlink(missing_ok=True)


def step_system():
    """Makes the files in /etc count. sshd is told only of a configuration that it accepts."""
    for line in (
        "systemctl restart systemd-sysctl",
        f"timedatectl set-timezone {HOST['timezone']}",
        "sshd -t",
        "systemctl try-reload-or-restart ssh",
    ):
        run(line)
    # Containers are given this directory, so it is there before them, and open to read.
    (STATE / "metrics").mkdir(0o755, True, True)
    if "docker_group" in HOST:
        run("usermod -aG docker", HOST["docker_group"])


def step_firewall():
    """UFW takes over, and SSH answers at every moment of it: first our rules, then UFW on, and only then go the image's
    own catch-all rules, each by its exact text. Nothing is ever flushed or reset; our own tables are renewed in one move.
    Oracle's chain, which guards the boot volume and the metadata service, would be gone with the next boot: UFW keeps it
    as it was found."""
    # The distribution's own unit would flush every table whenever it starts or stops.
    run("systemctl mask nftables")
    run("nft -f /etc/vpsgen/filter.nft")
    keep_chain("InstanceServices")
    for rule in (SHARE / "ufw.rules").read_text().splitlines():
        run("ufw", *shlex.split(rule))
    run("ufw --force enable")
    run("ufw reload")
    for program in ("iptables", "ip6tables"):
        for rule in run(f"{program} -S").splitlines():
            if re.fullmatch(LEFTOVER, rule):
                run(f"{program} -D {rule[3:]}")


def keep_chain(name):
    rules = [rule for rule in run("iptables -S").splitlines() if name in rule and rule[:2] == "-A"]
    before = Path("/etc/ufw/before.rules")
    if rules and name not in before.read_text():
        kept = "\n".join(rules).replace("-A OUTPUT", "-A ufw-before-output")
        merge(before, OURS, f"# vpsgen\n*filter\n:{name} - [0:0]\n{kept}\nCOMMIT\n# vpsgen end\n")


def start(test, service):
    """Starts a service with a configuration that it accepts, or gives it the new one. Its package has enabled it."""
    run(test)
    run(f"systemctl reload-or-restart {service}")


def step_web():
    """Names may lead here already: then their certificates are asked for at once."""
    start("nginx -t", "nginx")
    run("systemctl start --no-block vpsgen-run@certificates")


def step_bans():
    start("fail2ban-client -t", "fail2ban")
