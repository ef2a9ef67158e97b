#!/usr/bin/env python3
"""authority.py ADDRESS CERTIFICATE KEY: pebble under Let's Encrypt's own address. All it adds is the path of the directory,
which pebble can't be told; everything else is handed on as it is."""

import http.client
import http.server
import ssl
import sys

PEBBLE = ("127.0.0.1", 14000)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = "/dir" if self.path == "/directory" else self.path
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        pebble = http.client.HTTPSConnection(*PEBBLE, context=ssl._create_unverified_context())
        # With the name that it was asked under, since pebble's answers name itself.
        pebble.request(self.command, path, body, dict(self.headers))
        answer = pebble.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "date", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_GET


address, certificate, key = sys.argv[1:]
server = http.server.ThreadingHTTPServer((address, 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
