"""A host that was shut down becomes READY again, without cloud-init, its metadata, the registry of its images and the
mirror of its packages, and the data is there."""

import owner
from questions import applications, containers, firewall, host, isolation, kept, mail, ports, storage
from scenarios import Start

START = Start("fresh", "ready")


def scenario(cloud, instance, report):
    for name in ("metadata", "registry", "mirror"):
        cloud.stop(name)
    owner.publish(cloud)
    owner.starts(instance, report, kernel="cloud-init=disabled")
    owner.ready(instance, report)
    report.expect("cloud-init did nothing", instance.ssh("test -e /run/cloud-init/result.json").returncode, 1)
    owner.ask(cloud, instance, report, host, storage, firewall, [ports, containers, applications, mail], isolation, kept)
