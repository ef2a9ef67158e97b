"""What the owner of a host does: publishes names, waits for READY, brings what the host asks for."""

import concurrent.futures

import internet
import states
from cloud import wait_for

# What was asked for under another name than the remote's settings; the applications here don't look at it.
GIVEN = "a value that only the owner knows"
# Of the remote, which doesn't look at it either.
TOKEN = "a token that only the owner knows"
REMOTE = f"[remote]\ntype = webdav\nurl = http://remote.example.net:8080\nvendor = other\nbearer_token = {TOKEN}\n"


def certificates(cloud):
    """The names of each certificate. The first of them is what a late record is tried with."""
    return {name: names for name, (_, *names) in sorted(cloud.host.get("certificates", {}).items())}


def publish(cloud, *names):
    """Lets the names of these certificates lead to the machine; of all, if none is named."""
    for name in names or certificates(cloud):
        internet.publish(cloud, name, [(host, internet.INSTANCE) for host in certificates(cloud)[name]])


def given(cloud):
    """The secrets that the host waits for."""
    services = [service for zone in cloud.host["zones"].values() for service in zone["services"].values()]
    sources = {source for service in services for _, source, *_ in service.get("secrets", []) if source.startswith("given/")}
    return sources | ({"given/rclone"} if "backup" in cloud.host else set())


def bring(cloud, instance):
    """What the host can't make itself."""
    for name in sorted(given(cloud)):
        instance.ask(f"vpsctl secret set {name}", input=REMOTE if name == "given/rclone" else GIVEN)


def starts(instance, report, **options):
    """Power on, until somebody can log in."""
    instance.boot(**options)
    wait_for("answer by SSH", instance.boot_id)
    report.say("SSH answers")


def steps(instance, report):
    """The steps as the host has them, or nothing if it says nothing yet. News are shown."""
    status = instance.status()
    for name, step in (status or {"steps": {}})["steps"].items():
        if step != instance.told.get(name) and step["state"] != "running":
            instance.told[name] = step
            report.say(": ".join(filter(None, (name, step["state"], step["reason"]))))
    return status and status["steps"]


def left(instance, report):
    """The names of the steps that aren't done, or nothing if the host says nothing yet."""
    found = steps(instance, report)
    return None if found is None else {
        name for name in instance.cloud.host["steps"] if found.get(name, {}).get("state") != "done"}


def reaches(instance, report, name, *states):
    """Until a step is in one of these states, or has begun if none is named. Returns its state and reason."""
    def there():
        step = (steps(instance, report) or {}).get(name)
        return step if step and (step["state"] in states or not states) else None
    return wait_for(f"{name} that is {' or '.join(states) or 'under way'}", there)


def ready(instance, report):
    wait_for("READY", lambda: left(instance, report) == set())
    report.say("READY")
    # Below it may be what a step has to tell.
    report.expect("it says so", instance.ssh("vpsctl status").stdout.split("\n")[0], "READY")
    report.expect("the login banner says so", "READY" in instance.ssh("run-parts /etc/update-motd.d").stdout, True)
    console = (instance.cloud.directory / "console").read_text(errors="replace")
    report.expect("the console says so", "vpsgen READY" in console, True)


def waits_only_for(instance, report, wanted):
    """Until nothing is left but what is waited for. Returns the status."""
    return wait_for(f"host that waits only for {', '.join(sorted(wanted))}",
                    lambda: left(instance, report) == wanted and instance.status())


def ask(cloud, instance, report, *questions):
    """One after the other; those of a list side by side, which is for questions that wait more than they ask and don't
    disturb each other."""
    for together in questions:
        together = together if isinstance(together, list) else [together]
        with concurrent.futures.ThreadPoolExecutor(len(together)) as pool:
            list(pool.map(lambda question: ask_one(cloud, instance, report, question), together))


def ask_one(cloud, instance, report, question):
    name = question.__name__.rpartition(".")[2]
    if not cloud.design and getattr(question, "OF_THE_DESIGN", True):
        report.say(f"{name} is asked of the full design only")
        return
    report.say(f"asks about {name}")
    try:
        question.ask(cloud, instance, report)
    except Exception as problem:
        report.expect(f"the questions about {name} could be asked", repr(problem), "")
    report.say(f"has asked about {name}")


def leave(cloud, instance, name):
    """The machine for other scenarios, switched off unless somebody wants to look at it."""
    if not cloud.keep:
        instance.shut_down()
    states.save(cloud, instance, name)
