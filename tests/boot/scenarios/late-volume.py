"""The volumes are attached after the launch, one after the other, and the names lead here late."""

import owner
from questions import containers, storage, web
from scenarios import Start

START = Start("fresh", "packages")


def scenario(cloud, instance, report):
    owner.starts(instance, report, attached={})
    places = {volume["device"].rpartition("/")[2]: (name, volume) for name, volume in cloud.host["volumes"].items() if "device" in volume}
    for place, (name, volume) in sorted(places.items()):
        # An encrypted one waits for the seed, and that for the last of them.
        if "luks" not in volume:
            reason = owner.reaches(instance, report, f"storage-{name}", "waiting")["reason"]
            report.expect(f"it asks for {name} at its place", place in reason, True)
    # All that doesn't need a volume is done meanwhile.
    owner.reaches(instance, report, "web", "done")
    owner.reaches(instance, report, "docker", "done")
    report.expect("nothing is where volumes will be mounted", instance.ask("find /mnt -mindepth 2"), "")
    for place, (name, volume) in sorted(places.items()):
        report.expect(f"nothing runs before {place} is attached", instance.ask("docker ps -q"), "")
        instance.attach(place)
        report.say(f"{place} is attached")
        if "luks" not in volume:
            owner.reaches(instance, report, f"storage-{name}", "done")
    names = owner.certificates(cloud)
    status = owner.waits_only_for(instance, report, {f"certificate-{name}" for name in names} | {"backup"})
    report.expect("it waits for its names", status["state"], "WAITING")
    for host, *_ in names.values():
        if host != "mail.example.com":
            found = web.fetch(host, "/", verify=False).headers
            report.expect(f"{host} is served with a placeholder, without HSTS", "strict-transport-security" in found, False)
    owner.publish(cloud)
    owner.bring(cloud, instance)
    owner.ready(instance, report)
    owner.ask(cloud, instance, report, storage, containers, web)
