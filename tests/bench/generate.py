#!/usr/bin/env python3
"""generate.py COUNT: a blueprint of that many services on standard output, to measure growth.

Up to 100 services share a zone with a network of its own. Each talks to the one before it, and each
tenth has a web site."""

import json
import sys

SERVICES_OF_A_ZONE = 100


def service(number):
    zone, place = divmod(number, SERVICES_OF_A_ZONE)
    described = {
        "image": "nginx:alpine",
        "zone": f"zone{zone}",
        "networks": {f"net{zone}": f"10.20.{zone}.{place + 10}"},
        "ports": {"web": f"127.0.0.1:{10000 + number}:8080"},
        "secrets": {"key": f"service{number}/key"},
        "user": "101:101",
        "tmpfs": {"/tmp": {}},
        "health": {"test": "wget -q -O /dev/null http://127.0.0.1:8080/"},
        "limits": {"cpus": 0.25, "memory": "64M"},
        "web": {"port": 8080},
    }
    if place:
        described["flows"] = {"previous": f"service{number - 1}:8080"}
    return described


def blueprint(count):
    zones = range((count - 1) // SERVICES_OF_A_ZONE + 1)
    sites = range(0, count, 10)
    return {
        "host": {
            "name": f"bench-{count}", "domain": "example.com", "provider": "oracle", "os": "ubuntu-24.04",
            "arch": "arm64", "cpus": count, "memory": f"{count + 4}G", "boot_volume": "50G", "timezone": "Etc/UTC",
        },
        "access": {"user": "ubuntu"},
        "firewall": {"external": {"22/tcp": "SSH", "80/tcp": "HTTP redirect", "443/tcp": "HTTPS"}},
        "networks": {f"net{zone}": {"subnet": f"10.20.{zone}.0/24"} for zone in zones},
        "zones": {f"zone{zone}": {"network": f"net{zone}", "confidential": False} for zone in zones},
        "services": {f"service{number}": service(number) for number in range(count)},
        "certificates": {f"site{number}": [f"site{number}.example.com"] for number in sites},
        "tls": {"email": "postmaster@example.com"},
        "sites": {
            f"site{number}": {
                "name": f"site{number}.example.com", "service": f"service{number}", "certificate": f"site{number}",
            } for number in sites
        },
    }


def write(value, indent=0):
    """Block YAML as a person writes it; a scalar in JSON is a scalar in YAML."""
    for key, child in value.items():
        if isinstance(child, dict) and child:
            yield f"{' ' * indent}{key}:"
            yield from write(child, indent + 2)
        else:
            yield f"{' ' * indent}{key}: {json.dumps(child)}"


print("\n".join(write(blueprint(int(sys.argv[1])))))
