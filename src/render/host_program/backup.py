"""Backup sets: one restic snapshot each, which exists only when all of it does. Databases are dumped first, onto the
encrypted volume of their own zone. The repository's key follows from the seed; the owner's GnuPG key opens it, too."""

from pathlib import Path

from .containers import compose, inside
from .host import ETC, HOST, STATE, Problem, run, services, succeeds, write, zone_records
from .seed import derive, given, identity, load
from .status import record

KEY = ETC / "keys/backup"


def step_backup():
    """Makes the repository, unless it is there. Only the owner has the remote's configuration; a directory needs none.
    Where it is, restic and rclone know from the environment."""
    remote = HOST["backup"]["remote"]
    if remote[0] != "/":
        given("given/rclone")
    write(KEY, derive(load(), "backup", "restic").hex(), 0o400)
    if not succeeds("restic cat config"):
        run("restic init")
    keys = [ETC / f"keys/{identity(load())}.age"]
    recipient = ETC / "backup-recipient.asc"
    if recipient.exists():
        keys.append(ETC / "keys/backup.asc")
        write(keys[1], run("gpg -ea --batch --trust-model=always -f", recipient, input=KEY.read_bytes()))
    for key in keys:
        run("rclone copyto", key, f"{remote}/{HOST['name']}-{key.name}")


def dump_of(zone, name):
    return zone_records(zone) / "dumps" / name


def do_backup():
    """Makes a set, then lets go of those that the retention doesn't keep."""
    try:
        step_backup()
        saved = [ETC / "host.json", STATE / "images"]
        write(saved[1], run("docker ps -a --no-trunc"))
        for zone, name, service in services():
            saved += service.get("directories", [])
            if "dump" in service:
                saved.append(dump_of(zone, name))
                dump(saved[-1], service["dump"])
        run("restic backup --one-file-system", *saved)
    except Problem as problem:
        record("backup", "failed", problem)
        raise
    write(STATE / "backup", "")
    record("backup", "done")
    run(f"restic forget --prune {HOST['backup']['keep']}")


def dump(path, command):
    write(path, "", 0o600)
    with path.open("wb") as file:
        run(*inside(HOST["backup"]["agent"], None, command), stdout=file)


def restore(name):
    """Loads a set, zone by zone: directories while all of it is down, then dumps into its databases."""
    for zone in HOST["zones"]:
        chosen = [it for it in services() if it[0] == zone]
        paths = [path for *_, it in chosen for path in it.get("directories", [])]
        dumps = [(service, dump_of(zone, service), it["restore"]) for _, service, it in chosen if "dump" in it]
        if paths or dumps:
            fresh = fetch(name, zone, [*paths, *(path for _, path, _ in dumps)])
            run(f"systemctl stop vpsgen-zone@{zone}")
            for path in paths:
                run("rm -rf", path)
                run("mv", f"{fresh}{path}", path)
            for service, path, command in dumps:
                compose(zone, "up -d --wait --no-build", service)
                with open(f"{fresh}{path}") as file:
                    run(*inside(service, None, command), stdin=file)
            run(f"systemctl start vpsgen-zone@{zone}")


def fetch(name, zone, paths):
    """Brings a zone's part of a set onto its volume, where restic proves it, before anything is changed."""
    fresh = zone_records(zone) / "restored"
    run("rm -rf", fresh)
    run("restic restore --target", fresh, name, *(f"--include={path}" for path in paths))
    for path in paths:
        if not Path(f"{fresh}{path}").exists():
            raise Problem(f"the set has no {path}: nothing was changed")
    return fresh
