"""Applications behind the server: one that speaks HTTP and says what it was sent, and php-fpm with small scripts."""

import base64
import hashlib
import http.server
import json
import subprocess
import sys

from stage import CONTAINERS

WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        if self.headers.get("Upgrade") == "websocket":
            return self.upgrade()
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        wanted = self.path.removeprefix("/status/").split("?")[0]
        body = json.dumps({"path": self.path, "method": self.command, "headers": dict(self.headers)}).encode()
        self.send_response(int(wanted) if wanted.isdigit() else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Frame-Options", "ALLOWALL")
        self.send_header("X-Powered-By", "echo")
        if wanted.startswith("30"):
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def upgrade(self):
        key = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + WEBSOCKET).encode()).digest()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(key).decode())
        self.end_headers()
        self.wfile.write(b"echo:" + self.rfile.read(4))
        self.close_connection = True

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass


def serve_http():
    """Runs this file in the containers' network."""
    subprocess.Popen([*CONTAINERS, sys.executable, __file__])


SCRIPT = """<?php
$body = file_get_contents('php://input');
if (preg_match('#^/status/([0-9]+)#', $_SERVER['PATH_INFO'] ?? '', $match)) http_response_code((int) $match[1]);
if (isset($_GET['location'])) header('Location: ' . $_GET['location'], true, 303);
header('X-Frame-Options: DENY');
header('Content-Type: ' . (isset($_GET['html']) ? 'text/html' : 'application/json'));
$names = ['SCRIPT_FILENAME', 'SCRIPT_NAME', 'DOCUMENT_ROOT', 'PATH_INFO', 'REQUEST_URI', 'REMOTE_ADDR', 'HTTPS',
    'HTTP_PROXY', 'SERVER_NAME', 'modHeadersAvailable', 'front_controller_active'];
$said = ['script' => __FILE__, 'length' => strlen($body), 'method' => $_SERVER['REQUEST_METHOD']];
foreach ($names as $name) $said[$name] = $_SERVER[$name] ?? null;
echo json_encode($said);
"""

POOL = """[global]
error_log = /dev/null
[www]
user = nobody
group = nogroup
listen = {address}:9000
pm = static
pm.max_children = 4
"""


def serve_php(stage, address, root, files):
    """php-fpm that sees a directory of the host as /var/www/html, as a container would."""
    for name, text in files.items():
        stage.write(f"{root}/{name}", text, owner=65534)
    stage.write(f"/run/php-{address}.conf", POOL.format(address=address))
    stage.path("/var/www/html").mkdir(parents=True, exist_ok=True)
    bind = f"mount --bind {root} /var/www/html"
    command = f"{bind} && exec {stage.program('php-fpm*')} --nodaemonize -y /run/php-{address}.conf"
    stage.start_beside("unshare", "--mount", "sh", "-c", command, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("0.0.0.0", 80), Echo).serve_forever()
