"""SSH from outside, and the bans."""

from cloud import ended, wait_for
from internet import ATTACKER, INSTANCE, OUTSIDE

JAILS = ["dovecot", "nginx-limit-req", "postfix", "sshd", "web"]


def ask(cloud, instance, report):
    report.expect("root may not log in", instance.ssh("true", user="root", options=[]).returncode, 255)
    password = ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"]
    report.expect("a password is not asked for", instance.ssh("true", options=password).returncode, 255)
    settings = instance.ask("sshd -T")
    for line in ("permitrootlogin no", "passwordauthentication no", "pubkeyauthentication yes", "maxauthtries 3",
                 "allowusers debian", "x11forwarding no", "allowagentforwarding no"):
        report.expect(f"sshd: {line}", line in settings, True)
    jails = instance.ask("fail2ban-client status").split("Jail list:")[1].replace(",", " ").split()
    report.expect("jails", sorted(jails), JAILS)
    ban(instance, report)


def reaches(source, port):
    return ended("nc", "-z", "-w", "5", "-s", source, INSTANCE, port).returncode == 0


def fails(instance):
    """Another failed login, and whether it was the last one."""
    instance.ssh("true", user="nobody", options=["-b", ATTACKER, "-o", "PubkeyAuthentication=no", "-o", "ConnectTimeout=5"])
    return ATTACKER in instance.ask("fail2ban-client status sshd")


def ban(instance, report):
    """Failed logins from one address close the machine to it, and to nobody else; and it is let in again."""
    report.expect("the attacker's address reaches SSH", reaches(ATTACKER, 22), True)
    instance.ask("fail2ban-client set sshd bantime 120")
    report.expect("it is banned after failed logins", wait_for("ban", lambda: fails(instance)), True)
    # The action runs a moment after the ban is known.
    report.expect("then it doesn't reach SSH", wait_for("closed door", lambda: not reaches(ATTACKER, 22)), True)
    report.expect("others do", reaches(OUTSIDE, 22), True)
    report.expect("the ban lifts by itself", wait_for("end of the ban", lambda: reaches(ATTACKER, 22)), True)
    instance.ask("fail2ban-client reload")
