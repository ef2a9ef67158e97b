#!/usr/bin/env python3
"""Starts the real Fail2Ban on a generated tree, writes the lines of attackers into its logs and tries what they reach.

usage: fail2ban.py TREE [SYSTEM]    (as root; SYSTEM is a directory with another release installed, / if not given)
"""

import contextlib
import datetime
import re
import socket
import subprocess
import sys
import threading
import time

import stage as staging
from stage import Report, Stage, have_network, run, wait_for

MAIL_PORTS = [25, 587, 993]
HOST_PORTS = [22, 80, 443]
INTERNET = ["ip", "netns", "exec", "internet"]
# Who does what. The never banned one is in the overlay's never_ban.
VISITORS = {name: f"203.0.113.{number}" for number, name in enumerate(
    ["neighbour", "scanner", "never_banned", "guesser", "mailer", "spammer", "hasty", "patient", "clumsy"], 10)}
VISITORS["ipv6"] = "2001:db8::13"
ACCESS_LOG = "/var/log/nginx/access.log"
ERROR_LOG = "/var/log/nginx/error.log"

TRY = """
import socket, sys
for port in sys.argv[2:]:
    connection = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET)
    connection.settimeout(0.4)
    connection.bind((sys.argv[1], 0))
    target = '2001:db8::1' if ':' in sys.argv[1] else '203.0.113.1'
    print(port, connection.connect_ex((target, int(port))) == 0)
"""

LISTEN = """
import socket, time
sockets = [socket.create_server(('0.0.0.0', port)) for port in (25, 587, 993)]
time.sleep(600)
"""


def prepare(stage, mail_log):
    have_network("containers", ["172.22.0.1/24"], ["172.22.0.2/24"])
    visitors = [f"{address}/64" if ":" in address else f"{address}/24" for address in VISITORS.values()]
    have_network("internet", ["203.0.113.1/24", "2001:db8::1/64"], visitors)
    stage.path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    # As Docker publishes ports.
    rules = "table ip nat { chain prerouting { type nat hook prerouting priority dstnat; "
    stage.run("nft", rules + "tcp dport { 25, 587, 993 } dnat to 172.22.0.2; }; }")
    for port in HOST_PORTS:
        server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512)
        threading.Thread(target=accept, args=[server], daemon=True).start()
    subprocess.Popen([*staging.CONTAINERS, sys.executable, "-c", LISTEN])
    stage.write(ACCESS_LOG, "")
    stage.write(ERROR_LOG, "")
    stage.write(mail_log, "")


def accept(server):
    while True:
        server.accept()[0].close()


def start(stage):
    stage.path("/var/run/fail2ban").mkdir(parents=True, exist_ok=True)
    print(stage.output("fail2ban-client", "--version").splitlines()[0])
    print(stage.output("fail2ban-client", "-t").splitlines()[-1], flush=True)
    server = stage.start("fail2ban-server", "-f", "--logtarget", "/var/log/fail2ban.log", "start",
                         stdout=subprocess.DEVNULL)
    wait_for(lambda: "'nginx-limit-req' started" in log(stage), "Fail2Ban")
    return server


def log(stage):
    path = stage.path("/var/log/fail2ban.log")
    return path.read_text() if path.exists() else ""


def append(stage, path, lines):
    with stage.path(path).open("a") as file:
        file.writelines(line + "\n" for line in lines)


def access(address, mark, count, status=403):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    agent = "2001-01-01T00:00:00+00:00 203.0.113.10 blocked"
    return [f'{now} {address} {mark} GET https://example.com/x {status} 146 "{agent}"'] * count


def limited(address, count):
    now = datetime.datetime.now().strftime("%Y/%m/%d %H:%M:%S")
    return [f'{now} [error] 7#7: *9 limiting requests, excess: 5.1 by zone "other", client: {address}, server: '
            'example.com, request: "GET /x HTTP/1.1", host: "example.com"'] * count


def mail(text, count):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    return [f"{now} mail {text}"] * count


def reached(visitor, ports):
    command = [*INTERNET, sys.executable, "-c", TRY, VISITORS[visitor], *map(str, ports)]
    lines = run(*command, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [int(line.split()[0]) for line in lines if line.endswith("True")]


def banned(stage, visitor):
    return re.search(rf"Ban {re.escape(VISITORS[visitor])}$", log(stage), re.M) is not None


def misbehave(stage, mail_log):
    """Everybody's lines, and the names of those whom they have to ban."""
    v = VISITORS
    append(stage, ACCESS_LOG, [
        *access(v["scanner"], "blocked", 10), *access(v["never_banned"], "blocked", 50),
        *access(v["ipv6"], "blocked", 10), *access(v["guesser"], "failed", 6, 303),
        *access(v["guesser"], "failed", 4, 429), *access(v["patient"], "-", 400, 403),
        *access(v["clumsy"], "failed", 4, 401), *access(v["clumsy"], "blocked", 4),
    ])
    append(stage, ERROR_LOG, [*limited(v["hasty"], 200), *limited(v["patient"], 150)])
    append(stage, mail_log, [
        *mail(f"postfix/submission/smtpd[812]: warning: unknown[{v['mailer']}]: SASL LOGIN authentication failed: "
              "UGFzc3dvcmQ6, sasl_username=owner", 3),
        *mail("dovecot: imap-login: Disconnected: Connection closed (auth failed, 3 attempts in 9 secs): user=<owner>, "
              f"method=PLAIN, rip={v['mailer']}, lip=172.22.0.2, TLS, session=<a>", 5),
        *mail(f"postfix/smtpd[99]: NOQUEUE: reject: RCPT from unknown[{v['spammer']}]: 554 5.7.1 <a@b.example>: Relay "
              "access denied; from=<x@y.example> to=<a@b.example> proto=ESMTP helo=<h>", 5),
        # What a taken-over mail container may write: lines of other programs.
        *mail(f"sshd[1]: Failed password for root from {v['neighbour']} port 4 ssh2", 20),
        *access(v["neighbour"], "blocked", 20),
    ])
    return ["scanner", "ipv6", "guesser", "hasty", "mailer", "spammer"]


def reaches(report, visitor, ports, expected, when):
    """Asked again while it isn't so: a ban is logged before it acts, and a busy machine answers late."""
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: reached(visitor, ports) == expected, "change")
    report.expect(f"{visitor} {when}", reached(visitor, ports), expected)


def check(stage, report, mail_log):
    everything = HOST_PORTS + MAIL_PORTS
    for visitor in VISITORS:
        ports = HOST_PORTS if visitor == "ipv6" else everything
        reaches(report, visitor, ports, ports, "before")
    attackers = misbehave(stage, mail_log)
    wait_for(lambda: all(banned(stage, attacker) for attacker in attackers), lambda: "bans: " + log(stage)[-2000:])
    for visitor in ("scanner", "guesser", "hasty"):
        reaches(report, visitor, everything, [22, *MAIL_PORTS], "after")
    reaches(report, "ipv6", HOST_PORTS, [22], "after")
    for visitor in ("mailer", "spammer"):
        reaches(report, visitor, everything, HOST_PORTS, "after")
    for visitor in ("neighbour", "never_banned", "patient", "clumsy"):
        reaches(report, visitor, everything, everything, "after")
    rules = stage.output("nft", "list", "table", "inet", "f2b-table")
    # nft calls -150 mangle: after the connection is known, before an address is translated.
    hook = re.search(r"type filter hook prerouting priority (-150|mangle); policy accept;", rules)
    report.expect("the hook", hook is not None, True)


def check_life(stage, report, server):
    """Bans survive a restart and the loss of the table, and grow."""
    server.terminate()
    server.wait()
    reaches(report, "scanner", HOST_PORTS, HOST_PORTS, "after the stop")
    stage.path("/var/log/fail2ban.log").unlink()
    server = start(stage)
    wait_for(lambda: "Restore Ban " + VISITORS["scanner"] in log(stage), "restored ban")
    reaches(report, "scanner", HOST_PORTS, [22], "after the restart")
    stage.run("nft", "flush", "ruleset")
    append(stage, ACCESS_LOG, access("203.0.113.200", "blocked", 10))
    wait_for(lambda: "Ban 203.0.113.200" in log(stage), "ban after a flush")
    wait_for(lambda: "203.0.113.200" in stage.output("nft", "list", "ruleset"), "a table again")
    for setting in (["bantime", "3"], ["bantime.rndtime", "0"]):
        stage.output("fail2ban-client", "set", "web", *setting)
    for _ in range(2):
        unbanned = log(stage).count("Unban " + VISITORS["clumsy"])
        append(stage, ACCESS_LOG, access(VISITORS["clumsy"], "blocked", 10))
        wait_for(lambda: log(stage).count("Unban " + VISITORS["clumsy"]) > unbanned, lambda: "end of a short ban: " + log(stage)[-1500:])
    append(stage, ACCESS_LOG, access(VISITORS["clumsy"], "blocked", 10))
    wait_for(lambda: re.search(r"Increase Ban 203.0.113.18 \(3 ", log(stage)), "longer ban")


def check_without_mail(stage, report, mail_log):
    """While the mail volume is missing, the other jails run."""
    stage.path(mail_log).unlink()
    report.expect("without the mail log", stage.output("fail2ban-client", "-t").splitlines()[-1],
                  "OK: configuration test is successful")


def main():
    tree, system = [*sys.argv[1:], "/"][:2]
    staging.enter()
    stage, report = Stage(system, tree), Report()
    jails = stage.path("/etc/fail2ban/jail.d/vpsgen.conf").read_text()
    mail_log = re.search(r"logpath = (\S+/mail\.log)", jails)[1]
    prepare(stage, mail_log)
    server = start(stage)
    check(stage, report, mail_log)
    check_life(stage, report, server)
    check_without_mail(stage, report, mail_log)
    report.close()


if __name__ == "__main__":
    main()
