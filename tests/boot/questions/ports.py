"""Section 3 of the specification: what answers from outside, v4 and v6, and what answers on loopback only."""

import concurrent.futures
import json
import re

from cloud import run
from internet import INSTANCE, INSTANCE6

EXTERNAL = {22, 25, 80, 443, 587, 993}
# The mail server's ports are published at 0.0.0.0, so that it sees who sends.
EXTERNAL6 = {22, 80, 443}
INTERNAL = {8080: "FastCGI", 8081: "HTTP", 8082: "FastCGI", 8025: "HTTP", 9090: "HTTP", 9093: "HTTP", 3000: "HTTP"}
# Debian's image has systemd-resolved listen for its neighbours' names; the packet filter lets nobody in, as seen above.
LLMNR = {"0.0.0.0:5355", "[::]:5355"}
# Asked on the machine: which protocol answers on a port of loopback, and of the outer address.
PROGRAM = """
import json, socket, sys
def speaks(address, port):
    try:
        with socket.create_connection((address, port), 20) as connection:
            connection.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            connection.settimeout(20)
            answer = connection.recv(8)
    except OSError:
        return None
    # php-fpm takes this for a record of another version and closes.
    return "HTTP" if answer.startswith(b"HTTP") else "FastCGI" if not answer else repr(answer)
print(json.dumps([{port: speaks(address, port) for port in PORTS} for address in ("127.0.0.1", "ADDRESS")]))
"""


def ask(cloud, instance, report):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found, found6 = pool.submit(open_ports, INSTANCE), pool.submit(open_ports, "-6", INSTANCE6)
    report.expect("open from outside", found.result(), EXTERNAL)
    report.expect("open from outside, IPv6", found6.result(), EXTERNAL6)
    program = PROGRAM.replace("PORTS", str(list(INTERNAL))).replace("ADDRESS", INSTANCE)
    inner, outer = json.loads(instance.ask("python3 -", input=program))
    report.expect("internal ports", {int(port): protocol for port, protocol in inner.items()}, INTERNAL)
    report.expect("internal ports on the outer address", {port for port, found in outer.items() if found}, set())
    listening = instance.ask("ss -Hltn").splitlines()
    wild = {line.split()[3] for line in listening if re.match(r"^(\*|0\.0\.0\.0|\[::\]):", line.split()[3])}
    wanted = {"0.0.0.0:22", "[::]:22", "0.0.0.0:80", "[::]:80", "0.0.0.0:443", "[::]:443",
              "0.0.0.0:25", "0.0.0.0:587", "0.0.0.0:993"}
    report.expect("what listens to the world", wild - LLMNR, wanted)
    # The clients of DHCP answer nobody.
    report.expect("what listens to the world, UDP", udp(instance) - {68, 546, 5355}, set())


def udp(instance):
    """Ports of sockets that aren't on loopback."""
    places = [line.split()[3] for line in instance.ask("ss -Hlun").splitlines()]
    return {int(place.rpartition(":")[2]) for place in places if not place.startswith(("127.", "[::1]"))}


def open_ports(*options):
    """Ports that take a connection, of all. The scan is not faster than the machine can bear, and asks again what was
    silent."""
    listed = run("nmap", "-n", "-Pn", "-sT", "--unprivileged", "-p-", "--min-rate=1500", "--max-retries=2", "-oG", "-", *options)
    return {int(port) for port in re.findall(r"(\d+)/open/", listed)}
