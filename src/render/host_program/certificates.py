"""Certificates: a self-signed placeholder at once, the real one as soon as its names lead here. Servers read copies
below /etc/vpsgen/tls. Account and certificates live on a volume: a rebuilt host doesn't ask for them again."""

import socket
import time
from pathlib import Path

from .host import ETC, HOST, STATE, Problem, Waiting, run, write
from .status import record


def step_certificates():
    """A placeholder for every certificate that isn't here: the one that the package ssl-cert signs itself."""
    (STATE / "acme").mkdir(0o755, True, True)
    for name in HOST["certificates"]:
        if not (ETC / "tls" / name / "fullchain.pem").exists():
            install(name, "/etc/ssl/private/ssl-cert-snakeoil.key", "/etc/ssl/certs/ssl-cert-snakeoil.pem")


def install(name, key, chain):
    """Its key is for root and the one container that serves it. The chain last: a copy as new as certbot's is whole."""
    directory = ETC / "tls" / name
    write(directory / "privkey.pem", Path(key).read_bytes(), 0o640, 0, HOST["certificates"][name][0])
    write(directory / "fullchain.pem", Path(chain).read_bytes())


def do_certificates():
    """Asks for what is missing and hands out what is new; certbot's own timer renews. What isn't there yet, a name or the
    place for the certificates, is looked for again and again; what the authority refused is the next timer's."""
    left = dict(HOST["certificates"])
    while left:
        for name, (_, *names) in [*left.items()]:
            try:
                obtain(name, names)
                do_deploy()
                record(f"certificate-{name}", "done")
                del left[name]
            except Problem as problem:
                record(f"certificate-{name}", "waiting", problem)
                if not isinstance(problem, Waiting):
                    del left[name]
        if left:
            time.sleep(10)


def live(name):
    return Path(HOST["certbot"], "live", name)


def obtain(name, names):
    """An authority bears five failures an hour; the timer asks for fewer. A name that nobody knows isn't asked for."""
    place = Path(HOST["certbot"]).parent
    if not place.exists():
        raise Waiting(f"{place} isn't there: attach its volume")
    if live(name).exists():
        return
    for host in names:
        try:
            socket.getaddrinfo(host, 80)
        except OSError:
            raise Waiting(f"{host} doesn't lead anywhere yet: publish dns.zone") from None
    run("certbot certonly --cert-name", name, "-d", ",".join(names))


def do_deploy():
    """Gives the servers what is newer than their copies. HSTS comes with it: no browser takes less from then on."""
    for name, (_, *names) in HOST["certificates"].items():
        chain = live(name) / "fullchain.pem"
        if chain.exists() and chain.read_bytes() != (ETC / "tls" / name / chain.name).read_bytes():
            lines = [f'on{host} "max-age=31536000; includeSubDomains";' for host in names]
            write(ETC / "tls" / name / "hsts.conf", "".join(lines))
            install(name, live(name) / "privkey.pem", chain)
            run("systemctl reload nginx")
