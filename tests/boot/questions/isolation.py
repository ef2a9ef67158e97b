"""Sections 4.3 and 7.4 of the specification, literally, and the packet filter: `vpsctl verify`, and apart from it the
machine's own programs inside each container's namespaces and under the host's users, so that a program that an image
lacks can't pass for isolation. Each refusal has a control that shows that the question can be answered with yes."""

import concurrent.futures
import json

from internet import METADATA, OUTSIDE

LITERAL = (
    "docker exec matomo-app ping -c 1 172.21.0.2",
    "docker exec nextcloud-app ping -c 1 172.20.0.2",
    "docker exec nextcloud-db curl -s http://google.com",
    "docker exec matomo-app ls /mnt/private",
    "docker exec nextcloud-app ls /mnt/public",
    "docker exec web-server touch /usr/share/nginx/html/test",
)
# From a container: what it may reach, and what it may not, within its zone, of other zones, of the host and outside.
REACHES = {
    "matomo-app": (("172.20.0.4", 3306),), "nextcloud-app": (("172.21.0.3", 5432), ("172.21.0.4", 6379)),
    "alertmanager": (("172.22.0.2", 25),), "mailserver": ((OUTSIDE, 25),), "backup-agent": (("172.23.0.5", 8080), ("172.23.0.3", 5432)),
}
REFUSED = {
    "matomo-app": (("172.20.0.2", 80), ("172.20.0.4", 22), ("172.20.0.1", 22), ("172.20.0.1", 443), (OUTSIDE, 80), (METADATA, 80),
                   ("172.21.0.2", 9000), ("172.21.0.3", 5432), ("172.22.0.2", 25), ("172.23.0.3", 5432)),
    "nextcloud-app": (("172.20.0.2", 80), ("172.20.0.4", 3306), ("172.21.0.1", 22), ("172.22.0.2", 25), (OUTSIDE, 80), (METADATA, 80)),
    "nextcloud-db": (("172.23.0.4", 3306), ("172.21.0.4", 6379), (OUTSIDE, 80), (METADATA, 80), ("172.20.0.2", 80)),
    "mailserver": (("172.20.0.4", 3306), ("172.21.0.3", 5432), ("172.22.0.1", 22), (METADATA, 80), (OUTSIDE, 80), ("10.0.2.2", 80)),
    "backup-agent": (("172.23.0.3", 22), ("172.23.0.1", 22)),
}
# Under a user of the host: what it may reach, and what it may not.
USERS = {
    "www-data": ([("172.20.0.3", 9000)], [("172.20.0.4", 3306), (OUTSIDE, 80), ("127.0.0.1", 22), (METADATA, 80)]),
    "debian": ([("127.0.0.1", 3000), ("127.0.0.1", 443)], [("127.0.0.1", 8080), ("172.20.0.4", 3306), (METADATA, 80)]),
    "nobody": ([("127.0.0.1", 443)], [("127.0.0.1", 9090), ("172.20.0.3", 9000)]),
    "root": ([(METADATA, 80), ("172.20.0.4", 3306)], []),
    "systemd-timesync": ([("127.0.0.1", 443)], [(METADATA, 80)]),
}
FILTER = "/etc/vpsgen/filter.nft"


def ask(cloud, instance, report):
    for command in LITERAL:
        report.expect(f"fails: {command}", instance.ssh(f"sudo {command}").returncode != 0, True)
    processes = dict(line.split() for line in instance.ask(
        "docker ps -q | xargs docker inspect -f '{{.Name}} {{.State.Pid}}'").replace("/", "").splitlines())
    loaded(instance, report)
    probes(instance, report, processes)
    # One by one, and with probes meanwhile, in the scenario of that name.
    neighbours = ("ufw reload", "systemctl restart fail2ban", f"nft -f {FILTER}")
    for command in neighbours:
        instance.ask(command)
    verified(instance, report, f"after {', '.join(neighbours)}")
    isolated(instance, report, processes)
    files(instance, report, processes)


def loaded(instance, report):
    """The filter is there, nothing starts without it, and the distribution's own unit can't take it away."""
    verified(instance, report, "as it came up")
    report.expect("the filter's unit", instance.ask("systemctl is-active vpsgen-filter").strip(), "active")
    required = instance.ask("systemctl show -P Requires docker").split()
    report.expect("Docker requires it", "vpsgen-filter.service" in required, True)
    report.expect("the distribution's unit", instance.ssh("systemctl is-enabled nftables").stdout.strip(), "masked")


def verified(instance, report, when):
    done = instance.ssh("sudo vpsctl verify")
    last = (done.stdout.strip().splitlines() or [""])[-1].split()
    report.expect(f"vpsctl verify {when}: {done.stdout[-300:]}", (done.returncode, last[2:]), (0, ["0", "differ"]))
    report.expect(f"it probed hundreds of cells {when}", int(last[0]) > 300, True)


def probes(instance, report, processes):
    for name, process in processes.items():
        report.expect(f"{name} has no IPv6 address to send from",
                      [line for line in instance.ask(f"nsenter -t {process} -n ip -6 -o addr").splitlines() if " lo " not in line], [])
    asked = [(name, f"nsenter -t {processes[name]} -n", REACHES.get(name, ()), REFUSED.get(name, ()))
             for name in sorted({*REACHES, *REFUSED})]
    asked += [(user, f"runuser -u {user} --", may, may_not) for user, (may, may_not) in USERS.items()]

    def probe(name, prefix, may, may_not):
        found = answering(instance, prefix, [*may, *may_not])
        report.expect(f"{name} reaches, of {len(may) + len(may_not)} places", found, set(may))

    # Side by side, since they wait for what doesn't answer; SSH has ten sessions for a connection.
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(probe, *zip(*asked)))
    report.expect("names are found by everybody", instance.ssh("sudo runuser -u nobody -- getent hosts www.example.net").returncode, 0)


def isolated(instance, report, processes):
    """By the file that `vpsctl isolate` leaves, which every load of the filter reads."""
    agent, file = processes["backup-agent"], "/var/lib/vpsgen/backup-agent.nft"
    place = ("172.23.0.5", 8080)
    instance.ask(f"echo 'add element bridge vpsgen isolated {{172.23.0.2}}' >{file} && nft -f {FILTER}")
    report.expect("an isolated container reaches its flow", answering(instance, f"nsenter -t {agent} -n", [place]), set())
    instance.ask(f"rm {file} && nft -f {FILTER}")
    report.expect("and when the file is gone", answering(instance, f"nsenter -t {agent} -n", [place]), {place})


# From the network or as the user that it is run in: which places answer, be it with a refusal. What the filter drops has
# no answer at all. All are asked at once.
PROGRAM = """
import concurrent.futures, errno, json, socket
def answers(place):
    it = socket.socket()
    it.settimeout(10)
    return it.connect_ex(place) in (0, errno.ECONNREFUSED)
places = PLACES
with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:
    print(json.dumps(list(pool.map(answers, places))))
"""


def answering(instance, prefix, places):
    found = json.loads(instance.ask(f"{prefix} python3 -", input=PROGRAM.replace("PLACES", repr(list(places)))))
    return {place for place, answers in zip(places, found) if answers}


def files(instance, report, processes):
    """A container's own root, through the kernel: other mounts aren't there, and what is read-only can't be written."""
    for name, own, others in (("matomo-app", "/var/www/html/config", ("/mnt/private", "/mnt/public", "/mnt/mail")),
                              ("nextcloud-app", "/var/www/html/config", ("/mnt/private", "/mnt/public", "/mnt/mail"))):
        root = f"/proc/{processes[name]}/root"
        report.expect(f"{name} has its own files", instance.ssh(f"sudo test -d {root}{own}").returncode, 0)
        for other in others:
            report.expect(f"{name} has no {other}", instance.ssh(f"sudo test -e {root}{other}").returncode, 1)
    for name, path, writable in (("web-server", "/usr/share/nginx/html", False), ("web-server", "/tmp", True)):
        # As its own user, in its own user namespace: to the machine's root these are other people's files.
        touch = f"sudo nsenter -t {processes[name]} -U -m -S 101 -G 101 touch {path}/test"
        report.expect(f"{name} can write {path}", instance.ssh(touch).returncode == 0, writable)
