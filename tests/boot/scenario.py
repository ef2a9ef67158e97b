#!/usr/bin/env python3
"""scenario.py SCENARIO ARCH IMAGE CONTAINERS ARTIFACT: one scenario on a new machine, in the namespaces that run.py made.
A scenario is a function `scenario(cloud, instance, report)`. Ends with the line `N passed, N failed`."""

import importlib.util
import sys
import time
import traceback

import cloud as clouds
import instance as instances


class Report:
    """The lines of the report and their sum."""

    def __init__(self):
        self.passed = self.failed = 0
        self.started = time.monotonic()

    def expect(self, what, found, wanted):
        good = found == wanted
        self.passed += good
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {what}" + ("" if good else f": {found!r} instead of {wanted!r}"), flush=True)

    def say(self, what):
        print(f"{time.monotonic() - self.started:6.0f} s  {what}", flush=True)


def load(path):
    """A Python file by its path."""
    spec = importlib.util.spec_from_file_location(path.rsplit("/", 1)[-1].removesuffix(".py"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show_logs(cloud):
    for log in sorted(cloud.directory.glob("*.log")) + [cloud.directory / "console"]:
        lines = log.read_text(errors="replace").splitlines()[-25:] if log.exists() else []
        print("\n".join([f"     {log.name}:", *(f"     | {line}" for line in lines)]))


def main(path, arch, image, containers, artifact):
    report = Report()
    module = load(path)
    report.say(f"{module.__name__} on {arch}")
    with clouds.Cloud(image, containers, artifact) as cloud:
        try:
            module.scenario(cloud, instances.Instance(cloud, arch), report)
        except Exception as problem:
            if not isinstance(problem, clouds.Failure):
                traceback.print_exc()
            report.expect(f"{module.__name__} went to its end", str(problem), "")
        if report.failed:
            show_logs(cloud)
    report.say("end")
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed > 0 or report.passed == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
