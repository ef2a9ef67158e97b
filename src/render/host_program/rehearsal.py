"""The rehearsal of a restore: the newest set, service by service. Files only pass through, so that the volumes need no room
for them. Dumps are loaded into containers of their images that have no network, no secret and no file of the host's, on the
encrypted volume of their zone, and are gone afterwards."""

from hashlib import sha256

from .backup import dump_of, recorded
from .host import run, services
from .restore import choose, fetch, staged


def do_rehearse():
    """Shows that the newest set can be restored, and tells what is in it."""
    recorded("rehearsal", rehearse)


def rehearse():
    snapshot, manifest = choose("latest")
    found = [f"set {manifest['number']} of {manifest['time']}"]
    for zone, name, service in services():
        found += [f"{path}: {tree(snapshot, path)}" for path in service.get("directories", [])]
        if "rehearsal" in service:
            fetch(snapshot, manifest, [(zone, name, {**service, "directories": []})])
            found.append(f"{name}: {query(zone, name, service)}")
    return ", ".join(found)


def query(zone, name, service):
    """What the service's query says of the dump that was fetched."""
    fresh = staged(zone)
    user, (program, *arguments) = service["rehearsal"]
    space = fresh / "space"
    space.mkdir()
    space.chmod(0o1777)
    line = f"docker run -i --rm --network none --memory 1g -u {user or 0} -v {space}:/rehearsal --entrypoint"
    try:
        with open(f"{fresh}{dump_of(zone, name)}") as file:
            return run(line, program, service["image"], *arguments, stdin=file).strip()
    finally:
        run("rm -rf", fresh)


def tree(snapshot, path):
    """How many files it has, and the checksum of all their names and contents. Nothing but files leaves the archive, and that
    only to be read."""
    line = """set -o pipefail; restic dump $0 "$1" | tar x --to-command='printf "%s %s\\n" "$(sha256sum)" "$TAR_FILENAME"'"""
    found = run("bash -c", line, snapshot, path)
    return f"{len(found.splitlines())} files {sha256(found.encode()).hexdigest()[:16]}"
