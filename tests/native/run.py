#!/usr/bin/env python3
"""Has every generated file of every example judged by the program that reads it.

Builds each example of tests/examples and hostile ones (./injection), unpacks Debian 12 and 13 (./root), and runs each judge of
judges/ over each example in each (./enter). Then three questions to the tests themselves: does each
judge refuse its broken files (broken/), has it judged something, and is no generated file left over.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
SUITES = ["bookworm", "trixie"]
# What any judge may count on.
BASE_PACKAGES = "bash ca-certificates dbus diffutils iproute2 mount procps python3 python3-yaml systemd systemd-sysv udev util-linux"
# Each makes other texts (./injection).
HOSTILE_SEEDS = ["1", "2"]
SECONDS_FOR_A_JUDGE = 180
ACCEPTED, REFUSED, NOTHING = 0, 1, 3


class Judge:
    """One file of judges/. Its header says where it runs and what it needs."""

    def __init__(self, path):
        self.name = path.stem
        header = collections.defaultdict(list)
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                break
            if match := re.match(r"# (suites|packages|packages-\w+|optional): (.+)", line):
                header[match[1]].append(match[2])
        self.suites = " ".join(header["suites"]).split() or SUITES
        self.optional = bool(header["optional"])
        self.header = header

    def packages(self, suite):
        if suite not in self.suites:
            return []
        return " ".join(self.header["packages"] + self.header[f"packages-{suite}"]).split()


class Tally:
    """The lines of the report and their sum."""

    def __init__(self):
        self.passed = self.failed = 0

    def line(self, good, what, details=""):
        self.passed += good
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {what}")
        if not good and details:
            print("\n".join("     | " + line for line in details.rstrip().splitlines()))
        sys.stdout.flush()


Verdict = collections.namedtuple("Verdict", "code output judged seconds")


def judge_artifact(root, artifact, judge):
    """One judge over one artifact in one root."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vpsgen-verdict-") as directory:
        process = subprocess.Popen(
            [HERE / "enter", root, artifact, judge.name, directory],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=SECONDS_FOR_A_JUDGE)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            code, output = REFUSED, f"{output}\nno verdict after {SECONDS_FOR_A_JUDGE} seconds"
        judged_file = pathlib.Path(directory, "judged")
        judged = set(judged_file.read_text().splitlines()) if judged_file.exists() else set()
    return Verdict(code, output, judged, time.monotonic() - started)


def read_list(path):
    """The lines of a plain list file, without comments."""
    lines = (line.split("#")[0].split() for line in path.read_text().splitlines())
    return [words for words in lines if words]


def examples(into):
    """(name, blueprint, overlays...) of what is built: the shipped ones, and hostile ones of our own."""
    yield from read_list(HERE.parent / "examples")
    for seed in HOSTILE_SEEDS:
        blueprint = into / f"injection-{seed}.yaml"
        blueprint.write_bytes(subprocess.check_output([HERE / "injection", seed]))
        yield f"injection-{seed}", blueprint


def build_examples(names, into, tally):
    """{name: artifact directory} of those that build."""
    artifacts = {}
    for name, blueprint, *overlays in examples(into):
        if names and name not in names:
            continue
        command = ["cargo", "run", "--release", "--locked", "--quiet", "--", "build", blueprint]
        for overlay in overlays:
            command += ["-O", overlay]
        output = into / name
        done = subprocess.run(command + ["-o", output], cwd=PROJECT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        built = sorted(path.parent for path in output.glob("*/tree")) if output.is_dir() else []
        good = done.returncode == 0 and len(built) == 1
        tally.line(good, f"build {name}", done.stdout)
        if good:
            artifacts[name] = built[0]
    return artifacts


def unpack_roots(judges, suites):
    """{suite: root}, both at once."""
    def unpack(suite):
        packages = {p for judge in judges for p in judge.packages(suite)} | set(BASE_PACKAGES.split())
        done = subprocess.run([HERE.parent / "debian/root", suite, *sorted(packages)], stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"no root of {suite}")
        return pathlib.Path(done.stdout.strip())

    with concurrent.futures.ThreadPoolExecutor() as pool:
        return dict(zip(suites, pool.map(unpack, suites)))


def judge_examples(pool, roots, judges, artifacts, tally):
    """Every judge over every example in every suite. Returns what each one judged."""
    cases = [(suite, example, judge) for example in artifacts for judge in judges
             for suite in roots if suite in judge.suites]
    verdicts = pool.map(lambda c: judge_artifact(roots[c[0]], artifacts[c[1]], c[2]), cases)
    judged = collections.defaultdict(set)
    for (suite, example, judge), verdict in zip(cases, verdicts):
        what = f"{suite} {example} {judge.name}"
        judged[suite, example, judge.name] |= verdict.judged
        if verdict.code == NOTHING:
            print(f"-    {what}: it has no such file")
        else:
            tally.line(verdict.code == ACCEPTED, f"{what} ({verdict.seconds:.1f}s)", verdict.output)
    return judged


def judge_broken(pool, roots, judges, tally):
    """Each judge must refuse each of its broken artifacts, and say the words of the file `expect`."""
    cases = []
    for judge in judges:
        broken = sorted(path for path in (HERE / "broken" / judge.name).glob("*") if path.is_dir())
        if not broken:
            tally.line(False, f"broken {judge.name}", "no broken file proves that this judge can refuse")
        cases += [(suite, path, judge) for path in broken for suite in roots if suite in judge.suites]
    verdicts = pool.map(lambda c: judge_artifact(roots[c[0]], c[1], c[2]), cases)
    for (suite, path, judge), verdict in zip(cases, verdicts):
        expected = (path / "expect").read_text().strip()
        good = verdict.code == REFUSED and expected in verdict.output
        details = f"exit code {verdict.code}, expected a refusal with the words: {expected}\n{verdict.output}"
        tally.line(good, f"{suite} broken {judge.name}/{path.name} is refused", details)


def judge_the_judges(roots, judges, artifacts, judged, tally):
    """A judge that judged nothing is a mistake, and so is a generated file that no judge has seen."""
    for judge in judges:
        for suite in (suite for suite in roots if suite in judge.suites and not judge.optional):
            if not any(judged[suite, example, judge.name] for example in artifacts):
                tally.line(False, f"{suite} {judge.name} judged something", "no example has a file of its kind")

    unjudged = [words[0] for words in read_list(HERE / "unjudged")]
    for example, artifact in artifacts.items():
        files = {"/" + str(path.relative_to(artifact / "tree"))
                 for path in (artifact / "tree").rglob("*") if path.is_symlink() or not path.is_dir()}
        seen = set().union(*(judged[s, e, j] for s, e, j in judged if e == example))
        left = sorted(path for path in files - seen
                      if not any(fnmatch.fnmatchcase(path, pattern) for pattern in unjudged))
        tally.line(not left, f"{example}: every generated file has a judge",
                   "\n".join(left + ["", "write a judge, or say in tests/native/unjudged why there is none"]))


def main():
    arguments = argparse.ArgumentParser(prog="tests/run native", description=__doc__)
    arguments.add_argument("--suite", action="append", choices=SUITES, help="only in this Debian")
    arguments.add_argument("--example", action="append", help="only this example")
    arguments.add_argument("--judge", action="append", help="only this judge")
    arguments.add_argument("--artifact", type=pathlib.Path, help="this built artifact instead of the examples")
    arguments.add_argument("--no-broken", action="store_true", help="leave out the proof that judges can refuse")
    options = arguments.parse_args()
    if os.geteuid() != 0:
        sys.exit("tests/run native needs root: it unpacks and enters Debian roots")

    tally = Tally()
    everything = [Judge(path) for path in sorted((HERE / "judges").glob("*.sh"))]
    judges = [judge for judge in everything if not options.judge or judge.name in options.judge]
    # A root serves all judges, so that choosing one builds no other root.
    roots = unpack_roots(everything, options.suite or SUITES)
    with tempfile.TemporaryDirectory(prefix="vpsgen-native-") as directory:
        if options.artifact:
            artifacts = {options.artifact.name: options.artifact.resolve()}
        else:
            artifacts = build_examples(options.example, pathlib.Path(directory), tally)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            judged = judge_examples(pool, roots, judges, artifacts, tally)
            if not options.no_broken:
                judge_broken(pool, roots, judges, tally)
        if not (options.judge or options.suite or options.example or options.artifact):
            judge_the_judges(roots, judges, artifacts, judged, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed > 0 or tally.passed == 0)


main()
