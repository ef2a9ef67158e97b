"""A set that this host's seed can't open is refused before anything is changed, and so is a forged one."""

import owner
from questions import backed
from scenarios import Start

START = Start("fresh", "ready")


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    backed.plant(cloud, instance, "saved")
    instance.ask("systemctl start vpsgen-run@backup")
    wanted = backed.everything(cloud, instance, "saved")
    instance.ask("cp -a /etc/vpsgen/keys/backup /root/key && chmod 600 /etc/vpsgen/keys/backup && echo 00 >/etc/vpsgen/keys/backup")
    refused(instance, report, "another key", "wrong password")
    instance.ask("cp -a /root/key /etc/vpsgen/keys/backup")
    manifest = "/var/lib/vpsgen/manifest"
    instance.ask(f"sed -i '1s/./0/g' {manifest} && {forge(manifest)}")
    said = instance.ask("vpsctl restore latest")
    report.expect("the last set that counts is taken", "restored from set 1 " in said, True)
    backed.compare(report, backed.everything(cloud, instance, "saved"), wanted)


def forge(manifest):
    """A set of somebody who has the repository's key, but not the seed."""
    program = "import json,os,sys; os.environ.update(json.load(open('/etc/vpsgen/host.json'))['environment']); os.execvp('restic', sys.argv[1:])"
    return f'python3 -c "{program}" restic backup --tag 99 {manifest}'


def refused(instance, report, what, why):
    ended = instance.ssh("sudo vpsctl restore latest")
    report.expect(f"{what} is refused, and why", (ended.returncode, why in ended.stdout), (1, True))
