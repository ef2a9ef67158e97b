"""What goes wrong around a first boot and heals: another program holds the package lock for two minutes, no name is
resolved for a minute, the registry answers every question with 500 for a while."""

import time

import internet
import owner
from cloud import wait_for
from questions import containers, host
from scenarios import Start

START = Start("fresh", "packages")
# Something else installs packages first, as an image's own updates do.
HOLDER = """[Unit]
DefaultDependencies=no
After=local-fs.target
Before=vpsgen@packages.service

[Service]
Type=notify
NotifyAccess=all
ExecStart=/usr/bin/python3 -c 'import fcntl, os, time; lock = open("/var/lib/dpkg/lock-frontend", "w"); \\
    fcntl.lockf(lock, fcntl.LOCK_EX); os.system("systemd-notify --ready"); time.sleep(120); print("held")'
"""


def scenario(cloud, instance, report):
    owner.publish(cloud)
    instance.change({"etc/systemd/system/holder.service": HOLDER,
                     "etc/systemd/system/sysinit.target.d/holder.conf": "[Unit]\nWants=holder.service\n"})
    owner.starts(instance, report)
    owner.reaches(instance, report, "packages", "done")
    report.expect("the lock was held", "held" in instance.ask("journalctl -b -u holder"), True)
    cloud.stop("names")
    report.say("no name is resolved")
    owner.reaches(instance, report, "docker", "done")
    time.sleep(60)
    owner.steps(instance, report)
    cloud.stop("registry")
    cloud.start("broken", internet.HERE / "broken.py", internet.REGISTRY, cloud.image / "tls")
    internet.names(cloud)
    report.say("names are resolved again, but the registry is ill")
    failed = wait_for("step that fails", lambda: [
        it["reason"] for it in (owner.steps(instance, report) or {}).values() if it["state"] == "failed" and "500" in it["reason"]])
    report.expect("a step says why in one line", [reason for reason in failed if "\n" in reason], [])
    cloud.stop("broken")
    internet.registry(cloud, cloud.image / "tls")
    report.say("the registry is well again")
    owner.bring(cloud, instance)
    owner.ready(instance, report)
    owner.ask(cloud, instance, report, host, containers)
