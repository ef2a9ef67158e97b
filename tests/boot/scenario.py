#!/usr/bin/env python3
"""scenario.py SETTINGS: one scenario, in the namespaces that run.py made. Ends with the line `N passed, N failed`."""

import importlib
import json
import os
import pathlib
import signal
import sys
import threading
import time
import traceback

import cloud as clouds
import instance as instances
from internet import INSTANCE, INSTANCE6


class Report:
    """The lines of the report and their sum. Questions that are asked side by side share it."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()
        self.started = time.monotonic()

    def expect(self, what, found, wanted):
        good = found == wanted
        with self.lock:
            self.passed += good
            self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {what}" + ("" if good else f": {found!r} instead of {wanted!r}"), flush=True)

    def say(self, what):
        print(f"{time.monotonic() - self.started:6.0f} s  {what}", flush=True)


def show_logs(cloud, instance):
    """What helps to understand a failure: the steps that aren't done with what their units said, and the last lines of
    whatever ran."""
    for line in instance.troubles():
        print(f"     {line}")
    for log in sorted(cloud.directory.glob("*.log")) + [cloud.directory / "console"]:
        lines = log.read_text(errors="replace").splitlines()[-25:] if log.exists() else []
        print("\n".join([f"     {log.name}:", *(f"     | {line}" for line in lines)]))


def end(cloud, instance, report, settings):
    """The verdict; the machine stays, if that is wanted, until this process is told to end."""
    keep = {"always": True, "failed": report.failed > 0, "never": False}[settings["keep"]] and instance.runs()
    stays = keep and {"directory": str(cloud.directory), "user": instance.user, "address": INSTANCE, "address6": INSTANCE6}
    verdict = {"good": report.failed == 0 < report.passed, "stays": stays}
    pathlib.Path(settings["verdict"]).write_text(json.dumps(verdict))
    print(f"{report.passed} passed, {report.failed} failed", flush=True)
    if keep:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        signal.pause()


def main(path):
    settings = json.loads(pathlib.Path(path).read_text())
    report = Report()
    module = importlib.import_module(settings["module"])
    name = settings["module"].rpartition(".")[2]
    report.say(f"{name} on {settings['arch']}")
    with clouds.Cloud(settings) as cloud:
        instance = instances.Instance(cloud, module.START and module.START.state)
        try:
            module.scenario(cloud, instance, report)
        except Exception as problem:
            if not isinstance(problem, clouds.Failure):
                traceback.print_exc(file=sys.stdout)
            report.expect(f"{name} went to its end", str(problem), "")
        if report.failed:
            show_logs(cloud, instance)
        report.say("end")
        end(cloud, instance, report, settings)


if __name__ == "__main__":
    main(sys.argv[1])
