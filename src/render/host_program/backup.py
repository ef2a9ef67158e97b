"""Backup sets: one restic snapshot each. Databases are dumped first, onto the encrypted volume of their own zone, and a
manifest goes with them that only the seed can sign. The repository's key follows from the seed, too; the owner's GnuPG
key opens it as well."""

import hmac
import json
import time
from hashlib import file_digest
from pathlib import Path

from .containers import inside
from .host import ETC, HOST, STATE, Problem, call, records, run, services, write, zone_records
from .seed import derive, given, identity, keep_sealed, load
from .status import record

KEY = ETC / "keys/backup"
MANIFEST = STATE / "manifest"


def step_backup():
    """Makes the repository, unless it is there. Only the owner has the remote's configuration; a directory needs none.
    Where it is, restic and rclone know from the environment."""
    remote = HOST["backup"]["remote"]
    if remote[0] != "/":
        given("given/rclone")
    write(KEY, repository_key(load()), 0o400)
    found = call("restic cat config")
    if found.returncode:
        # To be restored from, it has to be there; and none is made over one of another seed, which restic refuses, too.
        if "restore" in HOST or b"no key found" in found.stderr:
            raise Problem(f"the repository doesn't open with this host's seed: {found.stderr.decode()[-200:].strip()}")
        run("restic init")
    # The seed may have come this moment, and its own step not be there yet.
    keep_sealed(load(), ETC / "keys")
    keys = [ETC / f"keys/{identity(load())}.age"]
    recipient = ETC / "backup-recipient.asc"
    if recipient.exists():
        keys.append(ETC / "keys/backup.asc")
        write(keys[1], run("gpg -ea --batch --trust-model=always -f", recipient, input=KEY.read_bytes()))
    for key in keys:
        run("rclone copyto", key, f"{remote}/{HOST['name']}-{key.name}")


def repository_key(seed):
    return derive(seed, "backup", "restic").hex()


def dump_of(zone, name):
    return zone_records(zone) / "dumps" / name


def sign(text):
    return hmac.digest(derive(load(), "backup", "manifest"), text.encode(), "sha256").hex()


def sets():
    """The repository's sets as number and snapshot, the newest first."""
    found = [(it["tags"][0], it["id"]) for it in json.loads(run("restic snapshots --json")) or [] if it.get("tags")]
    return sorted(((int(number), name) for number, name in found if number.isdecimal()), reverse=True)


def newest_known():
    """The highest number of a set that a volume here knows: whoever takes newer sets away from the remote is found out."""
    known = [records(volume) / "set" for volume in HOST["volumes"]]
    return max([0, *(int(path.read_text()) for path in known if path.exists())])


def remember(number):
    for volume in HOST["volumes"]:
        write(records(volume) / "set", str(max(number, newest_known())))


def do_backup():
    """Makes a set, then lets go of those that the retention doesn't keep."""
    recorded("backup", back_up)
    run(f"restic forget --prune --group-by host {HOST['backup']['keep']}")


def recorded(name, work):
    """Keeps how the work ended, and when it last ended well."""
    try:
        said = work()
    except Problem as problem:
        record(name, "failed", problem)
        raise
    write(STATE / name, "")
    record(name, "done", said)


def back_up():
    step_backup()
    run("restic unlock")
    number = 1 + max([newest_known(), *(number for number, _ in sets())])
    make_set(number, collect())
    remember(number)
    return ""


def collect():
    """What a set consists of, with the checksum of each dump; what restic copies by itself it also proves by itself."""
    parts = {}
    for zone, name, service in services():
        for path in service.get("directories", []):
            parts[path] = ""
            if not Path(path).is_dir():
                raise Problem(f"{path} isn't there: attach its volume")
        if "dump" in service:
            path = dump_of(zone, name)
            dump(path, service["dump"])
            parts[str(path)] = checksum(path)
    return parts


def dump(path, command):
    write(path, "", 0o600)
    with path.open("wb") as file:
        run(*inside(HOST["backup"]["agent"], None, command), stdout=file)


def checksum(path):
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def make_set(number, parts):
    """A snapshot that restic couldn't complete is taken back."""
    images = run("docker container inspect -f", "{{.Name}} {{.Config.Image}} {{.Image}}", *(name for _, name, _ in services()))
    manifest = {
        "number": number,
        "time": time.strftime("%F %R", time.gmtime()),
        "images": images.splitlines(),
        "versions": {name: version(service) for _, name, service in services() if "version" in service},
        "parts": parts,
    }
    text = json.dumps(manifest)
    write(MANIFEST, f"{sign(text)}\n{text}", 0o400)
    try:
        run(f"restic backup --one-file-system --tag {number}", ETC / "host.json", MANIFEST, *parts)
    except Problem:
        call("restic forget", *(name for made, name in sets() if made == number))
        raise


def version(service):
    """What must be the same for a dump to be loaded, as the service's image says."""
    program, *arguments = service["version"]
    found = run("docker run --rm --network none --entrypoint", program, service["image"], *arguments).strip()
    if not found:
        raise Problem(f"{service['image']} doesn't say its version")
    return found
