"""Power is lost in the middle of one step after the other of the first boot; from each of these moments the host still
becomes what it should be. A moment is a copy of the disks, so that none repeats what came before it."""

import shutil

import owner
import states
from questions import containers, host, storage
from scenarios import Start

# Where it was cut the first time: packages are being installed.
START = Start("fresh", "packages")
MOMENTS = ("firewall", "storage-private", "images-private", "zone-private", "setup-private")


def scenario(cloud, instance, report):
    owner.publish(cloud)
    mine = cloud.directory / "moments"
    mine.mkdir()
    owner.starts(instance, report)
    for step in MOMENTS:
        state = owner.reaches(instance, report, step)["state"]
        states.save(cloud, instance, step, mine)
        report.say(f"a copy of the disks while {step} is {state}")
    becomes_ready(cloud, instance, report, "packages")
    for step in MOMENTS:
        again(cloud, instance, report, step, mine)
    again(cloud, instance, report, "paste", cloud.states)


def again(cloud, instance, report, moment, directory):
    """A machine whose power was cut then."""
    instance.told.clear()
    states.load(cloud, moment, directory)
    report.say(f"power comes back after a cut during {moment}")
    owner.starts(instance, report)
    becomes_ready(cloud, instance, report, moment)


def becomes_ready(cloud, instance, report, moment):
    owner.reaches(instance, report, "packages")
    owner.bring(cloud, instance)
    owner.ready(instance, report)
    report.say(f"READY after a cut during {moment}")
    owner.ask(cloud, instance, report, host, storage, containers)
    instance.cut()
    shutil.rmtree(cloud.directory / "moments" / moment, ignore_errors=True)
