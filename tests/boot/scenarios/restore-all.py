"""Everything is lost but the remote of the backups and the owner's key: a build that restores brings all data back before
any application starts, and says so. A reboot doesn't do it again."""

import owner
from cloud import wait_for
from questions import backed, containers, storage
from scenarios import Start

START = Start("fresh", "ready")


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    backed.plant(cloud, instance, "saved")
    instance.ask("systemctl start vpsgen-run@backup")
    wanted = backed.everything(cloud, instance, "saved")
    instance.shut_down()
    instance.renew()
    for volume in instance.volumes:
        instance.disk(volume).unlink()
        instance.blank(volume)
    cloud.paste((cloud.restoring / "user-data").read_text())
    report.say("the new instance is launched")
    owner.starts(instance, report)
    reason = owner.reaches(instance, report, "seed", "waiting")["reason"]
    report.expect("it waits for the seed of the backup, and says how", "vpsctl unlock" in reason, True)
    owner.bring(cloud, instance)
    wrong = instance.ssh("sudo vpsctl unlock", input=f"vpsgen-seed-v1 {cloud.host['name']} {'00' * 32}\n")
    report.expect("a seed that the repository doesn't open with is refused", (wrong.returncode, "not the seed" in wrong.stdout), (1, True))
    report.expect("the sealed copies are with the backup", "BEGIN AGE" in instance.ask("vpsctl sealed"), True)
    instance.ask("vpsctl unlock", input=f"vpsgen-seed-v1 {cloud.host['name']} {cloud.remembered['seed']}\n")
    said = owner.reaches(instance, report, "restore", "done")["reason"]
    report.expect("it says what it restored", "restored from set" in said and "nextcloud-db" in said, True)
    wait_for("READY", lambda: not (owner.left(instance, report) or {"restore"}) - {"restore"})
    report.say("READY, restored")
    backed.compare(report, backed.everything(cloud, instance, "saved"), wanted)
    owner.ask(cloud, instance, report, storage, containers)
    backed.plant(cloud, instance, "newer")
    newer = backed.everything(cloud, instance, "newer")
    instance.shut_down()
    owner.starts(instance, report)
    wait_for("READY", lambda: owner.left(instance, report) == set())
    backed.compare(report, backed.everything(cloud, instance, "newer"), newer)
