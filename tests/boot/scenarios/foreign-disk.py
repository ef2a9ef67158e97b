"""A disk with somebody's data in the place of a volume stays as it is, bit for bit; its zone says so, the rest runs. The
right one in its place is taken as soon as it is there."""

import hashlib

import owner
from cloud import run
from questions import containers, host, storage
from scenarios import Start

START = Start("fresh", "ready")
PLACE, VOLUME = "oraclevdd", "mail"


def scenario(cloud, instance, report):
    instance.blank("foreign")
    run("truncate", "-s", "1G", instance.disk("foreign"))
    photos = cloud.directory / "photos"
    photos.mkdir()
    (photos / "somebody.txt").write_text("somebody's only copy\n")
    run("mke2fs", "-q", "-t", "ext4", "-L", "photos", "-d", photos, instance.disk("foreign"))
    before = digest(instance)
    owner.publish(cloud)
    owner.starts(instance, report, attached={**{volume: volume for volume in instance.volumes}, PLACE: "foreign"})
    missing = {f"storage-{VOLUME}", f"zone-{VOLUME}"}
    status = owner.waits_only_for(instance, report, missing)
    report.expect("it is FAILED", status["state"], "FAILED")
    reason = status["steps"][f"storage-{VOLUME}"]["reason"]
    report.expect("and says what was found", "holds ext4" in reason and VOLUME in reason, True)
    running = instance.ask("docker ps --format '{{.Names}}'").split()
    zone = set(cloud.host["zones"][VOLUME]["services"])
    others = {name for other in cloud.host["zones"].values() for name in other["services"]} - zone
    report.expect("its zone is down", set(running) & zone, set())
    report.expect("the others run", others - set(running), set())
    report.expect("nothing is where it would be mounted", instance.ask(f"ls -A /mnt/{VOLUME}"), "")
    report.expect("and nothing can be", instance.ssh(f"sudo touch /mnt/{VOLUME}/x").returncode, 1)
    instance.detach(PLACE)
    report.expect("the disk is as it was", digest(instance), before)
    instance.attach(PLACE)
    owner.ready(instance, report)
    report.expect("the disk is still as it was", digest(instance), before)
    owner.ask(cloud, instance, report, host, storage, containers)


def digest(instance):
    with instance.disk("foreign").open("rb") as disk:
        return hashlib.file_digest(disk, "sha256").hexdigest()
