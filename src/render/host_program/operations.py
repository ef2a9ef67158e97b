"""What the owner does day by day, week by week, and on the worst day. Each `do_NAME`, here
or beside what it is about, is a command of vpsctl."""

import json
import os
import sys

from .containers import compose, ill, inside, step_zone
from .host import ETC, HOST, STATE, Problem, call, records, run, services, succeeds, write
from .restore import restore
from .seed import unlock, wanted
from .status import known, summary, word
from .storage import knows, labelled, token
from .system import APT


def show(line, *values):
    """Lets the owner see a command and what it prints."""
    print("$", line, *values, flush=True)
    call(line, *values, stdout=None, stderr=None)


def find(service):
    """What is known of a service."""
    for _, name, content in services():
        if name == service:
            return content
    raise Problem(f"there is no service {service}")


def do_status(*json_option):
    """READY, WAITING or FAILED, and why."""
    steps = known()
    print(json.dumps({"state": word(steps), "steps": steps}) if json_option else summary(steps))


def do_health():
    show("docker ps -a")
    show("docker system df")
    show("df -h /", *(volume["mount"] for volume in HOST["volumes"].values()))
    show("systemctl --failed")
    if sick := ill([name for _, name, _ in services()]):
        raise Problem(f"{sick}: vpsctl logs SERVICE")


def do_logs(service, *options):
    find(service)
    show("docker logs --tail=100", *options, service)


def do_update():
    """Packages, then each zone's images."""
    show(f"{APT} update")
    show(f"{APT} upgrade")
    for zone in HOST["zones"]:
        compose(zone, "build --pull")
        compose(zone, "pull --ignore-buildable")
        step_zone(zone)


def do_clean():
    """What nothing has used for a week."""
    show("docker image prune -af --filter label!=evidence --filter until=168h")
    show("docker builder prune -f --filter until=168h")
    show("apt-get clean")


def do_restore(what="", option="--from", name=""):
    """Loads a set (`latest`, a day, or a snapshot's id), one service's part of it, or lists them."""
    if what:
        restore(*((name, what) if name else (what,)))
    else:
        show("restic snapshots --compact")


def do_dns():
    """The records that dns.zone only announces."""
    for _, name, service in services():
        if "records" in service:
            show(*inside(name, None, service["records"]))


def do_secret(verb, name):
    """set NAME: takes a secret that only the owner knows from standard input."""
    if verb != "set" or name not in wanted():
        raise Problem(f"only these can be set: {' '.join(sorted(wanted()))}")
    write(ETC / name, sys.stdin.buffer.read().removesuffix(b"\n"), 0o400)


def do_sealed():
    """The sealed copies of the seed on the volumes that are here, and with the backup to restore: they open with the owner's key only."""
    for name, volume in HOST["volumes"].items():
        device = "luks" in volume and labelled(volume)
        if note := device and token(device):
            print(note["sealed"])
        for copy in (records(name) / "sealed").glob("*.age"):
            print(copy.read_text())
    if "restore" in HOST:
        print(call(f"rclone cat {HOST['backup']['remote']} --include {HOST['name']}-*.age").stdout.decode())


def do_unlock():
    """Takes the opened seed from standard input."""
    unlock(sys.stdin.read(), knows)


def do_audit():
    """What the world may reach, and what listens."""
    show("ufw status verbose")
    show("ss -lntup")
    show("docker network ls")


def do_task(instance):
    """SERVICE.NAME: runs a service's scheduled command."""
    service, _, name = instance.partition(".")
    command = find(service)["tasks"][name]
    if not ill([service]):
        run(*inside(service, *command))


def do_metrics():
    """What monitoring can't see from outside, for node-exporter's textfile directory."""
    ailing = run("systemctl --failed -q") or ill([name for _, name, _ in services()])
    values = {"ready": word(known()) == "READY" and not ailing}
    for name, volume in HOST["volumes"].items():
        if os.path.exists(volume["mount"]):
            space = os.statvfs(volume["mount"])
            values[f'volume_used_ratio{{volume="{name}"}}'] = 1 - space.f_bavail / space.f_blocks
    for name in HOST["certificates"]:
        lasts = succeeds("openssl x509 -checkend 1209600 -in", ETC / "tls" / name / "fullchain.pem")
        values[f'certificate_expires{{certificate="{name}"}}'] = not lasts
    for name in ("backup", "rehearsal"):
        if (STATE / name).exists():
            values[f"{name}_last_success_seconds"] = (STATE / name).stat().st_mtime
    write(STATE / "metrics/vpsgen.prom", "".join(f"vpsgen_{key} {float(value)}\n" for key, value in values.items()))
