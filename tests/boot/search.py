"""Runs on the machine, as root: looks for every secret wherever somebody could read it who must not know it. Prints what it
found as JSON; the values in it are for the search outside the machine."""

import base64
import json
import pathlib
import re
import subprocess

KEYS, SECRETS, GIVEN = OWN = [pathlib.Path(it) for it in ("/etc/vpsgen/keys", "/run/vpsgen/secrets", "/etc/vpsgen/given")]
# What the search looks for, which only root can read.
PATTERNS = pathlib.Path("/run/vpsgen-patterns")
DIRECTORIES = "/etc /home /opt /root /run /srv /tmp /usr/local /var/lib/cloud /var/lib/docker/containers /var/lib/vpsgen /var/log /var/tmp"
# What the owner brought, by name; put here by who sends this program.
BROUGHT = json.loads("""@GIVEN@""")
TRACE = pathlib.Path("/sys/kernel/tracing")
WITNESSED = ("this", "is", "witnessed")


def forms(path):
    """A secret as its users may write it: as it is, or bytes as digits."""
    content = path.read_bytes()
    if content.isascii() and content.decode().isprintable() or content.strip().isalnum():
        yield content.decode().strip()
    else:
        yield content.hex()
        yield base64.b64encode(content).decode()


def needles():
    files = [path for place in (KEYS, SECRETS) for path in place.rglob("*") if path.is_file()]
    found = {f"{path}{'' if number == 0 else ', encoded'}": text for path in files for number, text in enumerate(forms(path))}
    return {name: text for name, text in (found | BROUGHT).items() if len(text) > 15}


def output(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout


def grep(*words, content=None):
    found = subprocess.run(["grep", "-aoF", "-f", PATTERNS, *words], input=content, stdout=subprocess.PIPE)
    return found.stdout.decode(errors="replace").splitlines()


def directories():
    """Files that hold a secret, and its name."""
    lines = [line.split(":", 1) for line in grep("-rHs", "-D", "skip", *DIRECTORIES.split())]
    away = (str(PATTERNS), *map(str, OWN))
    return sorted({f"{NAMES[text]}: {path}" for path, text in lines if not path.startswith(away)})


def contents():
    """What isn't in files: the journal, arguments of programs that run and that were started, what Docker tells and keeps."""
    yield "the journal", output("journalctl", "-a", "-o", "export")
    yield "arguments of what runs", output("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null || true")
    yield "arguments of what was started", TRACED
    for kind in ("container", "image", "network", "volume"):
        listed = output("docker", kind, "ls", "-q", *(["-a"] if kind == "container" else [])).decode().split()
        yield f"docker {kind} inspect", output("docker", kind, "inspect", *listed) if listed else b""
    names = output("docker", "ps", "-aq").decode().split()
    yield "logs of containers", b"\n".join(output("docker", "logs", name) for name in names)
    yield "the status", output("vpsctl", "status", "--json")


def lost():
    """Secrets that the search doesn't even find where they are. Bytes aren't found as digits there."""
    here = set(grep("-rhs", *map(str, OWN)))
    return sorted(name for name, text in KNOWN.items() if not name.startswith(str(KEYS)) and text not in here)


def traced(*words):
    """How often a program was started with these arguments one after the other."""
    lines = TRACED.decode(errors="replace").splitlines()
    return sum(all(f'="{word}"' in line for word in words) for line in lines)


# Arguments end where there is no pointer to one; behind it may lie the environment, which nobody else can read.
TRACED = re.sub(rb" a\d+=\(fault\).*", b"", (TRACE / "trace").read_bytes())
KNOWN = needles()
NAMES = {text: name for name, text in KNOWN.items()}
PATTERNS.touch(0o600)
PATTERNS.write_text("".join(f"{text}\n" for text in NAMES))
try:
    searched = dict(contents())
    found = {place: sorted({NAMES[text] for text in grep(content=content)}) for place, content in searched.items()}
    found["files"] = directories()
    absent = lost()
finally:
    PATTERNS.unlink()
statistics = [line.split(": ") for path in TRACE.glob("per_cpu/cpu*/stats") for line in path.read_text().splitlines()]
unseen = sum(int(value) for what, value in statistics if what in ("overrun", "dropped events"))
print(json.dumps({
    "needles": KNOWN, "found": found, "lost": absent, "bytes": sum(map(len, searched.values())), "directories": DIRECTORIES,
    "started": TRACED.count(b" exec: "), "unseen": unseen,
    "witnessed": {"outside": traced(*WITNESSED), "inside": traced(*WITNESSED, "inside")},
}))
