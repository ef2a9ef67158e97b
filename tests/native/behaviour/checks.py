"""What a generated NGINX tree promises, one function per promise. Each gets the stage and the report."""

import json
import os
import re
import socket
import ssl
import time

from client import ask, connect, exchange, hurry, unverified
from clients import HONEST, HOSTILE
from nginx import MARKERS, SITES, make_certificate
from stage import wait_for

FIVE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


def status(*arguments, **options):
    return ask(*arguments, **options).status


def unknown_names_get_nothing(stage, report):
    report.expect("HTTP to an unknown name", status("http://unknown.example/"), 0)
    try:
        connect("203.0.113.1", 443, "unknown.example").close()
        report.expect("TLS to an unknown name", "a handshake", "none")
    except ssl.SSLError as error:
        report.expect("TLS to an unknown name", "unrecognized" in str(error).lower(), True)
    report.expect("a foreign Host inside TLS", status("https://www.example.com/", headers={"Host": "no.example"}), 421)


def http_is_redirected(stage, report):
    for name in ("example.com", "www.example.com"):
        answer = ask(f"http://{name}/a/b?c=d")
        found = (answer.status, answer.one("Location"))
        report.expect(f"http://{name}", found, (301, f"https://{name}/a/b?c=d"))
    answer = ask("https://www.example.com/a?b")
    report.expect("the alias", (answer.status, answer.one("Location")), (301, "https://example.com/a?b"))
    report.expect("cloud by HTTP", ask("http://cloud.example.com/x").one("Location"), "https://cloud.example.com/x")


def acme_is_answered_for_every_name(stage, report):
    stage.write("/var/lib/vpsgen/acme/.well-known/acme-challenge/token", "answer")
    for name in ("example.com", "www.example.com", "cloud.example.com", "mail.example.com"):
        report.expect(name, ask(f"http://{name}/.well-known/acme-challenge/token").body, b"answer")
    report.expect("no such token", status("http://mail.example.com/.well-known/acme-challenge/no"), 404)


def a_site_is_closed_until_installed(stage, report):
    report.expect("a stranger", status("https://cloud.example.com/index.php"), 503)
    report.expect("a stranger's request to the other", status("https://analytics.example.com/"), 503)
    report.expect("a stranger's upload", status("https://cloud.example.com/remote.php/dav/", "PUT"), 503)
    for tunnel in ("127.0.0.1", "::1"):
        report.expect(tunnel, status("https://cloud.example.com/index.php", source=tunnel), 200)
    every_response_has_the_headers(report, ask("https://cloud.example.com/"), 503)
    for marker in MARKERS:
        stage.write(marker, "<?php", owner=65534)
    report.expect("a stranger afterwards", status("https://cloud.example.com/index.php"), 200)


def every_response_has_the_headers(report, answer, expected, hsts=None):
    report.expect("status", answer.status, expected)
    for name, value in FIVE.items():
        report.expect(f"{name} on {expected}", answer.one(name), value)
    report.expect(f"HSTS on {expected}", answer.one("Strict-Transport-Security"), hsts)


def responses(hsts=None):
    """One response of every kind, with the status that it has to have."""
    yield ask("https://example.com/"), 200, hsts
    yield ask("http://example.com/"), 301, None
    yield ask("https://www.example.com/"), 301, hsts
    for code in (301, 403, 404, 500):
        yield ask(f"https://example.com/status/{code}"), code, hsts
    yield ask("https://example.com/.env"), 403, hsts
    yield ask("https://example.com/", "POST", {"Content-Length": "9999999"}), 413, hsts
    yield ask("https://example.com/", headers={"Content-Length": "x"}), 400, hsts
    yield ask("https://lan.example.com/"), 403, hsts
    for path, code in (("index.php", 200), ("core/a.js", 200), ("core/a.woff2", 200), ("data/x", 404), ("remote", 301),
                       (".well-known/caldav", 301), ("index.php/status/404", 404), ("no.css", 200)):
        yield ask(f"https://cloud.example.com/{path}"), code, hsts
    for path, code in (("matomo.js", 200), ("console.php", 403), ("no.png", 404), ("js/container_x_preview.js", 200)):
        yield ask(f"https://analytics.example.com/{path}"), code, hsts


def headers_are_on_everything(stage, report):
    for answer, expected, hsts in responses():
        every_response_has_the_headers(report, answer, expected, hsts)
    report.expect("the application's name", ask("https://example.com/").one("X-Powered-By"), None)
    report.expect("the server's version", ask("https://example.com/").one("Server"), "nginx")
    for path in ("index.php", "core/a.js", "core/a.woff2"):
        answer = ask(f"https://cloud.example.com/{path}")
        report.expect(f"robots on {path}", answer.one("X-Robots-Tag"), "noindex, nofollow")
        report.expect(f"policy on {path}", answer.one("X-Permitted-Cross-Domain-Policies"), "none")
    cached = ask("https://cloud.example.com/core/a.js?v=1").one("Cache-Control")
    report.expect("caching", cached, "max-age=15552000")
    report.expect("modules", ask("https://cloud.example.com/core/a.mjs").one("Content-Type"), "text/javascript")
    preview = ask("https://analytics.example.com/js/container_x_preview.js").one("Cache-Control")
    report.expect("previews", preview, "no-cache")


def rates_are_limited(stage, report):
    answers = hurry("example.com", 80, "198.51.100.1")
    codes = [answer.status for answer in answers]
    report.expect("too many", (codes[0], codes[30], codes[-1]), (200, 200, 429))
    every_response_has_the_headers(report, answers[-1], 429)
    report.expect("somebody else", status("https://example.com/", source="198.51.100.2"), 200)
    hurry("example.com", 80, "2001:db8:1:2::a")
    report.expect("a neighbour in an IPv6 network", hurry("example.com", 2, "2001:db8:1:2::b")[-1].status, 429)
    report.expect("another IPv6 network", hurry("example.com", 2, "2001:db8:1:3::a")[-1].status, 200)
    time.sleep(3)
    report.expect("later", status("https://example.com/", source="198.51.100.1"), 200)


def logins_are_limited_more(stage, report):
    for number, (url, count) in enumerate([
        ("https://cloud.example.com/login", 6),
        ("https://cloud.example.com/index.php/login", 6),
        ("https://cloud.example.com//index.php/%6cogin?user=x", 6),
        ("https://analytics.example.com/index.php?module=Login", 6),
        ("https://analytics.example.com/", 6),
        ("https://analytics.example.com/index.php?module=Login&action=x&idSite=1", 6),
        ("https://app.example.com/sign.in", 6),
        ("https://cloud.example.com/login/v2/poll", 12),
        ("https://analytics.example.com/index.php?module=API", 12),
        ("https://cloud.example.com/index.php/apps/x", 12),
        ("https://app.example.com/signXin", 12),
    ], 10):
        codes = [status(url, "POST", source=f"198.51.100.{number}") for _ in range(12)]
        report.expect(f"POST {url}", sum(code != 429 for code in codes), count)
    codes = [status("https://cloud.example.com/login", source="198.51.100.50") for _ in range(12)]
    report.expect("looking at the form", codes, [200] * 12)


def networks_are_kept_out(stage, report):
    for source, expected in (("203.0.113.9", 403), ("10.9.8.7", 200), ("2001:db8::7", 200), ("127.0.0.1", 200)):
        report.expect(f"from {source}", status("https://lan.example.com/", source=source), expected)


def the_application_sees_the_client(stage, report):
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6", "Proxy": "http://evil",
              "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil", "X-Forwarded-Port": "1"}
    seen = json.loads(ask("https://example.com/a%2Fb?c=d", headers=forged, source="203.0.113.77").body)
    sent = {key.lower(): value for key, value in seen["headers"].items()}
    wanted = {"host": "example.com", "x-real-ip": "203.0.113.77", "x-forwarded-for": "203.0.113.77",
              "x-forwarded-proto": "https", "x-forwarded-host": "example.com", "x-forwarded-port": "443"}
    report.expect("forwarded", {key: sent.get(key) for key in wanted}, wanted)
    report.expect("forged", [sent.get("forwarded"), sent.get("proxy")], [None, None])
    report.expect("the path as it came", seen["path"], "/a%2Fb?c=d")
    seen = json.loads(ask("https://cloud.example.com/remote.php/dav/f%20x?a=b", headers=forged, source="203.0.113.78").body)
    wanted = {"SCRIPT_FILENAME": "/var/www/html/remote.php", "SCRIPT_NAME": "/remote.php", "PATH_INFO": "/dav/f x",
              "DOCUMENT_ROOT": "/var/www/html", "REQUEST_URI": "/remote.php/dav/f%20x?a=b", "HTTPS": "on",
              "REMOTE_ADDR": "203.0.113.78", "HTTP_PROXY": None, "modHeadersAvailable": "true",
              "script": "/var/www/html/remote.php", "front_controller_active": "true"}
    report.expect("parameters", {key: seen.get(key) or None for key in wanted}, wanted)


def files_of_applications_are_guarded(stage, report):
    cloud, analytics, app = (f"https://{name}.example.com" for name in ("cloud", "analytics", "app"))
    for url, expected in {
        f"{cloud}/data/owner/file.txt": 404, f"{cloud}/config/secret.txt": 404, f"{cloud}/occ": 404,
        f"{cloud}/console.txt": 404, f"{cloud}/.ocdata": 403, f"{cloud}/robots.txt": 200,
        f"{cloud}/status.php": 200, f"{cloud}/ocs/v2.php/apps": 200, f"{cloud}/apps/files/": 200,
        f"{analytics}/": 200, f"{analytics}/matomo.php": 200, f"{analytics}/js/index.php": 200,
        f"{analytics}/console.php": 403, f"{analytics}/plugins/Login/evil.php": 403,
        f"{analytics}/config/config.ini.php": 403, f"{analytics}/index.php/x.php": 403,
        f"{analytics}/matomo.PHP": 403, f"{analytics}/tmp/a.txt": 403, f"{analytics}/vendor/a.txt": 403,
        f"{analytics}/config/global.php.txt": 403, f"{analytics}/lang/en.json": 403,
        f"{analytics}/plugins/a/b.css": 200, f"{analytics}/README.md": 200, f"{analytics}/no": 404,
        f"{app}/": 200, f"{app}/style.css": 200, f"{app}/.env": 403, f"{app}/.git/config": 403,
        f"{app}/pretty/path": 200, f"{app}/no.php": 404, f"{app}/style.css/x.php": 404,
    }.items():
        report.expect(url, status(url), expected)


def symbolic_links_lead_nowhere(stage, report):
    roots = {"app": "public/app", "analytics": "public/matomo-files", "cloud": "private/nextcloud-files"}
    for site, path in (("app", "a.css"), ("cloud", "core/a.css"), ("analytics", "stolen.css"), ("app", "a.php")):
        link = stage.path(f"/mnt/{roots[site]}/{path}")
        link.symlink_to("/etc/root-only")
        os.lchown(link, 65534, 65534)
        report.expect(f"{site}/{path}", b"STOLEN" in ask(f"https://{site}.example.com/{path}").body, False)
    report.expect("without a fallback", status("https://analytics.example.com/stolen.css"), 403)
    own = stage.path("/mnt/public/app/own.css")
    own.symlink_to("style.css")
    os.lchown(own, 65534, 65534)
    report.expect("a link to one's own file", ask("https://app.example.com/own.css").body, b"a{}")


def hostile_requests_are_refused(stage, report):
    for method, path, headers in HOSTILE:
        for site in ("example.com", "cloud.example.com", "analytics.example.com", "app.example.com"):
            found = status(f"https://{site}{path}", method, headers)
            report.expect(f"{method} {site}{path} {headers}", found in (400, 403, 404, 405), True)
        if method == "GET":
            found = status(f"https://example.com{path}", method, headers)
            report.expect(f"{path} {headers} on the plain site", found in (400, 403), True)


def honest_requests_pass(stage, report):
    for site, method, path in HONEST:
        found = status(f"https://{site}.example.com{path}", method, body=b"x" if method in ("PUT", "POST") else b"")
        report.expect(f"{method} {site}{path}", found in (200, 204, 207, 301, 302, 304), True)


def bodies_are_limited(stage, report):
    big = b"x" * (3 << 20)
    report.expect("3 MiB to a site of 1 MiB", status("https://app.example.com/index.php", "POST", body=big), 413)
    answer = ask("https://cloud.example.com/remote.php/dav/a", "PUT", body=big)
    report.expect("3 MiB to the cloud", json.loads(answer.body)["length"], 3 << 20)
    chunked = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    headers = "".join(f"{key}: {value}\r\n" for key, value in chunked.items() if value)
    request = f"PUT /remote.php/dav/b HTTP/1.1\r\nHost: cloud.example.com\r\nConnection: close\r\n{headers}\r\n"
    with connect("203.0.113.99", 443, "cloud.example.com") as connection:
        raw = exchange(connection, request.encode() + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    report.expect("a body of unknown length", b'"length":11' in raw, True)
    report.expect("1025 MiB", status("https://cloud.example.com/remote.php/dav/a", "PUT", {"Content-Length": str(1025 << 20)}), 413)


def websockets_are_upgraded(stage, report):
    headers = ["GET /socket HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade",
               "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    request = "\r\n".join(headers).encode() + b"\r\n\r\nping"
    with connect("203.0.113.98", 443, "example.com") as connection:
        raw = exchange(connection, request)
    report.expect("upgrade", (raw[:12], b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in raw, raw[-9:]),
                  (b"HTTP/1.1 101", True, b"echo:ping"))


def only_modern_tls_is_spoken(stage, report):
    for version, expected in (("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)):
        context = unverified()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
        report.expect(version, handshakes(context), expected)
    for ciphers, expected in (("AES128-SHA", False), ("ECDHE-ECDSA-AES128-SHA", False), ("ECDHE+AESGCM", True)):
        context = unverified()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ciphers + ":@SECLEVEL=0")
        report.expect(ciphers, handshakes(context), expected)
    context = unverified()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect("203.0.113.97", 443, "cloud.example.com", context) as connection:
        report.expect("HTTP/2 is offered", connection.selected_alpn_protocol(), "h2")


def handshakes(context):
    try:
        connect("203.0.113.96", 443, "example.com", context).close()
        return True
    except (ssl.SSLError, ConnectionError):
        return False


def plain_bytes_do_no_harm(stage, report):
    for raw in (b"\x16\x03\x01\x00\xa5\x01\x00", b"GET / HTTP/1.0\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", 80), timeout=5) as connection:
            report.expect(repr(raw[:16]), exchange(connection, raw)[:12] in (b"", b"HTTP/1.1 400"), True)


def the_log_tells_marks_and_no_secrets(stage, report):
    ask("https://cloud.example.com/s/x?token=QUERYSECRET", headers={"Referer": "https://x/?REFERSECRET",
        "Authorization": "Basic QUFBQQ=="})
    ask("https://cloud.example.com/index.php/status/401", headers={"Authorization": "Basic QUFBQQ=="}, source="203.0.113.201")
    ask("https://cloud.example.com/index.php/status/401", source="203.0.113.202")
    ask("https://cloud.example.com/login?location=/login?direct=1", "POST", source="203.0.113.203")
    ask("https://cloud.example.com/login?location=/login/challenge/totp", "POST", source="203.0.113.204")
    ask("https://cloud.example.com/login?location=/index.php/apps/files", "POST", source="203.0.113.205")
    ask("https://analytics.example.com/index.php?module=Login&html", "POST", source="203.0.113.206")
    ask("https://example.com/?q=<script>", source="203.0.113.207")
    ask("https://example.com/status/403", source="203.0.113.208")
    ask('https://example.com/', headers={"User-Agent": '" 403 failed ['}, source="203.0.113.209")
    path = stage.path("/var/log/nginx/access.log")
    wait_for(lambda: "203.0.113.209 " in path.read_text(), "the last line")
    log = path.read_text()
    report.expect("secrets", [word for word in ("QUERYSECRET", "REFERSECRET", "QUFBQQ") if word in log], [])
    marks = {line.split()[1]: line.split()[2] for line in log.splitlines()}
    wanted = {201: "failed", 202: "-", 203: "failed", 204: "-", 205: "-", 206: "failed", 207: "blocked",
              208: "-", 209: "-"}
    report.expect("marks", {number: marks.get(f"203.0.113.{number}") for number in wanted}, wanted)
    errors = stage.path("/var/log/nginx/error.log").read_text()
    limits = [zone for zone in ("login", "site_www") if re.search(rf'limiting requests, excess: [0-9.]+ by zone "{zone}", client: ', errors)]
    report.expect("limits", limits, ["login", "site_www"])


def the_real_certificate_switches_hsts_on(stage, report):
    certbot = json.loads(stage.path("/etc/vpsgen/host.json").read_text())["certbot"]
    for key in SITES:
        make_certificate(stage, f"{certbot}/live/{key}", f"{key}.real")
    # No systemd runs on the stage; what reloads NGINX there does what its unit does.
    stage.write("/usr/local/bin/systemctl", "#!/bin/sh\nexec nginx -s reload 2>/dev/null\n", mode=0o755)
    stage.run("vpsctl", "deploy")
    # Old workers answer, too, until all of the new ones are there.
    wait_for(lambda: {ask("https://example.com/").one("Strict-Transport-Security") for _ in range(20)} == {HSTS}, "a reload")
    for answer, expected, hsts in responses(HSTS):
        every_response_has_the_headers(report, answer, expected, hsts)
    with connect("203.0.113.96", 443, "example.com") as connection:
        report.expect("the new certificate", b"www.real" in connection.getpeercert(True), True)
    modes = {name: oct(stage.path(f"/etc/vpsgen/tls/www/{name}").stat().st_mode & 0o777)
             for name in ("fullchain.pem", "privkey.pem", "hsts.conf")}
    report.expect("modes", modes, {"fullchain.pem": "0o644", "privkey.pem": "0o640", "hsts.conf": "0o644"})


def nothing_went_wrong_silently(stage, report):
    log = stage.path("/var/log/nginx/error.log").read_text()
    expected = ("limiting requests", "access forbidden by rule", "is forbidden", "not found", "too large body",
                "(40: Too many levels", "client sent", "(20: Not a directory)", "rejected", "No such file",
                "directory index of")
    strange = [line for line in log.splitlines() if "[notice]" not in line and not any(word in line for word in expected)]
    report.expect("the error log", strange[:5], [])


CHECKS = [
    unknown_names_get_nothing,
    http_is_redirected,
    acme_is_answered_for_every_name,
    a_site_is_closed_until_installed,
    headers_are_on_everything,
    rates_are_limited,
    logins_are_limited_more,
    networks_are_kept_out,
    the_application_sees_the_client,
    files_of_applications_are_guarded,
    symbolic_links_lead_nowhere,
    hostile_requests_are_refused,
    honest_requests_pass,
    bodies_are_limited,
    websockets_are_upgraded,
    only_modern_tls_is_spoken,
    plain_bytes_do_no_harm,
    the_log_tells_marks_and_no_secrets,
    the_real_certificate_switches_hsts_on,
    nothing_went_wrong_silently,
]
