"""Mail end to end: from another server to the mailbox, from the account out, TLS, logins, and the DKIM key."""

import imaplib
import smtplib
import ssl
import time

from cloud import wait_for
from internet import INSTANCE, OUTSIDE, roots

ACCOUNT = "postmaster@example.com"
PASSWORD = """
import hmac
key = open("/run/vpsgen/secrets/mail-db/accounts_key", "rb").read().strip()
print(hmac.digest(key, b"ACCOUNT", "sha256").hex()[:32])
""".replace("ACCOUNT", ACCOUNT)


def context():
    """Of a client that believes nobody but the authority; the name is checked, too."""
    return ssl.create_default_context(cadata=roots())


class Box(imaplib.IMAP4_SSL):
    """IMAPS at the instance under the mail server's own name."""

    def __init__(self):
        super().__init__("mail.example.com", ssl_context=context(), timeout=300)


def ask(cloud, instance, report):
    password = instance.ask("python3 -", input=PASSWORD).strip()
    subject = f"from outside {time.time()}"
    receives(report, subject)
    box = Box()
    report.expect("IMAPS login", box.login(ACCOUNT, password)[0], "OK")
    report.expect("the mail is in the mailbox", wait_for("the mail", lambda: finds(box, subject)), True)
    box.logout()
    refuses(report)
    submits(report, password)
    key = instance.ask("ls /mnt/mail/dkim-keys").split()
    report.expect("the DKIM key and its record", sorted(key), ["example.com.mail.key", "example.com.mail.txt"])
    report.expect("the record is shown", "v=DKIM1" in instance.ask("vpsctl dns"), True)


def finds(box, subject):
    """In the inbox or where spam goes."""
    for folder in ("INBOX", "Junk"):
        if box.select(folder, readonly=True)[0] == "OK" and box.search(None, "SUBJECT", f'"{subject}"')[1] != [b""]:
            return True
    return False


def receives(report, subject):
    with smtplib.SMTP(INSTANCE, 25, "mx.example.net", timeout=300, source_address=(OUTSIDE, 0)) as server:
        server.ehlo()
        report.expect("SMTP offers STARTTLS", server.has_extn("starttls"), True)
        report.expect("SMTP offers no login without it", server.has_extn("auth"), False)
        server.starttls(context=ssl._create_unverified_context())
        text = f"From: a@example.net\r\nTo: {ACCOUNT}\r\nSubject: {subject}\r\nMessage-ID: <{subject.replace(' ', '-')}@example.net>\r\n" \
            "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n\r\nHello\r\n"
        report.expect("a mail for an alias is taken", server.sendmail("a@example.net", "abuse@example.com", text), {})


def refuses(report):
    """No open relay, no unknown recipient, no plain text login, no wrong password."""
    with smtplib.SMTP(INSTANCE, 25, "mx.example.net", timeout=300, source_address=(OUTSIDE, 0)) as server:
        server.mail("a@example.net")
        for recipient in ("somebody@example.org", "nobody-here@example.com"):
            report.expect(f"{recipient} is refused", server.rcpt(recipient)[0] // 100, 5)
    with smtplib.SMTP("mail.example.com", 587, timeout=300) as server:
        server.ehlo()
        report.expect("no login before STARTTLS", server.has_extn("auth"), False)
        report.expect("no mail before a login", server.docmd("MAIL", "FROM:<a@example.com>")[0] // 100, 5)
    try:
        Box().login(ACCOUNT, "wrong")
        report.expect("a wrong password", "taken", "refused")
    except imaplib.IMAP4.error:
        report.expect("a wrong password", "refused", "refused")


def submits(report, password):
    with smtplib.SMTP("mail.example.com", 587, timeout=300) as server:
        server.starttls(context=context())
        report.expect("submission login", server.login(ACCOUNT, password)[0], 235)
        subject = f"to myself {time.time()}"
        text = f"From: {ACCOUNT}\r\nTo: {ACCOUNT}\r\nSubject: {subject}\r\n\r\nHello\r\n"
        report.expect("a mail is taken", server.sendmail(ACCOUNT, ACCOUNT, text), {})
        server.docmd("MAIL", "FROM:<other@example.com>")
        report.expect("nobody writes as another", server.docmd("RCPT", "TO:<a@example.net>")[0] // 100, 5)
    box = Box()
    box.login(ACCOUNT, password)
    report.expect("it arrives", wait_for("the mail", lambda: finds(box, subject)), True)
    box.select("INBOX", readonly=True)
    found = box.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
    if found:
        head = box.fetch(found[0], "(BODY.PEEK[HEADER])")[1][0][1].decode()
        report.expect("it is signed", "DKIM-Signature:" in head and "s=mail" in head, True)
    box.logout()
