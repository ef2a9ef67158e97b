"""A plain cloud-init that does sections 9.1 to 9.5 of the specification one after another, with the same packages, images
and configuration: how long it takes until the last container is healthy, in seconds since the kernel started."""

import hashlib
import json
import tarfile

import owner
from cloud import wait_for

START = None
PASTE = "#cloud-config\nruncmd: [[sh, -c, 'curl -s http://10.0.2.2/sequential.sh >/run/sequential.sh; sh -ex /run/sequential.sh']]\n"


def scenario(cloud, instance, report):
    cloud.shape()
    cloud.paste(PASTE)
    with tarfile.open(cloud.directory / "www/tree.tar", "w") as tree:
        tree.add(cloud.artifact / "tree", ".")
    (cloud.directory / "www/sequential.sh").write_text("\n".join(script(cloud)) + "\n")
    owner.publish(cloud)
    owner.starts(instance, report)
    wait_for("end", lambda: instance.ssh("test -e /run/cloud-init/result.json").returncode == 0)
    text = instance.ssh("cat /run/sequential").stdout
    if not text:
        text = instance.ask("tail -n 40 /var/log/cloud-init-output.log")
    report.expect("it went to its end", text.split()[:1] and text.split()[0].replace(".", "").isdigit(), True)
    running = instance.ask("docker ps --format '{{.Names}} {{.Status}}'").splitlines()
    report.expect("containers that aren't healthy", [line for line in running if "(healthy)" not in line], [])
    cloud.measured.write_text(json.dumps({"ready": float(text.split()[0])}))


def script(cloud):
    host = cloud.host
    install = "apt-get install -y --no-install-recommends"
    first = [it for it in host["packages"] if it not in ("fail2ban", "unattended-upgrades", "restic", "rclone", "gpg", "age")]
    yield "export DEBIAN_FRONTEND=noninteractive"
    # 9.1: the base.
    yield from ("apt-get update", "apt-get upgrade -y", f"{install} {' '.join(first)}")
    yield from ("ufw default deny incoming", "ufw default allow outgoing")
    yield from (f"ufw allow {port}/tcp" for port in (22, 80, 443))
    yield from ("ufw --force enable", "iptables -D INPUT -j REJECT --reject-with icmp-host-prohibited")
    yield from ("curl -s http://10.0.2.2/tree.tar | tar -x -C / --no-same-owner", "systemd-sysusers")
    yield from (f"usermod -v {host['users']} -w {host['users']} dockremap", "systemctl restart docker")
    yield from (f"docker network create {options} {name}" for name, options in host["networks"].items())
    yield from placeholders(host)
    yield from secrets(host)
    # 9.2 to 9.4: volumes, applications, web server, certificates, zone by zone.
    for zone, content in host["zones"].items():
        yield from volume(host["volumes"].get(content.get("volume"), {}))
        yield from (f"docker compose --project-directory /opt/docker/{zone} {words}" for words in ("pull --ignore-buildable", "build", "up -d --wait"))
        if zone == "public":
            yield from ("mkdir -p /var/lib/vpsgen/acme", "nginx -t", "systemctl restart nginx")
    for name, (_, *names) in host["certificates"].items():
        yield f"certbot certonly --cert-name {name} -d {','.join(names)} || true"
    yield from (f"ufw allow {port}/tcp" for port in (25, 587, 993))
    # 9.5: hardening and backup.
    yield from (f"{install} fail2ban", f"{install} unattended-upgrades", f"{install} restic rclone gpg age")
    yield from ("systemctl restart fail2ban", "cut -d' ' -f1 /proc/uptime >/run/sequential")


def placeholders(host):
    for name, (group, *_) in host["certificates"].items():
        for file, source in (("privkey.pem", "private/ssl-cert-snakeoil.key"), ("fullchain.pem", "certs/ssl-cert-snakeoil.pem")):
            yield f"install -D -m 0640 -g {group} /etc/ssl/{source} /etc/vpsgen/tls/{name}/{file}"


def secrets(host):
    for zone in host["zones"].values():
        for service, content in zone["services"].items():
            for file, source, uid, gid in content.get("secrets", []):
                value = hashlib.sha256(source.encode()).hexdigest()[:32]
                yield f"mkdir -p /run/vpsgen/secrets/{service}; printf {value} | install -m 0400 -o {uid} -g {gid} /dev/stdin /run/vpsgen/secrets/{service}/{file}"


def volume(volume):
    device = volume.get("device")
    if device:
        yield f"mkdir -p {volume['mount']}"
    if "luks" in volume:
        yield f"head -c 32 /dev/urandom >/root/{volume['mapper']}; cryptsetup luksFormat -q {device} /root/{volume['mapper']}"
        yield f"cryptsetup open --key-file /root/{volume['mapper']} {device} {volume['mapper']}"
        device = f"/dev/mapper/{volume['mapper']}"
    if device:
        yield from (f"mkfs.ext4 -q {device}", f"mount {device} {volume['mount']}")
    yield from (f"echo '{line}' | systemd-tmpfiles --create -" for line in volume.get("directories", []))
