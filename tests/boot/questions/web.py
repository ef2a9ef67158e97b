"""The web from outside: redirects, the issued certificates, the five headers, limits, and what is closed."""

import http.client
import socket
import ssl

from internet import ATTACKER, INSTANCE, INSTANCE6, OUTSIDE, roots

HEADERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains", "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN", "x-xss-protection": "1; mode=block", "referrer-policy": "strict-origin-when-cross-origin",
}
SITES = ("example.com", "analytics.example.com", "cloud.example.com")


class Connection(http.client.HTTPSConnection):
    """To the instance, whatever the name says, from an address of the world's."""

    def __init__(self, name, address=INSTANCE, verify=True, source=OUTSIDE, timeout=60):
        context = ssl.create_default_context(cadata=roots()) if verify else ssl._create_unverified_context()
        super().__init__(name, 443, context=context, timeout=timeout)
        self.address, self.source = address, None if ":" in address else (source, 0)

    def connect(self):
        plain = socket.create_connection((self.address, 443), self.timeout, self.source)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def fetch(name, path, method="GET", body=None, headers=None, **options):
    """The whole answer, whose text is in `text`."""
    connection = Connection(name, **options)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    answer.text = answer.read().decode(errors="replace")
    connection.close()
    return answer


def ask(cloud, instance, report):
    redirects(report)
    for name in SITES:
        for path in ("/", "/no-such-file"):
            answer = fetch(name, path)
            found = {key: answer.headers.get_all(key) for key in HEADERS}
            report.expect(f"{name}{path} ({answer.status}): headers", found, {key: [value] for key, value in HEADERS.items()})
        report.expect(f"{name} by IPv6", fetch(name, "/", address=INSTANCE6).status, fetch(name, "/").status)
    strangers(report)
    site(instance, report)
    limits(report)


def redirects(report):
    for name in (*SITES, "www.example.com"):
        connection = http.client.HTTPConnection(INSTANCE, timeout=60)
        connection.request("GET", "/x?y=z", headers={"Host": name})
        answer = connection.getresponse()
        report.expect(f"http://{name}", (answer.status, answer.headers["Location"]), (301, f"https://{name}/x?y=z"))
    answer = fetch("www.example.com", "/x")
    report.expect("https://www.example.com", (answer.status, answer.headers["Location"]), (301, "https://example.com/x"))


def strangers(report):
    """Who doesn't say which site, or says another, gets nothing."""
    try:
        fetch("unknown.example.com", "/", verify=False)
        report.expect("an unknown name is refused", "answer", "no handshake")
    except OSError as problem:
        report.expect("an unknown name is refused", "unrecognized name" in str(problem).lower(), True)
    for path in ("/.git/config", "/wp-login.php", "/?id=1%20union%20select%201", "/?file=../../../../etc/passwd"):
        report.expect(f"the filter refuses {path}", fetch("example.com", path, source=ATTACKER).status, 403)


def site(instance, report):
    """What the owner puts there is served; nobody else can write it."""
    instance.ask("echo 'my page' >/mnt/public/web-static/index.html")
    report.expect("the static site", fetch("example.com", "/").text, "my page\n")


def limits(report):
    """Whoever asks much too often is told so, and the site goes on answering others."""
    connection = Connection("example.com", source=ATTACKER)
    found = set()
    for _ in range(300):
        connection.request("GET", "/")
        answer = connection.getresponse()
        answer.read()
        found.add(answer.status)
        if 429 in found:
            break
    report.expect("a flood is limited", found, {200, 429})
    report.expect("others are answered", fetch("example.com", "/").status, 200)
