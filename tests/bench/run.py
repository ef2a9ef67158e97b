#!/usr/bin/env python3
"""What a build costs: time, memory, and the size of what is pasted. Reported, never asserted."""

import io
import lzma
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
RUNS = 20
SERVICES = [10, 100, 1000]


def release_binary():
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--message-format=json-render-diagnostics"]
    lines = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return next(word for word in lines.split('"') if word.endswith("/release/vpsgen"))


def run_once(command, log):
    """(seconds, peak memory in MB, exit code) of one process.

    The kernel counts what the process was before exec into its peak, so that no peak is below that of
    a fork of this program. (A vfork, as in subprocess, would count all of it.)"""
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.chdir(PROJECT)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def measure(name, blueprint, binary, directory, runs):
    """Prints the row of one blueprint, and returns its last output directory."""
    times, peaks = [], []
    for number in range(runs):
        output = directory / f"{name}-{number}"
        log_path = directory / f"{name}.log"
        with log_path.open("w") as log:
            seconds, peak, code = run_once([binary, "build", blueprint, "-o", output], log)
        if code != 0:
            print(f"{name:>14}  exit code {code} after {seconds * 1000:.1f} ms: {log_path.read_text().strip()[:300]}")
            return None
        times.append(seconds * 1000)
        peaks.append(peak)
    print(f"{name:>14} {statistics.median(times):10.1f} {min(times):10.1f} {max(peaks):10.1f} {runs:6}")
    return next((tree.parent for tree in output.glob("*/tree")), None)


def base64_size(size):
    return (size + 2) // 3 * 4


def xz_size(tree):
    """The same files as a plain tar, at xz's strongest setting."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(tree.rglob("*")):
            entry = archive.gettarinfo(path, str(path.relative_to(tree)))
            entry.mtime = entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            if entry.isreg():
                with path.open("rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    return len(lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def report_size(name, artifact):
    user_data = (artifact / "user-data").stat().st_size
    packed = base64_size(user_data)
    plain = base64_size(xz_size(artifact / "tree"))
    print(f"{name:>14} {user_data:10} {packed:10} {plain:10} {packed - plain:+10}")


def main():
    binary = release_binary()
    with tempfile.TemporaryDirectory(prefix="vpsgen-bench-") as temporary:
        directory = pathlib.Path(temporary)
        print(f"{'build':>14} {'median ms':>10} {'min ms':>10} {'peak MB':>10} {'runs':>6}")
        artifacts = {"oracle-vps": measure("oracle-vps", "blueprints/oracle-vps.yaml", binary, directory, RUNS)}
        for count in SERVICES:
            blueprint = directory / f"{count}.yaml"
            with blueprint.open("w") as file:
                subprocess.run([sys.executable, HERE / "generate.py", str(count)], stdout=file, check=True)
            name = f"{count} services"
            artifacts[name] = measure(name, blueprint, binary, directory, 5)
        with open(os.devnull, "w") as log:
            print(f"a peak below {run_once(['/bin/true'], log)[1]:.1f} MB cannot be seen")
        print(f"\n{'bytes':>14} {'user-data':>10} {'base64':>10} {'xz -9e':>10} {'more':>10}")
        for name, artifact in artifacts.items():
            if artifact:
                report_size(name, artifact)


main()
