"""A stand-in for Grafana: its health, metrics, log-in, home dashboard, and queries passed on to the data source. As
there, the password of the first start is the administrator's from then on, in a database below /var/lib/grafana."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import secrets
import signal
import sqlite3
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "12.1.1"
DATABASE = "/var/lib/grafana/grafana.db"
HOME = "/usr/share/grafana/public/dashboards/home.json"
PROXY = re.compile(r"^/api/datasources/proxy/(?:uid/)?\w+(/.*)$")


def setting(name, default):
    """GF_NAME, or what is in the file that GF_NAME__FILE names."""
    file = os.environ.get(f"GF_{name}__FILE")
    return pathlib.Path(file).read_text().strip() if file else os.environ.get(f"GF_{name}", default)


def provisioned(key):
    """The value of that key in the first provisioning file that has it. Those files are written one key a line."""
    for file in sorted(pathlib.Path("/etc/grafana/provisioning/datasources").glob("*.yaml")):
        found = re.search(rf"^[\s-]*{key}: *['\"]?([^'\"\n]+)", file.read_text(), re.MULTILINE)
        if found:
            return found[1].strip()
    return None


def digest(password, salt):
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 10000)


def first_start():
    with sqlite3.connect(DATABASE) as database:
        database.execute("CREATE TABLE IF NOT EXISTS user(login PRIMARY KEY, salt, password)")
        if not database.execute("SELECT 1 FROM user").fetchone():
            salt = secrets.token_bytes(16)
            password = digest(setting("SECURITY_ADMIN_PASSWORD", "admin"), salt)
            login = setting("SECURITY_ADMIN_USER", "admin")
            database.execute("INSERT INTO user VALUES(?, ?, ?)", (login, salt, password))


def knows(login, password):
    with sqlite3.connect(DATABASE) as database:
        found = database.execute("SELECT salt, password FROM user WHERE login = ?", (login,)).fetchone()
    return bool(found) and hmac.compare_digest(digest(password, found[0]), found[1])


class Server(BaseHTTPRequestHandler):
    sessions = {}
    requests = 0

    def answer(self, status, content, kind="application/json", **headers):
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(content), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def login(self):
        """Who asks, by session or password."""
        session = re.search(r"grafana_session=(\w+)", self.headers.get("Cookie", ""))
        if session and session[1] in self.sessions:
            return self.sessions[session[1]]
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            login, _, password = base64.b64decode(value).decode().partition(":")
            return login if knows(login, password) else None
        return None

    def do_GET(self):
        Server.requests += 1
        path = self.path.partition("?")[0]
        if path == "/api/health":
            self.answer(200, {"database": "ok", "version": VERSION, "commit": "stand-in"})
        elif path == "/metrics":
            lines = [f'grafana_build_info{{version="{VERSION}"}} 1', f"grafana_http_requests_total {self.requests}", ""]
            self.answer(200, "\n".join(lines), "text/plain")
        elif path == "/login":
            form = "<form><input name=user><input name=password></form>"
            self.answer(200, f"<!DOCTYPE html><title>Grafana</title>{form}", "text/html")
        elif (login := self.login()) is None:
            if path.startswith("/api/"):
                self.answer(401, {"message": "Unauthorized"})
            else:
                self.answer(302, "", "text/html", Location="/login")
        elif path == "/api/user":
            self.answer(200, {"login": login, "isGrafanaAdmin": True})
        elif path == "/api/datasources":
            source = {key: provisioned(key) for key in ("name", "type", "url")}
            self.answer(200, [{"id": 1, "isDefault": True, **source}])
        elif path in ("/", "/api/dashboards/home"):
            self.answer(200, {"dashboard": json.loads(pathlib.Path(HOME).read_text())})
        elif found := PROXY.match(self.path):
            self.proxy(provisioned("url") + found[1])
        else:
            self.answer(404, {"message": "Not found"})

    def proxy(self, address):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                self.answer(answer.status, answer.read(), answer.headers["Content-Type"])
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read(), error.headers["Content-Type"])
        except OSError as error:
            self.answer(502, {"message": str(error)})

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/login":
            return self.answer(404, {"message": "Not found"})
        form = json.loads(content or "{}")
        if not knows(form.get("user", ""), form.get("password", "")):
            return self.answer(401, {"message": "Invalid username or password"})
        session = secrets.token_hex(16)
        self.sessions[session] = form["user"]
        cookie = f"grafana_session={session}; Path=/; HttpOnly; SameSite=Lax"
        return self.answer(200, {"message": "Logged in"}, Set_Cookie=cookie)


first_start()
# The first process of a container ends at no signal that it doesn't handle.
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
ThreadingHTTPServer(("", 3000), Server).serve_forever()
