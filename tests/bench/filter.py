#!/usr/bin/env python3
"""tests/run bench filter [PAIRS]: what the packet filter costs between NGINX and a container, of the full design and of
blueprints with 10 and 1,000 services. The same connections with and without its tables, in turn, between namespaces, under
NGINX' user. Connections are tracked in both cases, as Docker's and UFW's rules want it. Reported, never asserted."""

import json
import os
import pathlib
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path.insert(0, str(PROJECT / "tests/native/behaviour"))

from stage import NAMESPACES, Stage  # noqa: E402
from town import Town, network_of  # noqa: E402

# Those of the behaviour tests, whose root is mostly there already.
PACKAGES = "nginx libnginx-mod-http-modsecurity modsecurity-crs php-fpm openssl fail2ban nftables python3-systemd iproute2".split()
SERVICES = [10, 1000]
PAIRS = 9
SECONDS = 1.5
CONNECTIONS, ROUNDTRIPS = 1000, 5000
WEB, NOBODY = 33, 65534
TABLES = ("bridge vpsgen", "inet vpsgen")
TRACKING = "table inet tracking { chain input { type filter hook input priority 0; ct state established accept; }; }"
ROWS = (("stream, MB/s", "stream"), ("connect and a byte, median µs", "connect"), ("connect and a byte, p99 µs", "connect99"),
        ("a byte on an open one, median µs", "open"), ("a byte on an open one, p99 µs", "open99"))


def vpsgen(*words):
    command = ["cargo", "run", "--quiet", "--locked", "--", *words]
    return subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def prepare(directory):
    """Artifact and audit of every case, in a directory for each."""
    cases = {"full design": PROJECT / "blueprints/oracle-vps.yaml"}
    for count in SERVICES:
        name = f"{count:,} services"
        cases[name] = directory / f"{count}.yaml"
        with cases[name].open("w") as file:
            subprocess.run([sys.executable, HERE / "generate.py", str(count)], stdout=file, check=True)
    for name, blueprint in cases.items():
        built = vpsgen("build", blueprint, "-o", directory / name)
        if built.returncode:
            sys.exit(f"{name}: {built.stdout}{built.stderr}")
        (directory / f"{name}.json").write_text(vpsgen("audit", "--format", "json", blueprint).stdout)
    return list(cases)


def serve(listener):
    """One connection after the other: `s` is answered by a stream without end, anything else by itself."""
    stream = bytes(1 << 18)
    while True:
        connection, _ = listener.accept()
        try:
            while said := connection.recv(1):
                connection.sendall(said)
                while said == b"s":
                    connection.sendall(stream)
        except ConnectionError:
            pass
        connection.close()


def start_server(name, place):
    with network_of(name):
        listener = socket.create_server(place)
    if os.fork() == 0:
        pin(-1)
        serve(listener)
    listener.close()


def pin(number):
    """Client and server each have a processor, if there are two."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[number]})


def connected(place, timeout=5):
    it = socket.socket()
    # Closed by a reset, so that no port waits for its last packets.
    it.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    it.settimeout(timeout)
    it.connect(place)
    return it


def roundtrip(it, byte=b"e"):
    it.sendall(byte)
    it.recv(1)


def stream(place):
    """Megabytes in a second."""
    buffer, count = bytearray(1 << 18), 0
    with connected(place) as it:
        roundtrip(it, b"s")
        began = time.perf_counter()
        while time.perf_counter() < began + SECONDS:
            count += it.recv_into(buffer)
        return count / (time.perf_counter() - began) / 1e6


def timed(action, count):
    """Microseconds of each."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1e6)
    return times


def connect_once(place):
    with connected(place) as it:
        roundtrip(it)


def measure(place):
    """One after the other, since the server does one thing at a time."""
    connect_once(place)
    found = {"stream": stream(place)}
    samples = {"connect": timed(lambda: connect_once(place), CONNECTIONS)}
    with connected(place) as it:
        samples["open"] = timed(lambda: roundtrip(it), ROUNDTRIPS)
    for name, times in samples.items():
        found[name], found[f"{name}99"] = statistics.median(times), statistics.quantiles(times, n=100)[98]
    return found


def as_user(user, action):
    os.seteuid(user)
    try:
        return action()
    finally:
        os.seteuid(0)


def is_filtered(place):
    """Whether somebody who may not connect can't."""
    try:
        as_user(NOBODY, lambda: connected(place, 0.5).close())
    except TimeoutError:
        return True
    return False


def switch(system, file, place):
    """Loads the filter, or takes it away if no file is named."""
    for table in TABLES:
        system.run("nft", f"add table {table}; delete table {table}")
    if file:
        system.run("nft", "-f", file)
    if is_filtered(place) != bool(file):
        sys.exit(f"the filter isn't {'there' if file else 'gone'}: nothing to compare")


def compare(system, file, place, pairs):
    """The medians of all runs without and with the filter, and of what the pairs differ by."""
    runs = []
    for number in range(pairs):
        pair = {}
        for state in (None, file) if number % 2 else (file, None):
            switch(system, state, place)
            pair[bool(state)] = as_user(WEB, lambda: measure(place))
        runs.append(pair)
    switch(system, None, place)
    for title, key in ROWS:
        without, filtered = (statistics.median(pair[state][key] for pair in runs) for state in (False, True))
        change = statistics.median(pair[True][key] / pair[False][key] - 1 for pair in runs)
        print(f"  {title:34} {without:10.1f} {filtered:10.1f} {change:+9.1%}", flush=True)


def targets(directory, cases):
    """For each case, who answers to NGINX: the first place that is its user's, and where that is."""
    for name in cases:
        said = json.loads((directory / f"{name}.json").read_text())["audit"]["prediction"]
        address, _, port = next(it["to"] for it in said["users"] if it["user"] == "www-data")
        yield name, next(it for it in said["addresses"] if it["address"] == address), (address, port)


def inside(directory, root, pairs, *cases):
    """In namespaces of its own: the measurement."""
    directory = pathlib.Path(directory)
    [tree] = (directory / cases[0]).glob("*/tree")
    system = Stage(root, tree)
    with open(system.path("/etc/passwd"), "a") as file:
        file.write("ubuntu:x:1000:1000::/:/bin/sh\n")
    system.run("nft", TRACKING)
    subprocess.run(["mkdir", "-p", "/run/netns"], check=True)
    found = list(targets(directory, cases))
    residents = {resident["address"]: resident for _, resident, _ in found}
    town = Town({"addresses": list(residents.values())})
    pathlib.Path("/proc/sys/net/bridge/bridge-nf-call-iptables").write_text("1")
    for service, place in {(resident["service"], place) for _, resident, place in found}:
        start_server(service, place)
    pin(0)
    print(f"{'':36} {'without':>10} {'filter':>10} {'change':>9}   medians of {pairs} pairs, {len(town.bridges)} bridges")
    for name, _, place in found:
        [filter_file] = (directory / name).glob("*/tree/etc/vpsgen/filter.nft")
        system.write("/tmp/filter.nft", filter_file.read_text())
        print(name)
        compare(system, "/tmp/filter.nft", place, int(pairs))


def main(pairs=str(PAIRS)):
    root = subprocess.run([PROJECT / "tests/debian/root", "trixie", *PACKAGES], check=True, stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory(prefix="vpsgen-bench-") as directory:
        cases = prepare(pathlib.Path(directory))
        command = [*NAMESPACES, sys.executable, "-B", __file__, "inside", directory, root.stdout.strip(), pairs, *cases]
        sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    inside(*sys.argv[2:]) if sys.argv[1:2] == ["inside"] else main(*sys.argv[1:])
