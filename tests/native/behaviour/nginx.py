#!/usr/bin/env python3
"""Starts the real NGINX on a generated tree and asks it everything that the tree promises.

usage: nginx.py TREE [SYSTEM]    (as root; SYSTEM is a directory with another release installed, / if not given)
"""

import subprocess
import sys

import stage as staging
from client import ask
from stage import Report, Stage, have_addresses, have_network, wait_for
from upstreams import SCRIPT, serve_http, serve_php

SITES = ["www", "lan", "app", "analytics", "cloud"]
MARKERS = ["/mnt/public/matomo-files/config/.installed", "/mnt/private/nextcloud-files/config/.installed"]
# Address of the container, web root on the host, files.
PHP = [
    ("172.20.0.21", "/mnt/public/app", {"index.php": SCRIPT, "style.css": "a{}", ".env": "x", ".git/config": "x"}),
    ("172.20.0.3", "/mnt/public/matomo-files", {
        **dict.fromkeys(["index.php", "matomo.php", "piwik.php", "js/index.php"], SCRIPT),
        **dict.fromkeys(["console.php", "plugins/Login/evil.php", "config/config.ini.php"], SCRIPT),
        **dict.fromkeys(["matomo.js", "plugins/a/b.css", "js/container_x_preview.js", "README.md"], "text"),
        **dict.fromkeys(["tmp/a.txt", "vendor/a.txt", "config/global.php.txt", "lang/en.json"], "text"),
    }),
    ("172.21.0.2", "/mnt/private/nextcloud-files", {
        **dict.fromkeys(["index.php", "remote.php", "status.php", "public.php", "ocs/v1.php", "ocs/v2.php"], SCRIPT),
        **dict.fromkeys(["core/a.js", "core/a.mjs", "core/a.woff2", "core/a.wasm", "robots.txt"], "text"),
        **dict.fromkeys(["data/owner/file.txt", "config/secret.txt", "occ", "console.txt"], "text"),
    }),
]


def prepare(stage):
    have_addresses("203.0.113.0/24", "198.51.100.0/24", "10.9.8.7/32", "2001:db8::7/128")
    have_addresses("2001:db8:1:2::a/128", "2001:db8:1:2::b/128", "2001:db8:1:3::a/128")
    containers = [f"{address}/24" for address in ("172.20.0.2", "172.20.0.20", *(php[0] for php in PHP))]
    have_network("containers", ["172.20.0.1/24", "172.21.0.1/24"], containers)
    for certificate in [*SITES, "mail"]:
        make_certificate(stage, f"/etc/vpsgen/tls/{certificate}", f"{certificate}.placeholder")
        stage.path(f"/etc/vpsgen/tls/{certificate}/privkey.pem").chmod(0o640)
    stage.write("/etc/root-only", "STOLEN")
    serve_http()
    for address, root, files in PHP:
        serve_php(stage, address, root, files)


def make_certificate(stage, directory, name):
    stage.path(directory).mkdir(parents=True, exist_ok=True)
    files = ["-keyout", f"{directory}/privkey.pem", "-out", f"{directory}/fullchain.pem"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    stage.run("openssl", "req", "-x509", *kind, *files, "-subj", f"/CN={name}", stderr=subprocess.DEVNULL)


def start(stage):
    print(stage.output("nginx", "-v").strip())
    print(stage.output("nginx", "-t").strip(), flush=True)
    stage.start("nginx", "-g", "daemon off;")
    for key in SITES:
        wait_for(lambda: answers(key), f"answer from {key}")
    # Until the applications listened, the server complained.
    stage.path("/var/log/nginx/error.log").write_text("")


def answers(key):
    try:
        return ask(f"https://{key}.example.com/index.php", source="127.0.0.1").status in (200, 301, 404)
    except ConnectionRefusedError:
        return False


def main():
    tree, system = [*sys.argv[1:], "/"][:2]
    staging.enter()
    stage, report = Stage(system, tree), Report()
    prepare(stage)
    start(stage)
    import checks

    for check in checks.CHECKS:
        check(stage, report)
    report.close()


if __name__ == "__main__":
    main()
