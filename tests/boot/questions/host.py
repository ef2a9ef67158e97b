"""The operating system: cloud-init's verdict, systemd's, timers, and that nothing changed what was unpacked."""

import collections
import json

# Said before it reads the paste: the emulated machine doesn't boot over iSCSI.
OF_THE_IMAGE = {"Could not obtain network configuration from initramfs. Falling back to IMDS."}


def ask(cloud, instance, report):
    result = json.loads(instance.ask("cat /run/cloud-init/result.json"))["v1"]
    report.expect("cloud-init's errors", result["errors"], [])
    report.expect("its data source", "DataSourceOracle" in result["datasource"], True)
    status = json.loads(instance.ssh("sudo cloud-init status --wait --format json").stdout)
    warnings = {text for texts in status["recoverable_errors"].values() for text in texts}
    report.expect("its recoverable errors", warnings - OF_THE_IMAGE, set())
    report.expect("the paste is gone", instance.ask("ls /var/lib/cloud/scripts/per-boot").split(), [])
    report.expect("failed units", instance.ask("systemctl --failed --plain --no-legend").split(), [])
    report.expect("the system's state", instance.ssh("systemctl is-system-running").stdout.strip(), "running")
    report.expect("jobs that wait", instance.ask("systemctl list-jobs --no-legend").split(), [])
    loops(instance, report)
    timers(instance, report)
    report.expect("files as they were unpacked",
                  instance.ssh("sudo sha256sum --check --quiet /var/lib/vpsgen/SHA256SUMS").stdout, "")
    upgrades = instance.ask("unattended-upgrade --dry-run --debug")
    report.expect("unattended upgrades look for security updates", "Allowed origins are" in upgrades, True)


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


def timers(instance, report):
    listed = instance.ask("systemctl list-timers --all --no-legend")
    for timer in ("vpsgen-run@backup", "vpsgen-run@certificates", "vpsgen-run@metrics", "vpsgen-task@nextcloud-app.cron",
                  "vpsgen-task@matomo-app.archive", "certbot", "apt-daily-upgrade"):
        report.expect(f"{timer}.timer waits", f"{timer}.timer" in listed, True)
    report.expect("the backup's time", "03:00:00" in instance.ask("systemctl show -P TimersCalendar vpsgen-run@backup.timer"), True)
