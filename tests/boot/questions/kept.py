"""What has to outlive everything but its volume: secrets, certificates, rows, files, mails, keys. What is first seen here
is what later scenarios have to find."""

from questions.applications import query, sql

OF_THE_DESIGN = False


def ask(cloud, instance, report):
    if "seed" not in cloud.remembered:
        plant(cloud, instance)
        remember(cloud, instance, report)
        return
    for what, found in everything(cloud, instance).items():
        report.expect(f"as first seen: {what}", found, cloud.remembered[what])
    if cloud.design:
        report.expect("mails that are gone", set(cloud.remembered["mails"]) - mails(instance), set())


def remember(cloud, instance, report):
    """What is first seen; it goes with the machine when it is left to another scenario."""
    cloud.remembered["seed"] = instance.ask("od -An -vtx1 /etc/vpsgen/keys/seed | tr -d ' \n'")
    found = everything(cloud, instance)
    if cloud.design:
        found["mails"] = sorted(mails(instance))
    for what, value in found.items():
        report.expect(f"there is something to keep: {what}", bool(value), True)
    cloud.remembered |= found


def mails(instance):
    """The checksums of all mails."""
    return set(instance.ask("find /mnt/mail/mailboxes -type f -regex '.*/\\(cur\\|new\\)/.*' -exec sha256sum {} + | cut -d' ' -f1").split())


def volumes(cloud):
    return [volume["mount"] for volume in cloud.host["volumes"].values() if "device" in volume]


def plant(cloud, instance):
    for mount in volumes(cloud):
        instance.ask(f"head -c 300000 /dev/urandom >{mount}/kept && sync -f {mount}/kept")
    if cloud.design:
        sql(instance, "CREATE TABLE kept (name TEXT); INSERT INTO kept VALUES ('a row of MariaDB')")
        query(instance, "CREATE TABLE kept (name TEXT); INSERT INTO kept VALUES ('a row of PostgreSQL')")


def everything(cloud, instance):
    sums = "xargs -0 -r sha256sum | sort -k 2"
    found = {
        "secrets": instance.ask(f"cd /run/vpsgen/secrets && find . -type f -print0 | {sums}"),
        "files": instance.ask(f"sha256sum {' '.join(f'{mount}/kept' for mount in volumes(cloud))}"),
    }
    if cloud.design:
        found |= {
            "the certificates": instance.ask(f"find /etc/vpsgen/tls -name '*.pem' -print0 | {sums}"),
            "the DKIM key": instance.ask("sha256sum /mnt/mail/dkim-keys/*.key"),
            "the row of MariaDB": sql(instance, "SELECT name FROM kept"),
            "the row of PostgreSQL": query(instance, "SELECT name FROM kept"),
        }
    return found
