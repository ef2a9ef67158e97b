"""No secret is where it isn't used: not in a log, an argument of any program that ever ran, what Docker tells, the
artifact, or a file of the host that isn't its own. What leaves the machine here are names, never values."""

import base64
import json
import pathlib

import owner

OF_THE_DESIGN = False
SEARCH = pathlib.Path(__file__).parent.with_name("search.py")
WITNESSED = "this is witnessed"


def ask(cloud, instance, report):
    instance.ask(f"/bin/echo {WITNESSED}")
    service = next(name for zone in cloud.host["zones"].values() for name in zone["services"])
    instance.ask(f"docker exec {service} echo {WITNESSED} inside")
    given = {name: owner.TOKEN if name == "given/rclone" else owner.GIVEN for name in owner.given(cloud)}
    said = json.loads(instance.ask("python3 -", input=SEARCH.read_text().replace("@GIVEN@", json.dumps(given))))
    needles = said["needles"]
    report.say(f"{len(needles)} secrets, sought in {said['bytes']:,} bytes and the files of {said['directories']}")
    report.expect("there are secrets to look for", len(needles) > 10 or not cloud.design, True)
    report.expect("each is found in its own place, by the same search", said["lost"], [])
    report.expect("no program was started unseen", (said["unseen"], said["started"] > 500), (0, True))
    witnessed = said["witnessed"]
    # The client has it in its arguments, too.
    report.expect("arguments are seen, in containers, too", (witnessed["outside"] > 0, witnessed["inside"] > 1), (True, True))
    for place, names in said["found"].items():
        report.expect(f"secrets in {place}", names, [])
    outside = [*cloud.artifact.rglob("*"), cloud.directory / "console", *cloud.directory.glob("*.log")]
    files = [path for path in outside if path.is_file()]
    report.expect("the artifact is among what is searched", len(files) > 50, True)
    found = {str(path.name): name for path in files for name, text in needles.items() if known(text, path.read_bytes())}
    report.expect("secrets outside the machine", found, {})


def known(text, content):
    return text.encode() in content or base64.b64encode(text.encode()) in content
