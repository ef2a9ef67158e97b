"""Every password that can be is rotated: a new instance with the surviving volumes refuses the old ones, takes the new ones,
and has its data."""

import contextlib
import hmac
import imaplib
import urllib.parse

import owner
from questions import containers
from questions.applications import query, sql
from questions.kept import mails
from questions.mail import ACCOUNT, Box
from questions.web import fetch
from scenarios import Start

START = Start("fresh", "ready")
SECRETS = "/run/vpsgen/secrets"


def passwords(instance):
    """What every secret's file holds, by service and name."""
    names = instance.ask(f"cd {SECRETS} && find . -type f -printf '%P\n'").split()
    return {name: instance.ask(f"cat {SECRETS}/{name}").strip() for name in names if not name.endswith("relay_password")}


def logs_in(instance, found):
    """Which of the passwords are taken. Each goes to its program on standard input."""
    def inside(service, command, password):
        return instance.ssh(f"sudo docker exec -i {service} sh -c 'read -r secret; {command}'", input=f"{password}\n").returncode == 0

    def maria(user, name):
        return inside("matomo-db", f"MYSQL_PWD=$secret mariadb -u{user} -e \"SELECT 1\"", found[f"matomo-db/{name}"])

    def postgres(user, name):
        # Over an address that isn't the loopback: from there, passwords are asked for.
        line = f"PGPASSWORD=$secret psql -h 172.21.0.3 -U {user} nextcloud -c \"SELECT 1\""
        return inside("nextcloud-db", line, found[f"nextcloud-db/{name}"])

    def dovecot():
        password = hmac.digest(found["mail-db/accounts_key"].encode(), ACCOUNT.encode(), "sha256").hex()[:32]
        with contextlib.suppress(imaplib.IMAP4.error):
            return Box().login(ACCOUNT, password)[0] == "OK"
        return False

    # The header is a file, so that it is in no list of processes.
    rspamd = "curl -s -o /dev/null -w '%{http_code}' -H @- http://127.0.0.1:8025/stat"
    header = f"Password: {found['mailserver/web_password']}\n"
    form = urllib.parse.urlencode({"user": "admin", "password": found["nextcloud-app/admin_password"]})
    answer = fetch("cloud.example.com", "/login", "POST", form, {"Content-Type": "application/x-www-form-urlencoded"})
    return {
        "MariaDB's root": maria("root", "db_root_password"),
        "Matomo's account": maria("matomo", "db_password"),
        "MariaDB's backup": maria("backup", "backup_password"),
        "PostgreSQL's superuser": postgres("postgres", "postgres_password"),
        "Nextcloud's role": postgres("nextcloud", "db_password"),
        "PostgreSQL's backup": postgres("backup", "backup_password"),
        "Redis": inside("redis", "! REDISCLI_AUTH=$secret redis-cli get x 2>&1 | grep -q AUTH", found["redis/redis_password"]),
        "the mailbox": dovecot(),
        "Rspamd": instance.ask(rspamd, input=header).strip() == "200",
        "Nextcloud's administrator": answer.headers["Location"] == "/apps/dashboard/",
    }


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    before, letters = passwords(instance), mails(instance)
    for who, taken in logs_in(instance, before).items():
        report.expect(f"before, the password is taken: {who}", taken, True)
    instance.shut_down()
    instance.renew()
    cloud.paste((cloud.rotated / "user-data").read_text())
    owner.starts(instance, report)
    owner.reaches(instance, report, "seed", "waiting")
    instance.ask("vpsctl unlock", input=f"vpsgen-seed-v1 {cloud.host['name']} {cloud.remembered['seed']}\n")
    owner.bring(cloud, instance)
    owner.ready(instance, report)
    after = passwords(instance)
    report.expect("every password is another one", {name for name in before if after.get(name) == before[name]}, set())
    for who, taken in logs_in(instance, after).items():
        report.expect(f"the new password is taken: {who}", taken, True)
    for who, taken in logs_in(instance, before).items():
        report.expect(f"the old password is refused: {who}", taken, False)
    report.expect("the row of MariaDB", sql(instance, "SELECT name FROM kept"), cloud.remembered["the row of MariaDB"])
    report.expect("the row of PostgreSQL", query(instance, "SELECT name FROM kept"), cloud.remembered["the row of PostgreSQL"])
    report.expect("mails that are gone", letters - mails(instance), set())
    report.expect("Matomo has its database", fetch("analytics.example.com", "/matomo.php?idsite=1&url=https%3A%2F%2Fexample.com%2F").status, 200)
    instance.ask("systemctl start vpsgen-run@backup")
    owner.ask(cloud, instance, report, containers)
