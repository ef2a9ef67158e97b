"""What a backup set has to bring back, byte by byte: a file in each directory, rows of both databases, mails, the DKIM key,
and the secrets, which follow from the seed."""

from questions.applications import query, sql
from questions.kept import mails


def directories(cloud):
    services = [service for zone in cloud.host["zones"].values() for service in zone["services"].values()]
    return [path for service in services for path in service.get("directories", [])]


def plant(cloud, instance, name):
    """Data under a name of its own."""
    for path in directories(cloud):
        instance.ask(f"head -c 300000 /dev/urandom >{path}/{name}")
    sql(instance, f"CREATE TABLE {name} (name TEXT); INSERT INTO {name} VALUES ('{name} of MariaDB')")
    query(instance, f"CREATE TABLE {name} (name TEXT); INSERT INTO {name} VALUES ('{name} of PostgreSQL')")


def everything(cloud, instance, name):
    files = " ".join(f"{path}/{name}" for path in directories(cloud))
    return {
        "files": instance.ask(f"sha256sum {files}"),
        "secrets": instance.ask("cd /run/vpsgen/secrets && find . -type f -print0 | xargs -0 sha256sum | sort -k 2"),
        "the DKIM key": instance.ask("sha256sum /mnt/mail/dkim-keys/*.key"),
        "mails": sorted(mails(instance)),
        "the row of MariaDB": sql(instance, f"SELECT name FROM {name}"),
        "the row of PostgreSQL": query(instance, f"SELECT name FROM {name}"),
    }


def compare(report, found, wanted):
    for what, value in wanted.items():
        report.expect(f"there was something to restore: {what}", bool(value), True)
        report.expect(f"as in the set: {what}", found[what], value)
