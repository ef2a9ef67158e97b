"""A fresh machine that gets nothing but the pasted text becomes the full design by itself, and says so; it is asked row by
row (questions/), and again after a restart."""

import json
import time

import internet
from cloud import wait_for
from questions import applications, containers, firewall, host, isolation, judges, login, mail, monitoring, ports, storage, web

OWNER = ["example.com", "www.example.com", "cloud.example.com", "mail.example.com"]
LATER = "analytics.example.com"


def scenario(cloud, instance, report):
    internet.publish(cloud, "owner", [(name, internet.INSTANCE) for name in OWNER])
    instance.boot()
    wait_for("answer by SSH", instance.boot_id)
    report.say("SSH answers")
    wait_for("status", instance.status)
    report.say("the paste is unpacked")
    waits(cloud, instance, report)
    bring_what_it_waits_for(cloud, instance)
    ready(instance, report)
    for question in (host, storage, firewall, login, ports, containers, web, applications, mail, monitoring, isolation, judges):
        ask(question, cloud, instance, report)
    secrets = instance.ask("cd /run/vpsgen/secrets && find . -type f -exec sha256sum {} + | sort")
    instance.cut()
    instance.boot(without=["oraclevdd"])
    wait_for("answer by SSH after the power cut", instance.boot_id)
    report.say("SSH answers after a power cut")
    goes_without(instance, report)
    instance.attach("oraclevdd")
    ready(instance, report)
    report.expect("the secrets are the same",
                  instance.ask("cd /run/vpsgen/secrets && find . -type f -exec sha256sum {} + | sort"), secrets)
    for question in (host, storage, firewall, ports, containers, applications, mail):
        ask(question, cloud, instance, report)


def ask(question, cloud, instance, report):
    name = question.__name__.rpartition(".")[2]
    report.say(f"asks about {name}")
    try:
        question.ask(cloud, instance, report)
    except Exception as problem:
        report.expect(f"the questions about {name} could be asked", repr(problem), "")


def waits(cloud, instance, report):
    """It goes as far as it can go, without the two things that only its owner can bring."""
    wanted = {"backup", f"certificate-{LATER.split('.')[0]}"}
    status = wait_for("host that waits for its owner", lambda: left(instance, report) == wanted and instance.status())
    report.expect("it is WAITING", status["state"], "WAITING")
    reasons = {name: status["steps"][name]["reason"] for name in wanted}
    report.expect("for the remote, named", "vpsctl secret set given/rclone" in reasons["backup"], True)
    report.expect("for a name, named", LATER in reasons[f"certificate-{LATER.split('.')[0]}"], True)
    report.expect("each reason is one line", [reason for reason in reasons.values() if "\n" in reason], [])
    report.expect("no HSTS with the placeholder",
                  "strict-transport-security" in web.fetch(LATER, "/", verify=False).headers, False)
    table = instance.ssh("vpsctl status").stdout
    report.expect("anybody may read it", table.split(maxsplit=1)[:1], ["WAITING"])
    data = json.loads(instance.ssh("vpsctl status --json").stdout)
    report.expect("and a machine, too", data["state"], "WAITING")


def left(instance, report):
    """The steps that aren't done. News are shown."""
    status = instance.status()
    if not status:
        return None
    for name, step in status["steps"].items():
        if step != instance.told.get(name) and step["state"] != "running":
            instance.told[name] = step
            report.say(": ".join(filter(None, (name, step["state"], step["reason"]))))
    names = json.loads(instance.ssh("cat /etc/vpsgen/host.json").stdout)["steps"]
    return {name for name in names if status["steps"].get(name, {}).get("state") != "done"}


def bring_what_it_waits_for(cloud, instance):
    settings = f"[remote]\ntype = webdav\nurl = http://remote.example.net:8080\nvendor = other\n"
    instance.ask("vpsctl secret set given/rclone", input=settings)
    internet.publish(cloud, "later", [(LATER, internet.INSTANCE)])


def ready(instance, report):
    wait_for("READY", lambda: left(instance, report) == set())
    report.say("READY")
    report.expect("it says so", instance.ssh("vpsctl status").stdout.strip(), "READY")
    report.expect("the login banner says so", "READY" in instance.ssh("run-parts /etc/update-motd.d").stdout, True)
    console = (instance.cloud.directory / "console").read_text(errors="replace")
    report.expect("the console says so", "vpsgen READY" in console, True)
    report.expect("the console told of the progress", console.count("vpsgen WAITING") > 5, True)


def goes_without(instance, report):
    """The zone of a volume that isn't there stays down and says so; the others run."""
    missing = {"storage-mail", "zone-mail"}
    status = wait_for("host without a volume", lambda: left(instance, report) == missing and instance.status())
    report.expect("it is WAITING", status["state"], "WAITING")
    report.expect("for a volume, named", "/dev/oracleoci/oraclevdd" in status["steps"]["storage-mail"]["reason"], True)
    running = instance.ask("docker ps --format '{{.Names}}'").split()
    report.expect("its zone is down", [name for name in running if name.startswith("mail")], [])
    report.expect("the others run", {"web-server", "matomo-db", "nextcloud-app", "redis", "prometheus"} <= set(running), True)
    report.expect("nothing is where it will be mounted", instance.ask("ls -A /mnt/mail"), "")
    report.expect("and nothing can be", instance.ssh("sudo touch /mnt/mail/x").returncode, 1)
