"""Power is lost in the middle of one step after the other of the first boot; the host still becomes what it should be."""

import time

import internet
from cloud import wait_for
from questions import containers, host, storage
from scenario import load

FIRST = load(__file__.replace("power-cut", "first-boot"))
STEPS = ("packages", "storage-private", "images-private", "zone-public", "setup-private")


def scenario(cloud, instance, report):
    internet.publish(cloud, "owner", [(name, internet.INSTANCE) for name in (*FIRST.OWNER, FIRST.LATER)])
    instance.boot()
    wait_for("answer by SSH", instance.boot_id)
    # While the paste is decoded or its files are written.
    wait_for("files", lambda: instance.ssh("sudo test -e /var/lib/cloud/scripts/per-boot/vpsgen").returncode == 0)
    cut(instance, report, "the paste")
    for step in STEPS:
        wait_for(f"{step} under way", lambda: under_way(instance, step))
        cut(instance, report, step)
    FIRST.bring_what_it_waits_for(cloud, instance)
    FIRST.ready(instance, report)
    for question in (host, storage, containers):
        FIRST.ask(question, cloud, instance, report)


def under_way(instance, step):
    status = instance.status()
    return bool(status) and status["steps"].get(step, {}).get("state") in ("running", "done")


def cut(instance, report, what):
    # Somewhere in the middle, another place each time.
    time.sleep(time.monotonic() % 7)
    instance.cut()
    instance.boot()
    wait_for("answer by SSH", instance.boot_id)
    report.say(f"SSH answers after a power cut during {what}")
    report.expect(f"SSH after a power cut during {what}", bool(instance.boot_id()), True)
