"""The host under its containers: what nothing but the pasted text makes of a fresh machine before the first image is
pulled (the emulated cloud has no registry), asked of the machine and from outside; and again after a restart."""

import os
import subprocess

from cloud import HTTP_PORT, HTTPS_PORT, wait_for

HOST_STEPS = {
    "packages", "system", "firewall", "docker", "bans", "networks", "storage-public", "storage-metrics", "seed",
    "storage-private", "storage-mail", "certificates", "web",
}
JAILS = ["dovecot", "nginx-limit-req", "postfix", "sshd", "web"]


def scenario(cloud, instance, report):
    instance.boot()
    wait_for("answer by SSH", instance.boot_id)
    report.say("SSH answers")
    wait_for("status", instance.status)
    report.say("the paste is unpacked")
    reach(instance, report)
    cloud_init_is_content(instance, report)
    everything(cloud, instance, report)
    secrets = instance.ask("cd /run/vpsgen/secrets && find . -type f -exec sha256sum {} +")
    before = instance.boot_id()
    instance.ssh("sudo systemctl reboot")
    wait_for("restart", lambda: instance.boot_id() not in (None, before))
    report.say("restarted")
    reach(instance, report)
    everything(cloud, instance, report)
    again = instance.ask("cd /run/vpsgen/secrets && find . -type f -exec sha256sum {} +")
    report.expect("the secrets are the same", sorted(again.splitlines()), sorted(secrets.splitlines()))


def reach(instance, report):
    """Waits for the steps of the host. SSH has to answer all the while, so each question is asked by it."""
    def done():
        status = instance.status()
        steps = status["steps"] if status else {}
        left = {name for name in HOST_STEPS if steps.get(name, {}).get("state") != "done"}
        failed = {name: steps[name]["reason"] for name in left if steps.get(name, {}).get("state") == "failed"}
        if failed:
            report.say(f"not yet: {failed}")
        return not left

    wait_for("host", done)
    report.say("every step below the containers is done")


def cloud_init_is_content(instance, report):
    result = instance.ask("cat /run/cloud-init/result.json")
    report.expect("cloud-init", '"errors": []' in result and "DataSourceOracle" in result, True)
    report.expect("the paste is gone", instance.ask("ls /var/lib/cloud/scripts/per-boot").split(), [])


def everything(cloud, instance, report):
    failed = instance.ask("systemctl list-units --failed --plain --no-legend").splitlines()
    failed = {line.split()[0] for line in failed}
    report.expect("failed units but those that wait for images", {it for it in failed if "@images-" not in it}, set())
    volumes(instance, report)
    packet_filter(instance, report)
    login(instance, report)
    web(cloud, report)
    jails = instance.ask("fail2ban-client status").split("Jail list:")[1].replace(",", " ").split()
    report.expect("jails", sorted(jails), JAILS)
    report.expect("files as they were unpacked",
                  instance.ask("sha256sum --check --quiet /var/lib/vpsgen/SHA256SUMS"), "")


def volumes(instance, report):
    mounts = instance.ask("findmnt -rno TARGET,FSTYPE,OPTIONS | grep ^/mnt/").splitlines()
    found = {line.split()[0]: set(line.split()[2].split(",")) >= {"nosuid", "nodev"} for line in mounts}
    report.expect("volumes", found, {"/mnt/public": True, "/mnt/private": True, "/mnt/mail": True})
    for name in ("private", "mail"):
        status = instance.ask(f"cryptsetup status {name}_crypt")
        report.expect(f"{name} is a LUKS2 volume", "LUKS2" in status and "is active" in status, True)
    # What is on the disks themselves, seen from the cloud's side; the public one shows that it can be seen.
    for name, disk, readable in (("public", "oraclevdb", True), ("private", "oraclevdc", False), ("mail", "oraclevdd", False)):
        text = f"nobody else writes {name} and this"
        instance.ask(f"echo '{text}' >/mnt/{name}/known && sync -f /mnt/{name}/known")
        report.expect(f"{name} can be read on its disk", holds(instance.disk(disk), text.encode()), readable)
        instance.ask(f"rm /mnt/{name}/known")


def holds(path, text):
    """Whether a sparse file contains a text."""
    with path.open("rb") as disk:
        place = 0
        while True:
            try:
                place = os.lseek(disk.fileno(), place, os.SEEK_DATA)
            except OSError:
                return False
            end = os.lseek(disk.fileno(), place, os.SEEK_HOLE)
            if text in os.pread(disk.fileno(), end - place, place):
                return True
            place = end


def packet_filter(instance, report):
    rules = instance.ask("iptables -S").splitlines()
    report.expect("policy", [rule for rule in rules if rule.startswith("-P INPUT")], ["-P INPUT DROP"])
    report.expect("the image's own REJECT", [rule for rule in rules if "icmp-host-prohibited" in rule], [])
    report.expect("InstanceServices", sum(rule.startswith("-A InstanceServices") for rule in rules), 7)
    report.expect("its jump", "-A ufw-before-output -d 169.254.0.0/16 -j InstanceServices" in rules, True)
    report.expect("UFW", "Status: active" in instance.ask("ufw status"), True)


def login(instance, report):
    report.expect("root may not log in", instance.ssh("true", user="root").returncode, 255)
    password = ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"]
    report.expect("a password is not asked for", instance.ssh("true", options=password).returncode, 255)


def web(cloud, report):
    def curl(*words):
        return subprocess.run(cloud.inside("curl", "-sik", *words), stdout=subprocess.PIPE, text=True).stdout

    answer = curl("-H", "Host: example.com", f"http://127.0.0.1:{HTTP_PORT}/x")
    report.expect("HTTP is redirected", "location: https://example.com/x" in answer.lower(), True)
    answer = curl("--resolve", f"cloud.example.com:{HTTPS_PORT}:127.0.0.1", f"https://cloud.example.com:{HTTPS_PORT}/")
    report.expect("what isn't installed is closed", answer.split(" ")[1:2], ["503"])
    headers = {line.split(":")[0].lower() for line in answer.splitlines() if ":" in line}
    wanted = {"x-content-type-options", "x-frame-options", "x-xss-protection", "referrer-policy"}
    report.expect("headers", headers & wanted, wanted)
    report.expect("no HSTS before the real certificate", "strict-transport-security" in headers, False)
