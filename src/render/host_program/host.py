"""What every part of the program stands on: the host's description, the two ways a step can end early, and the only
ways to run a program and to write a file. No secret ever stands in a command's arguments."""

import os
import re
import subprocess
from pathlib import Path

ETC = Path("/etc/vpsgen")
SHARE = Path("/usr/share/vpsgen")
SECRETS = Path("/run/vpsgen/secrets")
STATE = Path("/var/lib/vpsgen")
# The content of host.json.
HOST = {}


# A step can't be done. The message is for the owner: what is wrong, and what helps.
class Problem(Exception): ...


# A step goes on by itself as soon as what it names is there.
class Waiting(Problem): ...


def services():
    """Every service with its zone and its name."""
    return [(zone, *item) for zone, content in HOST["zones"].items() for item in content["services"].items()]


def records(volume):
    """Where the program keeps what belongs to a volume's data: on the volume itself, for root only."""
    return Path(HOST["volumes"][volume]["mount"], ".vpsgen")


def zone_records(zone):
    """The same for the volume of a zone, if it has one."""
    volume = HOST["zones"][zone].get("volume")
    return records(volume) if volume else STATE


def call(line, *values, **options):
    """Runs a program to its end: the words of the line, then the values as they are."""
    if "stdin" not in options:
        options = {"input": b"", **options}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([*line.split(), *map(str, values)], **options)


def run(line, *values, **options):
    """What the program printed; a problem if it failed."""
    ended = call(line, *values, **options)
    if ended.returncode:
        raise Problem(f"{line}: {' '.join(ended.stderr.decode(errors='replace').split())[-300:]}")
    return ended.stdout and ended.stdout.decode(errors="replace")


def succeeds(line, *values, **options):
    return not call(line, *values, **options).returncode


def write(path, content, mode=0o644, uid=-1, gid=-1):
    """Puts a file in place in one move, so that a power cut leaves the old or the new. What such a cut left beside it is
    never followed nor written into."""
    path = Path(path)
    path.parent.mkdir(0o711, True, True)
    new = Path(f"{path}.new")
    new.unlink(missing_ok=True)
    with open(new, "xb", opener=lambda *it: os.open(*it, 0o600)) as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        os.fchown(file.fileno(), uid, gid)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    os.replace(new, path)


def merge(path, ours, content):
    """Puts our lines behind a file that isn't ours, in place of those that were there; whether that changed it."""
    path = Path(path)
    old = path.read_text() if path.exists() else ""
    new = "\n".join(filter(None, [re.sub(ours, "", old).rstrip(), content]))
    if new != old:
        write(path, new, path.stat().st_mode & 0o777 if old else 0o644)
    return new != old
