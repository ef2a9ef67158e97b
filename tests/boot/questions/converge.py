"""All steps once more on a READY host: they change nothing, and the host says so."""

OF_THE_DESIGN = False
# What of a host could be changed by its steps, in the words of the programs that know it.
PICTURE = """set -e
docker ps -a --no-trunc --format '{{.ID}} {{.Names}}' | sort
docker inspect -f '{{.State.StartedAt}} {{.State.Pid}}' $(docker ps -aq) | sort
docker network ls --no-trunc -q | sort
docker image ls --no-trunc -q | sort
iptables-save | grep ^-A; ip6tables-save | grep ^-A
nft -s list tables
findmnt -rn -o TARGET,SOURCE,OPTIONS | sort
dpkg-query -W
find /etc /opt /usr/local /var/lib/vpsgen /run/vpsgen -type f ! -name status.json ! -name lock ! -path '*/metrics/*' -exec sha256sum {} + | sort -k 2
systemctl list-units --no-legend --plain --state=active --type=service,mount,socket,timer | cut -d' ' -f1 | sort
systemctl show -P MainPID docker nginx fail2ban ssh
"""


def ask(cloud, instance, report):
    before = instance.ask(PICTURE).splitlines()
    # All of it is there to be compared: containers, packages, files.
    report.expect("the picture shows the host", len(before) > 500, True)
    said = instance.ask("vpsctl converge")
    after = instance.ask(PICTURE).splitlines()
    report.expect("a second converge changes nothing", set(before) ^ set(after), set())
    report.expect("and says so", said.splitlines()[-1:], ["nothing changed"])
    report.expect("it is still READY", instance.ssh("vpsctl status").stdout.strip(), "READY")
