#!/usr/bin/env python3
"""Boots the artifact of the full design (with the overlays that the emulated cloud needs) on an emulated Oracle
instance, and asks the machine. Each file of scenarios/ is one, and runs in namespaces of its own (scenario.py)."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
OVERLAYS = [PROJECT / "overlays/debian-13.yaml", HERE / "overlay.yaml"]
# What a scenario leaves running ends with its namespace of processes.
APART = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def build(directory):
    """The artifact, built as an owner would."""
    command = ["cargo", "run", "--release", "--locked", "--quiet", "--", "build", "-o", directory]
    for overlay in OVERLAYS:
        command += ["-O", overlay]
    subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    return directory / "oracle-vps"


def printed(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options).stdout.strip()


def image(arch, artifact):
    packages = json.loads((artifact / "tree/etc/vpsgen/host.json").read_text())["packages"]
    return printed(HERE / "image", arch, *packages)


def containers(arch, artifact):
    """The images that the zones name, and those that the images built on the host stand on."""
    files = [*artifact.glob("tree/opt/docker/*/compose.yaml"), *artifact.glob("tree/opt/docker/*/*/Dockerfile")]
    text = "\n".join(file.read_text() for file in files)
    names = {name for name in re.findall(r"^(?: +image:|FROM) (\S+)", text, re.MULTILINE) if not name.startswith("vpsgen/")}
    packages = {name for names in re.findall(r"install -y (.+)", text) for name in names.split()}
    return printed(HERE / "containers/build", arch, *sorted(packages), input="\n".join(sorted(names)) + "\n")


def main():
    names = {path.stem: path for path in sorted((HERE / "scenarios").glob("*.py"))}
    arguments = argparse.ArgumentParser(prog="tests/run boot", description=__doc__)
    arguments.add_argument("--arch", choices=["amd64", "arm64"], default="arm64")
    arguments.add_argument("scenario", nargs="*", choices=[*names, []], metavar="SCENARIO", help=", ".join(names))
    options = arguments.parse_args()
    if os.geteuid() != 0:
        sys.exit("tests/run boot needs root: it makes namespaces")
    good = True
    with tempfile.TemporaryDirectory(prefix="vpsgen-boot-") as directory:
        artifact = build(pathlib.Path(directory))
        places = [image(options.arch, artifact), containers(options.arch, artifact), artifact]
        for name in options.scenario or names:
            command = [*APART, sys.executable, HERE / "scenario.py", names[name], options.arch, *places]
            good &= subprocess.run(command).returncode == 0
    sys.exit(not good)


main()
