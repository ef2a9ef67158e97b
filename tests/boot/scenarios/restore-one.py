"""One service goes back to a set, and the others keep what is newer."""

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
    sql(instance, "UPDATE saved SET name = 'newer'")
    query(instance, "UPDATE saved SET name = 'newer'")
    said = instance.ask("vpsctl restore nextcloud-db --from latest")
    report.expect("it says what it restored", "restored from set" in said and "nextcloud-db" in said and "matomo" not in said, True)
    owner.ready(instance, report)
    report.expect("the row is that of the set", query(instance, "SELECT name FROM saved").strip(), "saved of PostgreSQL")
    report.expect("the other database keeps its own", sql(instance, "SELECT name FROM saved").strip(), "newer")
    owner.ask(cloud, instance, report, containers)
