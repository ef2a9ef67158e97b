"""What testssl.sh says of each service that speaks TLS. What remains of its findings is listed here with its reason."""

import concurrent.futures
import json

from cloud import ended
from internet import INSTANCE

SERVICES = {"cloud.example.com:443": ["-h"], "mail.example.com:993": [], "mail.example.com:587": ["-t", "smtp"]}
# All that it judges. What it also does unasked, and what takes it as long, is to list ciphers and to play clients.
CHECKS = ["--protocols", "--standard", "--fs", "--server-preference", "--server-defaults", "--vulnerable"]
# The test's authority is unknown to testssl, has no revocation service, and gives certificates for five years.
OF_THE_TEST = {"cert_chain_of_trust", "cert_revocation", "cert_validityPeriod"}


def ask(cloud, instance, report):
    with concurrent.futures.ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda name: judge(cloud, report, name), SERVICES))


def judge(cloud, report, name):
    """A server under load loses a connection, which testssl takes for a weakness: what it finds, it has to find twice."""
    bad = findings(cloud, report, name)
    report.expect(f"testssl: {name}", bad and bad & findings(cloud, report, name), set())


def findings(cloud, report, name):
    path = cloud.directory / f"{name}.json"
    path.unlink(missing_ok=True)
    ended("testssl", "--quiet", "--ip", INSTANCE, "--warnings=off", "--jsonfile", path, *CHECKS, *SERVICES[name], name)
    found = json.loads(path.read_text())
    report.expect(f"testssl asked {name}", len(found) > 50, True)
    return {f"{it['id']}: {it['finding']}" for it in found
            if it["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL") and it["id"] not in OF_THE_TEST}
