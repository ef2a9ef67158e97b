"""Docker, its networks and images, and the zones. A zone is a compose project in /opt/docker/ZONE; only its unit
starts it, so that nothing runs before its volume, its secrets and the packet filter are there."""

import json
from pathlib import Path

from .host import HOST, STATE, Problem, call, run, succeeds, write, zone_records


def step_docker():
    """The range of ids is fixed: a rebuilt host finds the files of its containers under the same ones."""
    if "users" in HOST:
        run("systemd-sysusers")
        run(f"usermod -v {HOST['users']} -w {HOST['users']} dockremap")
    run("systemctl start docker")


def step_networks():
    """The bridges in which several zones meet."""
    for name, options in HOST["networks"].items():
        if not succeeds("docker network inspect", name):
            run(f"docker network create {options} -o com.docker.network.bridge.name={name} {name}")


def compose(zone, words, *values, **options):
    return run(f"docker compose --progress quiet --project-directory /opt/docker/{zone} {words}", *values, **options)


def step_images(zone):
    """Fetches only what isn't here, so that a restart needs nobody: `vpsctl update` asks for newer ones."""
    if not succeeds("docker image inspect", *compose(zone, "config --images").split()):
        compose(zone, "pull --ignore-buildable --policy missing")
        compose(zone, "build")


def begun(zone):
    """The record, with the zone's data, that its applications may have written there."""
    return zone_records(zone) / "begun"


def isolated(zone):
    """Where the services are named that were taken over."""
    return zone_records(zone) / "isolated"


def step_zone(zone):
    for path in isolated(zone).glob("*"):
        raise Problem(f"{path.name} is isolated: vpsctl restore {path.name} --from SET, or remove {path}")
    volume = HOST["volumes"].get(HOST["zones"][zone].get("volume"), {})
    if "device" in volume and not Path(volume["mount"]).is_mount():
        raise Problem(f"{volume['mount']} isn't mounted: attach its volume")
    if not begun(zone).exists():
        write(begun(zone), "")
    try:
        compose(zone, "up -d --wait --wait-timeout 900 --pull never --no-build")
    except Problem as problem:
        raise Problem(f"{problem}: vpsctl logs SERVICE")
    # The mail server's log may be new, and fail2ban looks for it only now.
    call("systemctl try-reload-or-restart fail2ban")


def ill(names):
    """A word about each service that isn't well."""
    found = {it["Name"][1:]: it["State"].get("Health", it["State"])["Status"] for it in json.loads(call("docker container inspect", *names).stdout)}
    states = {name: found.get(name, "missing") for name in names}
    return ", ".join(f"{name} is {state}" for name, state in states.items() if state not in ("healthy", "running"))


def inside(service, user, command):
    """The command line that runs a program in a service's container."""
    return ["docker", "exec", "-i", *(["-u", user] if user else []), service, *command]


def step_setup(zone):
    """Runs each set-up command once in the life of the zone's data, which is where that is recorded."""
    for name, service in HOST["zones"][zone]["services"].items():
        for task, user, command in service.get("setup", []):
            done = zone_records(zone) / "setup" / f"{name}.{task}"
            if not done.exists():
                run(*inside(name, user, command))
                write(done, "")
