#!/usr/bin/env python3
"""broken.py ADDRESS TLS: a registry that answers every question with 500."""

import http.server
import ssl
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)

    do_HEAD = do_GET


address, tls = sys.argv[1:]
server = http.server.ThreadingHTTPServer((address, 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{tls}/server.pem", f"{tls}/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
