"""Sections 4.3 and 7.4 of the specification, literally, and again from inside each container's namespaces with the
machine's own programs, so that a program that an image lacks can't pass for isolation. Each refusal has a control that
shows that the question can be answered with yes."""

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
# From a container: what it may reach, if only itself, and what of other zones it may not.
REACHES = {"matomo-app": ("172.20.0.4", 3306), "nextcloud-app": ("172.21.0.3", 5432), "nextcloud-db": ("172.21.0.3", 5432),
           "mailserver": (OUTSIDE, 80)}
REFUSED = {
    "matomo-app": (("172.21.0.2", 9000), ("172.21.0.3", 5432), ("172.22.0.2", 25), ("172.23.0.3", 5432)),
    "nextcloud-app": (("172.20.0.2", 80), ("172.20.0.4", 3306), ("172.22.0.2", 25), (OUTSIDE, 80), (METADATA, 80)),
    "nextcloud-db": ((OUTSIDE, 80), (METADATA, 80), ("172.20.0.2", 80)),
    "mailserver": (("172.20.0.4", 3306), ("172.21.0.3", 5432)),
}


def ask(cloud, instance, report):
    for command in LITERAL:
        report.expect(f"fails: {command}", instance.ssh(f"sudo {command}").returncode != 0, True)
    processes = dict(line.split() for line in instance.ask(
        "docker ps -q | xargs docker inspect -f '{{.Name}} {{.State.Pid}}'").replace("/", "").splitlines())
    for name, refused in REFUSED.items():
        found = connections(instance, processes[name], [REACHES[name], *refused])
        for (address, port), is_there in found.items():
            wanted = (address, port) == REACHES[name]
            report.expect(f"{name} {'reaches' if wanted else 'does not reach'} {address}:{port}", is_there, wanted)
    files(instance, report, processes)


# The machine's own python3 in a container's network: where it gets a connection, all places at once.
PROGRAM = """
import concurrent.futures, json, socket
def connects(place):
    try:
        socket.create_connection(place, 15).close()
        return True
    except OSError:
        return False
places = PLACES
with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:
    print(json.dumps(list(pool.map(connects, places))))
"""


def connections(instance, process, places):
    program = PROGRAM.replace("PLACES", repr(places))
    return dict(zip(places, json.loads(instance.ask(f"nsenter -t {process} -n python3 -", input=program))))


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
