"""A set is rehearsed, which touches nothing that runs. Then one service goes back to it, and the others keep what is newer."""

import re

import owner
from questions import backed, containers
from questions.applications import query, sql
from scenarios import Start

START = Start("fresh", "ready")


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    backed.plant(cloud, instance, "saved")
    instance.ask("systemctl start vpsgen-run@backup")
    rehearsed(cloud, instance, report)
    sql(instance, "UPDATE saved SET name = 'newer'")
    query(instance, "UPDATE saved SET name = 'newer'")
    said = instance.ask("vpsctl restore nextcloud-db --from latest")
    report.expect("it says what it restored", "restored from set" in said and "nextcloud-db" in said and "matomo" not in said, True)
    owner.ready(instance, report)
    report.expect("the row is that of the set", query(instance, "SELECT name FROM saved").strip(), "saved of PostgreSQL")
    report.expect("the other database keeps its own", sql(instance, "SELECT name FROM saved").strip(), "newer")
    owner.ask(cloud, instance, report, containers)


def rehearsed(cloud, instance, report):
    """The newest set, in containers of its own: an answer of each database, a checksum of each tree."""
    picture = "docker ps -a --no-trunc --format '{{.ID}} {{.Names}}' | sort; docker inspect -f '{{.State.StartedAt}}' $(docker ps -aq)"
    before = instance.ask(picture)
    instance.ask("systemctl start vpsgen-run@rehearse")
    step = instance.status()["steps"]["rehearsal"]
    report.expect("the rehearsal is done", step["state"], "done")
    report.expect("of the newest set", step["reason"].startswith("set 1 of "), True)
    for name in ("matomo-db", "nextcloud-db", "mail-db"):
        counted = re.search(f"{name}: ([1-9][0-9]*) (tables|accounts)", step["reason"])
        report.expect(f"it counts what {name} has", bool(counted), True)
    for path in backed.directories(cloud):
        report.expect(f"it counts files of {path}", bool(re.search(f"{path}: [1-9][0-9]* files", step["reason"])), True)
    report.expect("nothing that runs was touched, nothing is left", instance.ask(picture), before)
    report.expect("nor on the volumes", instance.ask("find /mnt -maxdepth 3 -name restored"), "")
    instance.ask("systemctl start vpsgen-run@metrics")
    report.expect("Prometheus is told", "vpsgen_rehearsal_last_success_seconds" in instance.ask("cat /var/lib/vpsgen/metrics/vpsgen.prom"), True)
