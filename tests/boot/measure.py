#!/usr/bin/env python3
"""How long a first boot takes, from the kernel's start to the last step, with its critical path; and beside it, in pairs
over the same shaped link, a plain sequential cloud-init with the same packages and images. Reported, never asserted."""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

import run

# What waits for others and is not vpsgen's own work: the archive of packages, the registry, applications that start.
OTHERS = {"packages": "packages", "images": "image pulls and builds", "zone": "containers that start", "setup": "containers that start"}


def timed(name, settings):
    with tempfile.TemporaryDirectory() as directory:
        measured = pathlib.Path(directory, "measured.json")
        if run.go(f"measures.{name}", {**settings, "measured": str(measured)}) != (True, False):
            sys.exit(f"{name} did not become ready")
        return json.loads(measured.read_text())


def units(text):
    """What each step requires, from lines `vpsgen@STEP.service.d/order.conf:Requires=UNIT...`."""
    def step(unit):
        prefix, _, name = unit.removesuffix(".service").partition("@")
        return f"zone-{name}" if prefix == "vpsgen-zone" else name
    return {step(line.split(".d/")[0]): [step(unit) for unit in line.split("Requires=")[1].split()] for line in text.splitlines()}


def critical_path(steps, requires):
    """The steps that the last one waited for, from the first on, each with what it added."""
    name = max((name for name in steps if "done" in steps[name]), key=lambda name: steps[name]["done"])
    path = []
    while name:
        before = max((it for it in requires.get(name, []) if "done" in steps.get(it, {})), key=lambda it: steps[it]["done"], default=None)
        path.append((name, steps[before]["done"] if before else 0, steps[name]["done"]))
        name = before
    return path[::-1]


def show(measured):
    """Prints the path; returns the time in all and that of vpsgen's own part of the path."""
    steps = {name: it for name, it in measured["steps"].items() if not name.startswith("certificate-")}
    began = min(it["running"] for it in steps.values() if "running" in it)
    kinds = {"boot, and unpacking the paste": began}
    print(f"{began:7.0f} s  boot, and unpacking the paste")
    for name, since, end in critical_path(steps, units(measured["requires"])):
        since = max(since, began)
        kind = OTHERS.get(name.split("-")[0], "vpsgen's own steps")
        kinds[kind] = kinds.get(kind, 0) + end - since
        print(f"{end:7.0f} s  {name} (+{end - since:.0f})")
    total = max(it["done"] for it in steps.values() if "done" in it)
    print("of that:", ", ".join(f"{kind} {seconds:.0f} s ({seconds / total:.0%})" for kind, seconds in kinds.items()))
    return total


def main():
    parser = argparse.ArgumentParser(prog="tests/run bench boot", description=__doc__)
    parser.add_argument("--arch", choices=["amd64", "arm64"], default="amd64")
    parser.add_argument("--pairs", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vpsgen-boot-") as directory:
        settings = run.prepare(options.arch, run.build(None, [], pathlib.Path(directory)))
        pairs = []
        for _ in range(options.pairs):
            ours, plain = show(timed("host", settings)), timed("sequential", settings)["ready"]
            pairs.append(ours / plain)
            print(f"vpsgen {ours:.0f} s, sequential {plain:.0f} s: {ours / plain:.2f} of it")
        print(f"{options.arch}: {statistics.median(pairs):.2f} of a sequential cloud-init, median of {len(pairs)} pairs")


main()
