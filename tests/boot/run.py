#!/usr/bin/env python3
"""Boots the artifact of a blueprint (the full design if none is named) on an emulated Oracle instance, and asks the
machine. Each file of scenarios/ is one, and runs in namespaces of its own (scenario.py)."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import scenarios

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
CACHE = pathlib.Path(os.environ["VPSGEN_CACHE"], "boot")
# What can be booted here is Debian 13, whatever the blueprint asks for.
OVERLAYS = [PROJECT / "overlays/debian-13.yaml", HERE / "overlay.yaml"]
# Debian 13's: in the one of Debian 12, a kernel of amd64 dies when several processors patch its code ("Oops: int3").
EMULATOR = ["qemu-efi-aarch64", "qemu-system-arm", "qemu-system-x86"]
# What a scenario leaves running ends with its namespace of processes.
APART = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def build(blueprint, overlays, directory, *options):
    """The artifact, built as an owner would."""
    command = ["cargo", "run", "--release", "--locked", "--quiet", "--manifest-path", PROJECT / "Cargo.toml", "--",
               "build", "-o", directory, *options]
    for overlay in (*overlays, *OVERLAYS):
        command += ["-O", overlay]
    said = subprocess.run([*command, *([blueprint] if blueprint else [])], stderr=subprocess.PIPE, text=True)
    if said.returncode:
        sys.exit(said.stderr)
    [artifact] = directory.iterdir()
    return artifact


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


def states(settings):
    """Where the machines that scenarios leave to others are kept: those of exactly this artifact and these images."""
    named = [settings["image"], settings["containers"], pathlib.Path(settings["artifact"], "user-data").read_text()]
    key = hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
    directory = CACHE / f"states-{settings['arch']}-{key}"
    for old in CACHE.glob(f"states-{settings['arch']}-*"):
        if old != directory:
            shutil.rmtree(old)
    directory.mkdir(exist_ok=True)
    return directory


def rounds(names, directory):
    """The scenarios in the order in which they are run, those of a round side by side: first those that leave a machine
    to others, also if they weren't asked for but there is none; then the others."""
    first = [name for name in names if scenarios.load(name).START is None]
    for name in names:
        start = scenarios.load(name).START
        if start and start.scenario not in first and not (directory / start.state).exists():
            first.append(start.scenario)
    return [[name] for name in first] + [[name for name in names if name not in first]]


def arguments():
    names = scenarios.names()
    parser = argparse.ArgumentParser(
        prog="tests/run boot", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(["scenarios:", *(f"  {name:14}{scenarios.about(name)}" for name in names)]))
    parser.add_argument("--arch", choices=["amd64", "arm64"], default="amd64")
    parser.add_argument("--blueprint", type=pathlib.Path, help="another blueprint than the full design")
    parser.add_argument("-O", "--overlay", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--artifact", type=pathlib.Path, help="of the full design, built before")
    parser.add_argument("--keep", action="store_true", help="leave the last machine running, and say how to reach it")
    parser.add_argument("--keep-on-failure", action="store_true", help="the same, but only if something failed")
    parser.add_argument("--jobs", type=int, default=1, help="so many machines at the same time")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help="all, if none is named")
    options = parser.parse_args()
    for name in options.scenario:
        if name not in names:
            parser.error(f"there is no scenario {name}: there are {', '.join(names)}")
    options.scenario = options.scenario or names
    return options


def go(name, settings, prefix=""):
    """The scenario in a module to its end, or to a machine that stays; whether it was good, and whether that was the last."""
    with tempfile.TemporaryDirectory(prefix="vpsgen-boot-") as directory:
        verdict, path = pathlib.Path(directory, "verdict.json"), pathlib.Path(directory, "settings.json")
        path.write_text(json.dumps({**settings, "module": name, "verdict": str(verdict)}))
        command = [*APART, sys.executable, "-B", HERE / "scenario.py", path]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
        process = subprocess.Popen(command, **options, start_new_session=True)
        try:
            # The sum is the last line, also of a machine that stays, and is left as it is for whoever counts.
            for line in process.stdout:
                last = re.fullmatch(r"\d+ passed, \d+ failed\n", line)
                print(("" if last else prefix) + line, end="", flush=True)
                if last:
                    break
        except BaseException:
            process.kill()
            raise
        said = json.loads(verdict.read_text()) if verdict.exists() else {"good": False, "stays": False}
        if said["stays"]:
            how_to_reach(process.pid, **said["stays"])
        else:
            process.wait()
        return said["good"], bool(said["stays"])


def how_to_reach(outer, directory, user, address, address6):
    [init] = pathlib.Path(f"/proc/{outer}/task/{outer}/children").read_text().split()
    options = f"-i {directory}/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
    enter = f"nsenter -t {init} -n -m -p"
    print(f"""the machine stays, in the namespaces of process {init}; as root:
  log in      {enter} ssh {options} {user}@{address}
  its ports   {enter} curl -kI https://{address} (or [{address6}]; any program, any port)
  its console tail -f {directory}/console; disks and logs of the cloud are beside it
  end it      kill {init}""")


def prepare(arch, artifact, design=True):
    """The settings of a scenario: all that it needs, built or from the cache."""
    if os.geteuid() != 0:
        sys.exit("the boot tests need root: they make namespaces")
    settings = {
        "arch": arch, "artifact": str(artifact), "image": image(arch, artifact), "containers": containers(arch, artifact),
        "design": design, "emulator": printed(HERE.parent / "debian/root", "trixie", *EMULATOR),
        "keep": "never", "measured": os.devnull,
    }
    return {**settings, "states": str(states(settings))}


def run(options, settings):
    """All scenarios, round by round; whether all were good. A machine that stays is the last."""
    def scenario(name):
        start = scenarios.load(name).START
        if start and not pathlib.Path(settings["states"], start.state).exists():
            print(f"FAIL {name}: {start.scenario} left no machine to go on with\n0 passed, 1 failed", flush=True)
            return False, False
        keep = "always" if options.keep and name == options.scenario[-1] else "failed" if options.keep_on_failure else "never"
        return go(f"scenarios.{name}", {**settings, "keep": keep}, f"{name}: " if options.jobs > 1 else "")

    good = True
    for names in rounds(options.scenario, pathlib.Path(settings["states"])):
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(scenario, names))
        good &= all(passed for passed, _ in results)
        if any(stays for _, stays in results):
            break
    return good


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="vpsgen-boot-") as directory:
        artifact = options.artifact or build(options.blueprint, options.overlay, pathlib.Path(directory))
        settings = prepare(options.arch, artifact.resolve(), design=not options.blueprint and not options.overlay)
        restoring = build(options.blueprint, options.overlay, pathlib.Path(directory, "restoring"), "--restore", "latest")
        settings["restoring"] = str(restoring.resolve())
        if settings["design"]:
            settings["rotated"] = str(build(None, [HERE / "rotated.yaml"], pathlib.Path(directory, "rotated")).resolve())
        good = run(options, settings)
    sys.exit(not good)


if __name__ == "__main__":
    main()
