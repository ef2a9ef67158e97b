"""A fresh machine that gets nothing but the pasted text becomes the whole host, and says so. It is asked row by row
(questions/); then all of it is done a second time, which changes nothing."""

import json

import door
import owner
import states
from cloud import wait_for
from questions import (applications, canary, cloud_init, containers, converge, firewall, host, isolation, judges, kept, login, mail,
                       monitoring, ports, storage, testssl, web)

START = None


def scenario(cloud, instance, report):
    late, *early = [*owner.certificates(cloud), None]
    for name in filter(None, early):
        owner.publish(cloud, name)
    owner.starts(instance, report)
    # While the paste is decoded or its files are written.
    wait_for("files", lambda: instance.ssh("sudo test -e /var/lib/cloud/scripts/per-boot/vpsgen").returncode == 0)
    states.save(cloud, instance, "paste")
    owner.reaches(instance, report, "packages")
    report.say("the paste is unpacked")
    states.save(cloud, instance, "packages")
    watch = door.Door()
    watch.start()
    waits(cloud, instance, report, late)
    owner.bring(cloud, instance)
    if late:
        owner.publish(cloud, late)
    owner.ready(instance, report)
    watch.end(report)
    console = (cloud.directory / "console").read_text(errors="replace")
    report.expect("the console told of the progress", console.count("vpsgen WAITING") > 5, True)
    owner.ask(cloud, instance, report, cloud_init, host, storage, firewall, [login, ports, monitoring, containers, testssl], web,
              [applications, mail], isolation, judges, converge, canary, kept)
    owner.leave(cloud, instance, "ready")


def waits(cloud, instance, report, late):
    """It goes as far as it can go, without what only its owner can bring."""
    wanted = {f"certificate-{late}"} if late else set()
    wanted |= {"backup"} if "backup" in cloud.host else set()
    status = owner.waits_only_for(instance, report, wanted)
    report.expect("it says what it is", status["state"], "WAITING" if wanted else "READY")
    reasons = {name: status["steps"][name]["reason"] for name in wanted}
    if "backup" in wanted:
        report.expect("for the remote, named", "vpsctl secret set given/rclone" in reasons["backup"], True)
    if late:
        name = owner.certificates(cloud)[late][0]
        report.expect("for a name, named", name in reasons[f"certificate-{late}"], True)
        report.expect("no HSTS with the placeholder",
                      "strict-transport-security" in web.fetch(name, "/", verify=False).headers, False)
    report.expect("each reason is one line", [reason for reason in reasons.values() if "\n" in reason], [])
    table = instance.ssh("vpsctl status").stdout
    report.expect("anybody may read it", table.split(maxsplit=1)[:1], [status["state"]])
    data = json.loads(instance.ssh("vpsctl status --json").stdout)
    report.expect("and a machine, too", data["state"], status["state"])
