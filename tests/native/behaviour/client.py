"""An HTTP client that sends exactly what a test says: raw paths, any method, from any of the stage's addresses."""

import itertools
import socket
import ssl

STRANGERS = (f"203.0.113.{number}" for number in itertools.cycle(range(1, 250)))


class Response:
    def __init__(self, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        self.status = int(words[1]) if len(words) > 1 else 0
        self.headers = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]
        self.body = b"".join(chunks(body)) if self.all("Transfer-Encoding") else body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name):
        values = self.all(name)
        return values[0] if len(values) == 1 else values or None


def chunks(body):
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size or b"0", 16)
        yield rest[:length]
        body = rest[length + 2 :] if length else b""


def connect(source, port=443, name=None, context=None):
    """A connection from one address of the stage to the server on the same machine."""
    target = ("::1" if ":" in source else "127.0.0.1", port)
    connection = socket.create_connection(target, timeout=10, source_address=(source, 0))
    if name is None:
        return connection
    return (context or unverified()).wrap_socket(connection, server_hostname=name)


def unverified():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(url, method="GET", headers=None, body=b"", source=None, version="HTTP/1.1"):
    """Asks for a URL whose path goes out as it is written. Each call comes from another stranger unless it says whence."""
    scheme, _, rest = url.partition("://")
    name, slash, path = rest.partition("/")
    source = source or next(STRANGERS)
    lines = {"Host": name, "Connection": "close", "User-Agent": "behaviour", **(headers or {})}
    if body or method in ("POST", "PUT"):
        lines.setdefault("Content-Length", str(len(body)))
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    request = f"{method} {slash}{path} {version}\r\n{head}\r\n".encode("latin-1") + body
    with connect(source, 443 if scheme == "https" else 80, name if scheme == "https" else None) as connection:
        return Response(exchange(connection, request))


def hurry(name, count, source):
    """That many requests at once, on one connection."""
    request = f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n" * (count - 1)
    last = f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    with connect(source, 443, name) as connection:
        raw = exchange(connection, (request + last).encode())
    return [Response(b"HTTP/1.1 " + answer) for answer in raw.split(b"HTTP/1.1 ")[1:]]


def exchange(connection, request):
    received = b""
    try:
        connection.sendall(request)
        while chunk := connection.recv(65536):
            received += chunk
    except (ConnectionError, ssl.SSLError):
        pass
    return received
