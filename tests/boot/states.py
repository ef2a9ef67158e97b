"""Machines that a scenario leaves to others: copies of their disks, the authority that their certificates are of, and
what was seen on them."""

import json
import shutil

import internet
from cloud import run


def save(cloud, instance, name, where=None):
    """A copy of the disks as they are at this moment, which is what a power cut now would leave."""
    directory = (where or cloud.states) / name
    building = directory.with_name(f".{name}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    with instance.halted():
        for disk in instance.disks():
            run("cp", "--sparse=always", disk, building / disk.name)
    (building / "roots.pem").write_text(internet.roots())
    (building / "remembered.json").write_text(json.dumps(cloud.remembered))
    shutil.rmtree(directory, ignore_errors=True)
    building.rename(directory)


def load(cloud, name, where=None):
    """Gives the disks to this cloud."""
    directory = (where or cloud.states) / name
    for disk in directory.glob("*.raw"):
        run("cp", "--sparse=always", disk, cloud.directory / disk.name)
    internet.TRUSTED.append((directory / "roots.pem").read_text())
    cloud.remembered.update(json.loads((directory / "remembered.json").read_text()))
