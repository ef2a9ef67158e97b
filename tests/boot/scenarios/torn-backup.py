"""The upload of a set is cut at several points: the previous set stays the newest that counts, the status says that the
backup failed, and the next one is whole."""

import time

import internet
import owner
from cloud import wait_for
from questions import backed
from scenarios import Start

START = Start("fresh", "ready")
POINTS = (2, 10, 30)
UNIT = "vpsgen-run@backup"


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    backed.plant(cloud, instance, "saved")
    instance.ask(f"systemctl start {UNIT}")
    wanted = backed.everything(cloud, instance, "saved")
    for seconds in POINTS:
        instance.ask("head -c 200000000 /dev/urandom >/mnt/private/nextcloud-files/large")
        instance.ask(f"systemctl start --no-block {UNIT}")
        time.sleep(seconds)
        cloud.stop("remote")
        ended = wait_for("end of the backup", lambda: (state := instance.ssh(f"systemctl is-active {UNIT}").stdout.strip()) != "activating" and state)
        report.expect(f"cut after {seconds} s, it has failed", ended, "failed")
        report.expect("the status says so", instance.status()["steps"]["backup"]["state"], "failed")
        internet.serve_remote(cloud)
    said = instance.ask("vpsctl restore latest")
    report.expect("the set before is the newest", "restored from set 1 " in said, True)
    backed.compare(report, backed.everything(cloud, instance, "saved"), wanted)
    instance.ask(f"systemctl start {UNIT}")
    report.expect("the next set is whole", "restored from set 2 " in instance.ask("vpsctl restore latest"), True)
