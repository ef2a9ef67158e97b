"""The operating system: systemd's verdict, timers, and that nothing changed what was unpacked."""

import collections
import json

from cloud import wait_for

OF_THE_DESIGN = False
# Section 10 of the specification, and the packages' own.
TIMERS = ("vpsgen-run@backup", "vpsgen-run@certificates", "vpsgen-run@metrics", "vpsgen-task@nextcloud-app.cron",
          "vpsgen-task@matomo-app.archive", "certbot", "apt-daily-upgrade")


def ask(cloud, instance, report):
    report.expect("failed units", instance.ask("systemctl --failed --plain --no-legend").split(), [])
    # What a timer has just started may run, but nothing waits for good.
    report.expect("no job waits", wait_for("end of all jobs", lambda: not jobs(instance)), True)
    report.expect("the system's state", wait_for("state", lambda: settled(instance)), "running")
    loops(instance, report)
    timers(cloud, instance, report)
    report.expect("files as they were unpacked",
                  instance.ssh("sudo sha256sum --check --quiet /var/lib/vpsgen/SHA256SUMS").stdout, "")
    upgrades = instance.ask("unattended-upgrade --dry-run --debug")
    report.expect("unattended upgrades look for security updates", "Allowed origins are" in upgrades, True)


def jobs(instance):
    return instance.ask("systemctl list-jobs --no-legend").split()


def settled(instance):
    state = instance.ssh("systemctl is-system-running").stdout.strip()
    return state != "starting" and state


def loops(instance, report):
    """A unit that is started again and again, by its own messages of this boot."""
    lines = instance.ask("journalctl -b -o json --output-fields=UNIT,MESSAGE_ID,JOB_TYPE SYSLOG_IDENTIFIER=systemd").splitlines()
    # SD_MESSAGE_UNIT_FAILED and the result of a job that failed, from systemd's catalogue.
    failures = collections.Counter(
        entry.get("UNIT") for entry in map(json.loads, lines)
        if entry.get("MESSAGE_ID") in ("be02cf6855d2428ba40df7e9d022f03d", "d9b373ed55a64feb8242e02dbe79a49c"))
    report.expect("units that failed more than twice", {unit: number for unit, number in failures.items() if number > 2}, {})
    cycles = instance.ask("journalctl -b -q -t systemd -g 'ordering cycle|start request repeated too quickly' || true")
    report.expect("cycles", cycles, "")


def timers(cloud, instance, report):
    built = {path.stem for path in cloud.artifact.glob("tree/etc/systemd/system/*.timer")}
    listed = instance.ask("systemctl list-timers --all --no-legend")
    for timer in sorted(built | {"apt-daily-upgrade"} | set(TIMERS if cloud.design else ())):
        report.expect(f"{timer}.timer waits", f"{timer}.timer" in listed, True)
    if "backup" in cloud.host:
        calendar = instance.ask("systemctl show -P TimersCalendar vpsgen-run@backup.timer")
        report.expect("the backup's time", "03:00:00" in calendar or not cloud.design, True)
