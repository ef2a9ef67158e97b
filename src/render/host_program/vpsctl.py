"""vpsctl, the one command of the host: steps for systemd, operations for the owner."""

import inspect
import json
import os
import re
import sys
import time

from .host import ETC, HOST, Problem, Waiting, call, run, services
from .status import record

# What steps make, as the programs that keep it tell it.
LOOKS = (
    "iptables -S",
    "ip6tables -S",
    "findmnt -rnoSOURCE,TARGET",
    "dpkg-query -W",
    "docker network ls --no-trunc",
    "docker image ls --no-trunc -q",
    "find /etc /opt /run/vpsgen -type f -exec sha256sum {} +",
)


def do_step(name):
    """Takes a step to its end, however often it has to try. Dependent units stay in systemd's queue meanwhile, and what
    doesn't depend on it goes on."""
    verb, *what = name.split("-", 1)
    record(name, "running")
    pause = 15
    while True:
        try:
            news = globals()[f"step_{verb}"](*what) or ""
            break
        except Waiting as problem:
            record(name, "waiting", problem)
            time.sleep(10)
        except Exception as problem:
            pause = min(2 * pause, 300)
            reason = problem if isinstance(problem, Problem) else repr(problem)
            record(name, "failed", f"{reason}; next try in {pause} s")
            time.sleep(pause)
    record(name, "done", news)
    # Units that an end of this step's process had taken out of the queue come back into it.
    run("systemctl start --no-block vpsgen.target")


def do_converge():
    """Does every step once more, and says what that changed."""
    before = picture()
    for name in HOST["steps"]:
        verb, *what = name.split("-", 1)
        if step := globals().get(f"step_{verb}"):
            print(name, flush=True)
            step(*what)
    changed = before ^ picture()
    for line in sorted(changed):
        print("changed:", re.sub("^[0-9a-f]{64}\\S* +", "", line))
    if not changed:
        print("nothing changed")


def picture():
    """The looks at this moment, and which containers run since when."""
    containers = call("docker container inspect -f", "{{.Id}}{{.State.StartedAt}} {{.Name}}", *(name for _, name, _ in services()))
    return {line for look in [*map(run, LOOKS), containers.stdout.decode()] for line in look.splitlines()}


def main(name="", *arguments):
    commands = {key[3:]: value for key, value in globals().items() if key.startswith("do_")}
    try:
        inspect.signature(commands[name]).bind(*arguments)
    except (KeyError, TypeError):
        return "\n".join(f"vpsctl {key} {inspect.signature(it)}" for key, it in commands.items())
    if os.geteuid() and name != "status":
        return "vpsctl: only root may do this"
    HOST.update(json.loads((ETC / "host.json").read_text()))
    os.environ.update(HOST["environment"])
    try:
        commands[name](*arguments)
    except Problem as problem:
        return f"vpsctl: {problem}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
