"""vpsctl, the one command of the host: steps for systemd, operations for the owner."""

import inspect
import json
import os
import sys
import time

from .host import ETC, HOST, Problem, Waiting, run
from .status import record


def do_step(name):
    """Takes a step to its end, however often it has to try. Dependent units stay in systemd's queue meanwhile, and what
    doesn't depend on it goes on."""
    verb, *what = name.split("-", 1)
    record(name, "running")
    pause = 15
    while True:
        try:
            globals()[f"step_{verb}"](*what)
            break
        except Waiting as problem:
            record(name, "waiting", problem)
            time.sleep(10)
        except Exception as problem:
            record(name, "failed", problem if isinstance(problem, Problem) else repr(problem))
            pause = min(2 * pause, 900)
            time.sleep(pause)
    record(name, "done")
    # Units that an end of this step's process had taken out of the queue come back into it.
    run("systemctl start --no-block vpsgen.target")


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
