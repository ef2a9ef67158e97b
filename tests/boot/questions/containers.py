"""Every container: that it runs and is healthy, that it is in its networks and no other (section 4.2 of the specification,
by hand below), and that the kernel holds it to what its compose file declares."""

import json

import yaml

OF_THE_DESIGN = False
MATRIX = {
    "web-server": {"public_net"}, "matomo-app": {"public_net"}, "matomo-db": {"public_net", "db_bridge"},
    "nextcloud-app": {"private_net"}, "nextcloud-db": {"private_net", "db_bridge"}, "redis": {"private_net"},
    "mailserver": {"mail_net"}, "mail-db": {"mail_net", "db_bridge"}, "backup-agent": {"db_bridge"},
    # Monitoring is the host's own: Alertmanager hands its mails to the mail server.
    "prometheus": {"monitoring_net"}, "alertmanager": {"monitoring_net", "mail_net"}, "grafana": {"monitoring_net"},
    "node-exporter": {"monitoring_net"}, "cadvisor": {"monitoring_net"},
}
SUBNETS = {"public_net": "172.20.0.", "private_net": "172.21.0.", "mail_net": "172.22.0.", "db_bridge": "172.23.0.",
           "monitoring_net": "172.24.0."}
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
# CAP_* numbers, include/uapi/linux/capability.h.
CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "FOWNER": 3, "KILL": 5, "SETGID": 6, "SETUID": 7, "NET_BIND_SERVICE": 10,
                "SYS_CHROOT": 18}
# Asked on the machine: what Docker says, and what the kernel says of each first process.
PROGRAM = """
import json, subprocess
from pathlib import Path
def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
names = run("docker", "ps", "-a", "--format", "{{.Names}}").split()
found = {}
for container in json.loads(run("docker", "inspect", *names)):
    process = container["State"]["Pid"]
    proc = Path("/proc", str(process))
    group = Path("/sys/fs/cgroup" + (proc / "cgroup").read_text().strip().split("::")[1])
    # Docker's init is the first process, and has the container's limits, too.
    status = dict(line.split(":\\t", 1) for line in (proc / "status").read_text().splitlines())
    found[container["Name"][1:]] = {
        "state": container["State"]["Status"], "health": container["State"]["Health"]["Status"],
        "restarts": container["RestartCount"], "image": container["Config"]["Image"],
        "networks": {name: [it["IPAddress"], it["MacAddress"]] for name, it in container["NetworkSettings"]["Networks"].items()},
        "addresses": run("nsenter", "-t", str(process), "-n", "ip", "-o", "address"),
        "bounding": int(status["CapBnd"], 16), "effective": int(status["CapEff"], 16),
        "no_new_privileges": status["NoNewPrivs"] == "1", "seccomp": status["Seccomp"],
        "uids": status["Uid"].split(), "map": (proc / "uid_map").read_text().split(),
        "root": [line.split() for line in (proc / "mountinfo").read_text().splitlines() if line.split()[4] == "/"][-1][5],
        "mounts": sorted(line.split()[4] for line in (proc / "mountinfo").read_text().splitlines()),
        "memory": (group / "memory.max").read_text().strip(),
        "cpu": (group / "cpu.max").read_text().split(), "pids": (group / "pids.max").read_text().strip(),
        "logs": container["HostConfig"]["LogConfig"]["Type"], "privileged": container["HostConfig"]["Privileged"],
        "environment": container["Config"]["Env"],
    }
print(json.dumps(found))
"""


def ask(cloud, instance, report):
    declared = {}
    for path in cloud.artifact.glob("tree/opt/docker/*/compose.yaml"):
        declared |= yaml.safe_load(path.read_text())["services"]
    found = json.loads(instance.ask("python3 -", input=PROGRAM))
    matrix = MATRIX if cloud.design else {name: set(it["networks"]) for name, it in declared.items()}
    report.expect("containers", set(found), set(matrix))
    report.expect("compose files", set(declared), set(matrix))
    secrets = instance.ask("find /run/vpsgen/secrets -type f -exec cat {} +").split()
    for name in sorted(set(found) & set(declared)):
        runs(name, found[name], declared[name], matrix[name], report)
        if cloud.design:
            strangers = [it for network, (it, _) in found[name]["networks"].items() if not it.startswith(SUBNETS[network])]
            report.expect(f"{name}: addresses of other subnets", strangers, [])
        is_held(name, found[name], declared[name], report)
        told = [value for value in secrets if any(value in variable for variable in found[name]["environment"])]
        report.expect(f"{name}: secrets in its environment", len(told), 0)


def runs(name, found, declared, networks, report):
    report.expect(f"{name} runs", (found["state"], found["health"], found["restarts"]), ("running", "healthy", 0))
    report.expect(f"{name}: image", found["image"], declared["image"])
    report.expect(f"{name}: networks", set(found["networks"]), networks)
    wanted = {key: [it["ipv4_address"], it["mac_address"]] for key, it in declared["networks"].items()}
    report.expect(f"{name}: addresses", found["networks"], wanted)
    inside = {word.split("/")[0] for line in found["addresses"].splitlines() for word in line.split()[3:4]}
    report.expect(f"{name}: addresses inside", inside - {"127.0.0.1", "::1"}, {address for address, _ in wanted.values()})


def is_held(name, found, declared, report):
    limits = declared["deploy"]["resources"]["limits"]
    memory = int(limits["memory"][:-1]) * UNITS[limits["memory"][-1]]
    report.expect(f"{name}: memory", int(found["memory"]), memory)
    report.expect(f"{name}: processors", int(found["cpu"][0]) / int(found["cpu"][1]), float(limits["cpus"]))
    report.expect(f"{name}: processes", int(found["pids"]), limits["pids"])
    report.expect(f"{name}: read-only root", "ro" in found["root"].split(","), declared.get("read_only", False))
    report.expect(f"{name}: no new privileges", found["no_new_privileges"],
                  "no-new-privileges:true" in declared.get("security_opt", []))
    allowed = sum(1 << CAPABILITIES[capability] for capability in declared.get("cap_add", []))
    report.expect(f"{name}: capabilities it could have", found["bounding"], allowed)
    report.expect(f"{name}: capabilities beyond those", found["effective"] & ~allowed, 0)
    report.expect(f"{name}: user namespace", found["map"], ["0", "10000000", "65536"])
    user = int(declared.get("user", "0").split(":")[0]) + 10_000_000
    report.expect(f"{name}: user", set(found["uids"]), {str(user)})
    report.expect(f"{name}: seccomp, logs, privileges", (found["seccomp"], found["logs"], found["privileged"]), ("2", "local", False))
    wanted = {volume["target"] for volume in declared.get("volumes", [])}
    report.expect(f"{name}: declared mounts", wanted - set(found["mounts"]), set())
