"""What the owner is told: an entry for each step of this boot, and one word for all of them. Reasons name things,
never a secret."""

import fcntl
import json
import sys
from pathlib import Path

from .host import HOST, STATE, write


def known():
    """The steps of this boot: what was true before it may not be any more."""
    try:
        content = json.loads((STATE / "status.json").read_text())
        return content["steps"] if content["boot"] == boot() else {}
    except (OSError, ValueError):
        return {}


def boot():
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def word(steps):
    states = {steps.get(name, {}).get("state") for name in {*HOST["steps"], *steps}}
    return "FAILED" if "failed" in states else "READY" if states == {"done"} else "WAITING"


def record(name, state, reason=""):
    """Keeps where a step is, and tells the console when it is news. Until a failed step is done, it stays so."""
    with open(STATE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = known()
        old, new = steps.get(name, {}), {"state": state, "reason": str(reason)}
        if old == new or (state, old.get("state")) == ("running", "failed"):
            return
        steps[name] = new
        write(STATE / "status.json", json.dumps({"state": word(steps), "boot": boot(), "steps": steps}))
    announce(f"vpsgen {word(steps)}: {name} {state} {reason}\n")


def announce(text):
    """To whoever asked, which is the journal for a unit, and to the console."""
    sys.stderr.write(text)
    Path("/dev/console").write_text(text)


def summary(steps):
    """The word, then a sentence for each step that isn't done or has something to tell."""
    lines = [word(steps)]
    for name in dict.fromkeys([*HOST["steps"], *steps]):
        step = steps.get(name, {"state": "to come", "reason": ""})
        if step["state"] != "done" or step["reason"]:
            lines.append(": ".join(filter(None, (name, *step.values()))))
    return "\n  ".join(lines)

