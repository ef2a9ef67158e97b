"""The way back from a set. All of it is fetched onto the volumes of its zones and proved there before anything is
changed: the manifest's signature and number, each part, each dump's checksum, each database's version."""

import hmac
import json
from pathlib import Path

from .backup import MANIFEST, checksum, dump_of, newest_known, remember, sets, sign, version
from .containers import begun, compose, inside, isolated
from .host import HOST, Problem, run, services, zone_records
from .isolation import let_back


def choose(name):
    """The newest set that counts of those that the name means: `latest`, a day (and what is older), or a snapshot's id.
    Returns the snapshot and its manifest."""
    reasons = []
    numbers = [number for number, _ in sets()]
    for number, snapshot in sets():
        try:
            if name == "latest" or "-" in name or snapshot.startswith(name):
                manifest = prove(number, snapshot)
                if numbers.count(number) > 1:
                    raise Problem(f"two sets have the number {number}: one was put there again")
                if name == "latest" and number < newest_known():
                    raise Problem(f"set {newest_known()} is gone; name the snapshot if {number} will do")
                if "-" not in name or manifest["time"][:10] <= name:
                    return snapshot, manifest
        except Problem as problem:
            reasons.append(f"{snapshot[:8]}: {problem}")
    raise Problem(f"no set counts for {name}: {'; '.join(reasons)}; nothing was changed")


def prove(number, snapshot):
    """The manifest, if this host's seed has signed it for this set."""
    signature, _, text = run(f"restic dump {snapshot}", MANIFEST).partition("\n")
    if not hmac.compare_digest(signature, sign(text)):
        raise Problem("its manifest is forged")
    manifest = json.loads(text)
    if manifest["number"] != number:
        raise Problem("its manifest is another set's")
    return manifest


def fetch(snapshot, manifest, chosen):
    """Brings the parts of these services onto the volumes of their zones, and proves them."""
    for _, name, service in chosen:
        if "version" in service and manifest["versions"].get(name) != (now := version(service)):
            raise Problem(f"{name} is of version {now}, its dump of {manifest['versions'].get(name)}: nothing was changed")
    for zone in {zone for zone, *_ in chosen}:
        fresh = staged(zone)
        paths = [path for it in chosen if it[0] == zone for path in parts(*it)]
        run("rm -rf", fresh)
        run("restic restore --target", fresh, snapshot, *(f"--include={path}" for path in paths))
        for path in paths:
            found, wanted = Path(f"{fresh}{path}"), manifest["parts"].get(path)
            if wanted is None or not found.exists() or wanted and checksum(found) != wanted:
                raise Problem(f"{path} is missing in the set, or isn't what it was: nothing was changed")


def staged(zone):
    return zone_records(zone) / "restored"


def parts(zone, name, service):
    """The paths of what a set has of a service."""
    return [*service.get("directories", []), *([str(dump_of(zone, name))] if "dump" in service else [])]


def put_back(zone, chosen):
    """Of a zone that is down: directories first, then dumps into their databases."""
    fresh = staged(zone)
    for _, _, service in chosen:
        for path in service.get("directories", []):
            run("rm -rf", path)
            run("mv", f"{fresh}{path}", path)
    for _, name, service in chosen:
        if "dump" in service:
            compose(zone, "up -d --wait --no-build", name)
            with open(f"{fresh}{dump_of(zone, name)}") as file:
                run(*inside(name, None, service["restore"]), stdin=file)
    run("rm -rf", fresh)


def step_restore():
    """Fills the zones whose volumes are new; where a zone has ever run, its data is newer than any set."""
    new = [it for it in services() if parts(*it) and not begun(it[0]).exists()]
    if not new:
        return ""
    snapshot, manifest = choose(HOST["restore"])
    fetch(snapshot, manifest, new)
    kept = [name for zone, name, service in services() if parts(zone, name, service) and begun(zone).exists()]
    # What asks the remote comes before the first change.
    said = report(manifest, new, kept)
    for zone in {zone: "" for zone, *_ in new}:
        put_back(zone, [it for it in new if it[0] == zone])
        compose(zone, "down")
    remember(manifest["number"])
    return said


def report(manifest, chosen, kept=()):
    """What was restored, and what is newer: sets that weren't chosen, and services that kept their data."""
    newer = " ".join([*(f"set {number}" for number, _ in sets() if number > manifest["number"]), *kept])
    loaded = " ".join(name for _, name, _ in chosen)
    return f"restored from set {manifest['number']} of {manifest['time']}: {loaded}" + (newer and f"; newer: {newer}")


def restore(name, only=""):
    """Loads a set, or one service's part of it, zone by zone."""
    chosen = [it for it in services() if parts(*it) and only in ("", it[1])]
    if not chosen:
        raise Problem(f"no set has a part of {only}")
    snapshot, manifest = choose(name)
    fetch(snapshot, manifest, chosen)
    said = report(manifest, chosen)
    for zone in {zone: "" for zone, *_ in chosen}:
        run(f"systemctl stop vpsgen-zone@{zone}")
        put_back(zone, [it for it in chosen if it[0] == zone])
        for path in [isolated(zone) / it[1] for it in chosen if it[0] == zone]:
            if path.exists():
                path.unlink()
                let_back(path.name)
        run(f"systemctl start vpsgen-zone@{zone}")
    remember(manifest["number"])
    print(said)
