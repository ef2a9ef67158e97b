"""The internet of the test: metadata, names, packages, container images, certificates, the backup's remote, and a
web site "out there". All of it are programs in the cloud's namespace, at documentation addresses."""

import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
# Of the instance: what the cloud's network gives it.
INSTANCE, INSTANCE6, HARDWARE = "10.0.2.15", "2001:db8:2::15", "02:00:17:00:00:01"
GATEWAYS = ("10.0.2.2/24", "2001:db8:2::2/64")
# Of everybody else.
REGISTRY, AUTHORITY, REMOTE, OUTSIDE, OUTSIDE6, ATTACKER = (
    "203.0.113.10", "203.0.113.20", "203.0.113.30", "203.0.113.80", "2001:db8:80::80", "203.0.113.66")
WATCHER, WATCHER6 = "203.0.113.90", "2001:db8:80::90"
METADATA = "169.254.169.254"
ADDRESSES = [f"{address}/32" for address in (METADATA, REGISTRY, AUTHORITY, REMOTE, OUTSIDE, ATTACKER, WATCHER)]
ADDRESSES += [f"{address}/128" for address in (OUTSIDE6, WATCHER6)]
NAMES = {
    "registry-1.docker.io": REGISTRY, "gcr.io": REGISTRY, "ghcr.io": REGISTRY,
    "acme-v02.api.letsencrypt.org": AUTHORITY, "remote.example.net": REMOTE,
    "www.example.net": OUTSIDE, "mx.example.net": OUTSIDE,
}
# Roots of certificates beside pebble's own: those of a machine that was saved have another authority.
TRUSTED = []


def open_for(cloud):
    """Starts what the machine needs before its own names lead to it."""
    tls = cloud.image / "tls"
    metadata(cloud, cloud.artifact / "user-data")
    names(cloud)
    mirror(cloud)
    registry(cloud, tls)
    authority(cloud, tls)
    remote(cloud)
    web(cloud)


def metadata(cloud, user_data):
    cloud.start("metadata", HERE / "metadata.py", user_data, cloud.directory / "key.pub")


def names(cloud):
    """DHCP, router advertisements, and DNS where Oracle has it; what is published later is a file in `hosts`."""
    (cloud.directory / "hosts").mkdir(exist_ok=True)
    publish(cloud, "world", NAMES.items())
    cloud.start(
        "names", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--group=root", "--no-resolv", "--no-hosts",
        f"--hostsdir={cloud.directory}/hosts", "--interface=lo", "--interface=cloud", "--bind-interfaces",
        f"--dhcp-leasefile={cloud.directory}/leases", "--dhcp-authoritative", "--dhcp-ignore-clid", "--enable-ra", "--ra-param=cloud,60,9000",
        f"--dhcp-range={INSTANCE},{INSTANCE},255.255.255.0,12h", f"--dhcp-range={INSTANCE6},{INSTANCE6},64,12h",
        f"--dhcp-option=option:dns-server,{METADATA}", "--mx-host=example.net,mx.example.net",
        "--mx-host=example.com,mail.example.com")


def publish(cloud, name, records):
    (cloud.directory / "hosts" / name).write_text("".join(f"{address} {host}\n" for host, address in records))


def mirror(cloud):
    """One flat repository of what the host and the images that are built on it need."""
    packages = cloud.directory / "www/debian"
    packages.mkdir(parents=True)
    for package in (*(cloud.image / "debs").glob("*.deb"), *(cloud.containers / "debs").glob("*.deb")):
        link = packages / package.name
        link.exists() or link.symlink_to(package)
    index = subprocess.run(["dpkg-scanpackages", "--multiversion", "."], cwd=packages, check=True,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    (packages / "Packages").write_bytes(index.stdout)
    cloud.start("mirror", "python3", "-m", "http.server", "--bind", "10.0.2.2", "--directory", packages.parent, "80")


def registry(cloud, tls):
    settings = {
        "version": 0.1,
        "log": {"accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(cloud.containers / "registry")},
                    "maintenance": {"readonly": {"enabled": True}}},
        "http": {"addr": f"{REGISTRY}:443", "tls": {"certificate": str(tls / "server.pem"), "key": str(tls / "server.key")}},
    }
    path = cloud.directory / "registry.json"
    path.write_text(json.dumps(settings))
    cloud.start("registry", "docker-registry", "serve", path)


def authority(cloud, tls):
    """A real ACME server, which validates over HTTP at port 80 as the real one does."""
    certificate, key = str(tls / "server.pem"), str(tls / "server.key")
    settings = {"pebble": {
        "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
        "certificate": certificate, "privateKey": key, "httpPort": 80, "tlsPort": 443,
    }}
    path = cloud.directory / "authority.json"
    path.write_text(json.dumps(settings))
    cloud.start("pebble", "pebble", "-config", path, "-dnsserver", "127.0.0.1:53",
                PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0")
    cloud.start("authority", HERE / "authority.py", AUTHORITY, certificate, key)


def roots():
    """The certificates of all authorities that count. Pebble makes itself a new one at each start."""
    own = subprocess.run(["curl", "-sk", "https://127.0.0.1:15000/roots/0"], check=True, stdout=subprocess.PIPE, text=True)
    return "".join([own.stdout, *TRUSTED])


def remote(cloud):
    """Where the backups go: rclone's own server, over WebDAV."""
    (cloud.directory / "remote").mkdir()
    serve_remote(cloud)


def serve_remote(cloud):
    """With what it held before it went away, if it did."""
    cloud.start("remote", "rclone", "serve", "webdav", "--addr", f"{REMOTE}:8080", cloud.directory / "remote")


def web(cloud):
    """A site out there, which answers everybody: the positive control of what must not reach it."""
    site = cloud.directory / "outside"
    site.mkdir()
    (site / "index.html").write_text("the world\n")
    for name, address in (("outside", OUTSIDE), ("outside6", OUTSIDE6)):
        cloud.start(name, "python3", "-m", "http.server", "--bind", address, "--directory", site, "80")
