#!/usr/bin/env python3
"""Boots the artifact of the full design (with the overlays that the emulated cloud needs) on an emulated Oracle
instance, and asks the machine. Each file of scenarios/ is one: a function `scenario(cloud, instance, report)`."""

import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import cloud as clouds

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
OVERLAYS = [PROJECT / "overlays/debian-13.yaml", HERE / "overlay.yaml"]


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


def build(directory):
    """The artifact, built as an owner would."""
    command = ["cargo", "run", "--release", "--locked", "--quiet", "--", "build", "-o", directory]
    for overlay in OVERLAYS:
        command += ["-O", overlay]
    subprocess.run(command, cwd=PROJECT, check=True)
    return directory / "oracle-vps"


def image(arch, artifact):
    packages = json.loads((artifact / "tree/etc/vpsgen/host.json").read_text())["packages"]
    done = subprocess.run([HERE / "image", arch, *packages], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def run(scenario, arch, artifact, report):
    """One scenario on a new machine. What the machine said last is shown when it fails."""
    spec = importlib.util.spec_from_file_location(scenario.stem, scenario)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with clouds.Cloud(image(arch, artifact), artifact) as cloud:
        instance = clouds.Instance(cloud, arch)
        failed = report.failed
        try:
            module.scenario(cloud, instance, report)
        except clouds.Failure as failure:
            report.expect(f"{scenario.stem} went to its end", str(failure), "")
        if report.failed > failed:
            for log in ("console", "qemu.log", "metadata.log", "dns.log"):
                lines = (cloud.directory / log).read_text(errors="replace").splitlines()[-25:]
                print("\n".join([f"     {log}:", *(f"     | {line}" for line in lines)]))


def main():
    names = {path.stem: path for path in sorted((HERE / "scenarios").glob("*.py"))}
    arguments = argparse.ArgumentParser(prog="tests/run boot", description=__doc__)
    arguments.add_argument("--arch", choices=sorted(clouds.MACHINES), default="arm64")
    arguments.add_argument("scenario", nargs="*", choices=[*names, []], metavar="SCENARIO", help=", ".join(names))
    options = arguments.parse_args()
    if os.geteuid() != 0:
        sys.exit("tests/run boot needs root: it makes a network namespace")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="vpsgen-boot-") as directory:
        artifact = build(pathlib.Path(directory))
        for name in options.scenario or names:
            report.say(f"{name} on {options.arch}")
            run(names[name], options.arch, artifact, report)
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(report.failed > 0 or report.passed == 0)


main()
