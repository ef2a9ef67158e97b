"""No connection that is denied works at any moment. prober.py tries some without end, from the containers, from the host's
users and from outside, while Docker, a zone, UFW, Fail2Ban and the filter itself are restarted, while a container comes
back with a new interface, while the host shuts down, and from before the filter is loaded until it is READY again."""

import json
import re
import shlex

import internet
import owner
from cloud import WIRE, run, wait_for
from internet import INSTANCE, OUTSIDE
from questions import containers
from questions.isolation import FILTER, REFUSED, USERS, verified
from scenarios import Start

START = Start("fresh", "ready")
# What is done, and whether the container MOVED has a new network after that.
EVENTS = {
    "systemctl restart vpsgen-zone@public": True,
    "ufw reload": False,
    "systemctl restart fail2ban": False,
    f"nft -f {FILTER}": False,
    "docker restart matomo-app": True,
    "docker rm -f matomo-app && vpsctl step zone-public": True,
    "systemctl restart docker": True,
    # Docker requires it, and is restarted with it.
    "systemctl restart vpsgen-filter": True,
}
MOVED = "matomo-app"
# What answers all the while, and doesn't mind that nothing is said to it.
CONTROLS = {
    "matomo-app": ("172.20.0.4", 3306), "nextcloud-app": ("172.21.0.4", 6379), "mailserver": (OUTSIDE, 25),
    "backup-agent": ("172.23.0.5", 8080),
}
# Seen from outside, by somebody who has a route to the containers, or asks for what is bound to loopback.
STRANGER = {"refused": [("172.20.0.2", 80), ("172.20.0.3", 9000), ("172.20.0.4", 3306), ("172.21.0.3", 5432), ("172.22.0.2", 25),
                        ("172.23.0.5", 8080), ("172.24.0.2", 9090), (INSTANCE, 8080), (INSTANCE, 3000), (INSTANCE, 9090)],
            "control": [(INSTANCE, 443)]}
RECORDS = "/var/lib/prober"
# Everything that could open a window waits until the first round is over.
UNIT = f"""[Unit]
DefaultDependencies=no
After=local-fs.target
Before=vpsgen-filter.service docker.service

[Service]
Type=notify
TimeoutStartSec=15min
ExecStart=/usr/bin/python3 {RECORDS}/prober.py {RECORDS}/places {RECORDS}

[Install]
WantedBy=sysinit.target
"""


def scenario(cloud, instance, report):
    owner.publish(cloud)
    owner.starts(instance, report)
    owner.ready(instance, report)
    verified(instance, report, "before anything happens")
    install(cloud, instance)
    controlled(cloud, instance)
    counted(instance, report)
    for command, moves in EVENTS.items():
        event(cloud, instance, report, command, moves)
    told(instance, report)
    reboot(cloud, instance, report)
    owner.ask(cloud, instance, report, containers)


def install(cloud, instance):
    """The prober on the machine, of which systemd takes care, and one outside."""
    addresses = dict(line.split(maxsplit=1) for line in instance.ask(
        "docker ps -q | xargs docker inspect -f '{{.Name}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}'")
        .replace("/", "").splitlines())
    places = {
        "containers": {name: {"addresses": addresses[name].split(), "refused": refused, "control": [CONTROLS[name]] if name in CONTROLS else []}
                       for name, refused in REFUSED.items()},
        "users": {user: {"refused": may_not, "control": may[-1:]} for user, (may, may_not) in USERS.items() if may_not},
    }
    for path, text in ((f"{RECORDS}/prober.py", (internet.HERE / "prober.py").read_text()), (f"{RECORDS}/places", json.dumps(places)),
                       ("/etc/systemd/system/prober.service", UNIT)):
        instance.ask(f"mkdir -p {RECORDS} && cat >{path}", input=text)
    instance.ask("systemctl daemon-reload && systemctl enable --now prober")
    run("ip", "route", "add", "172.16.0.0/12", "via", INSTANCE, "dev", WIRE)
    outside = cloud.directory / "prober"
    outside.mkdir()
    (outside / "places").write_text(json.dumps({"containers": {}, "users": {"root": STRANGER}}))
    cloud.start("prober", internet.HERE / "prober.py", outside / "places", outside)


def records(cloud, instance):
    """What the probers of this boot have seen by now, by source."""
    # It is renewed in one move, so that it is always whole; in the first second it isn't there.
    inside = instance.ssh(f"sudo cat {RECORDS}/$(cat /proc/sys/kernel/random/boot_id).json").stdout
    outside = "".join(path.read_text() for path in (cloud.directory / "prober").glob("*.json"))
    if not inside.startswith("{") or not outside:
        return None
    inside, outside = json.loads(inside), json.loads(outside)
    return {**inside, "sources": {**inside["sources"], "outside": outside["sources"]["root"]}, "outside_pause": outside["pause"]}


def controlled(cloud, instance):
    """Until every control has had an answer once more. Returns the record of that moment."""
    before = wait_for("record of the probers", lambda: records(cloud, instance))

    def there():
        instance.ask("systemctl is-active prober")
        now = records(cloud, instance)
        sources = [name for name, it in now["sources"].items() if name not in REFUSED or name in CONTROLS]
        # One may have been under way.
        return all(now["sources"][name]["control"] > before["sources"][name]["control"] + 1 for name in sources) and now
    return wait_for("controls that answer", there)


def settled(cloud, instance):
    """Until nothing is about to be started, every zone is up and every container well."""
    zones = " ".join(f"vpsgen-zone@{zone}" for zone in cloud.host["zones"])
    question = f"! systemctl list-jobs --no-legend | grep -E 'docker|vpsgen-zone' && systemctl is-active docker {zones} && vpsctl health"
    wait_for("zones that are up", lambda: instance.ssh(f"sudo sh -c {shlex.quote(question)}").returncode == 0)


def event(cloud, instance, report, command, moves):
    before = records(cloud, instance)
    report.say(command)
    instance.ask(command)
    settled(cloud, instance)
    now = controlled(cloud, instance)
    verified(instance, report, f"after {command}")
    judged(report, before, now, command)
    if moves:
        networks = [it["sources"][MOVED]["networks"] for it in (before, now)]
        report.expect(f"{MOVED} came back with a new interface", networks[1] > networks[0], True)


def judged(report, before, now, when):
    """Nothing that was denied had an answer, of how many tries."""
    sources = now["sources"]
    answers = {name: it["answers"][:5] for name, it in sources.items() if it["answers"]}
    sent = {name: it["sent"] - (before["sources"][name]["sent"] if before else 0) for name, it in sources.items()}
    report.say(f"{sum(sent.values())} denied connections were tried: " + ", ".join(f"{count} {name}" for name, count in sent.items()))
    report.say(f"{now['rounds'] - (before['rounds'] if before else 0)} rounds; the longest yet took {now['pause']} s"
               + (f", outside {now['outside_pause']} s" if "outside_pause" in now else ""))
    report.expect(f"no denied connection was answered: {when}", answers, {})
    report.expect("and all sources tried", [name for name, count in sent.items() if not count], [])


def counted(instance, report):
    """Each table counts what it drops."""
    def packets(family):
        return sum(map(int, re.findall(r"counter packets (\d+)", instance.ask(f"nft list chain {family} vpsgen refuse"))))
    before = {family: packets(family) for family in ("bridge", "inet")}
    for family, count in before.items():
        wait_for(f"more drops in {family}", lambda: packets(family) > count)
        report.expect(f"drops are counted in {family}", packets(family) > count, True)


def told(instance, report):
    """The journal says who wanted what, and vpsctl who that is."""
    lines = instance.ask("journalctl -kqb -g 'vpsgen IN'").splitlines()
    good = [line for line in lines if re.search(r" SRC=[\d.]+ DST=[\d.]+ .* PROTO=TCP .*DPT=\d+ ", line)]
    report.expect(f"the journal tells of {len(good)} drops with source, destination and port", len(good) > 0, True)
    said = instance.ask("vpsctl refused")
    report.expect("vpsctl names the services", [name for name in REFUSED if f"SRC={name} " in said] != [], True)


def reboot(cloud, instance, report):
    last = instance.ask("cat /proc/sys/kernel/random/boot_id").strip()
    report.say("shuts down")
    instance.shut_down()
    instance.told.clear()
    owner.starts(instance, report)
    owner.ready(instance, report)
    settled(cloud, instance)
    now = controlled(cloud, instance)
    verified(instance, report, "after the reboot")
    judged(report, None, now, "from the boot until READY")
    before = json.loads(instance.ask(f"cat {RECORDS}/{last}.json"))
    judged(report, None, before, "until the shutdown's end")
    began = [int(instance.ask(f"systemctl show -P {what} {unit}")) for what, unit in (
        ("ActiveEnterTimestampMonotonic", "prober"), ("InactiveExitTimestampMonotonic", "vpsgen-filter"),
        ("InactiveExitTimestampMonotonic", "docker"))]
    report.expect("it was tried before the filter was there, and that before Docker", began, sorted(began))
