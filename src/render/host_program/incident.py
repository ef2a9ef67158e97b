"""A service that somebody has taken over: cut off first, kept as evidence for root's eyes, and not started again before
its owner has dealt with it."""

import json
import time

from .containers import isolated
from .host import STATE, call, run, services, write
from .isolation import cut_off
from .operations import find


def do_isolate(name):
    """Cuts a service off, keeps its image, log, changed files and connections, and stops it."""
    find(name)
    place = STATE / "evidence" / f"{name}-{int(time.time())}"
    state = run("docker inspect", name)
    container = json.loads(state)[0]
    # What it talks to is only there while it can talk.
    talks = call(f"nsenter -nt {container['State']['Pid']} ss -ntup")
    cut_off(name, [it["IPAddress"] for it in container["NetworkSettings"]["Networks"].values()])
    zone = next(zone for zone, service, _ in services() if service == name)
    write(isolated(zone) / name, "")
    looks = {"inspect": state, "connections": talks.stdout + talks.stderr}
    for look in ("top", "diff", "logs -t"):
        seen = call(f"docker {look}", name)
        looks[look.split()[0]] = seen.stdout + seen.stderr
    for look, text in looks.items():
        write(place / look, text, 0o400)
    call("docker commit -c", "LABEL evidence=1", name, f"evidence:{place.name}")
    run("docker stop", name)
    print(f"{name} is cut off and stopped; see {place} and the image evidence:{place.name}; vpsctl restore {name} --from SET")
