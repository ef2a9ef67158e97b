"""The artifact's first boot over a shaped link: when which step began and ended, in seconds since the kernel started."""

import json

import owner

START = None
MICROSECONDS = 1_000_000


def scenario(cloud, instance, report):
    cloud.shape()
    owner.publish(cloud)
    owner.starts(instance, report)
    # All but what only the owner can bring.
    owner.waits_only_for(instance, report, {"backup"})
    steps = {}
    said = instance.ask("journalctl -b -q -o json --output-fields=MESSAGE -t vpsctl -g '^vpsgen [A-Z]+: '").splitlines()
    for entry in map(json.loads, said):
        name, state = entry["MESSAGE"].split(": ", 1)[1].split()[:2]
        steps.setdefault(name, {})[state] = int(entry["__MONOTONIC_TIMESTAMP"]) / MICROSECONDS
    requires = instance.ask("cd /etc/systemd/system && grep -H ^Requires= *.d/order.conf")
    report.expect("steps were timed", {"packages", "docker"} <= set(steps), True)
    cloud.measured.write_text(json.dumps({"steps": steps, "requires": requires}))
