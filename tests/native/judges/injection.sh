# Injection: the hostile texts of tests/native/injection mean themselves to the programs that read them.
# Debian 12 has no Compose v2, which every supported host uses.
# suites: trixie
# packages: python3 util-linux systemd docker-cli docker-compose
. /vpsgen/native/lib.sh
need python3 findmnt systemd-analyze docker

texts=$(generated '/opt/docker/*/srv/texts.json')
[ -n "$texts" ] || exit 0
judged "$texts" "${texts%texts.json}a.b_c-d+e@f"

# said, heard: what the blueprint says, and what each program takes it for; as JSON with the same keys.
said() {
    python3 - "$texts" <<'PYTHON'
import json, sys
said = json.load(open(sys.argv[1]))
texts = said["texts"]
print(json.dumps({"environment": texts, "command": texts, "health": " ".join(texts), "task": texts,
                  "file": "".join(texts), "comment": said["comment"]}, sort_keys=True, indent=1))
PYTHON
}

heard() {
    python3 - "${texts%/texts.json}" <<'PYTHON'
import json, pathlib, shlex, subprocess, sys
files = pathlib.Path(sys.argv[1])
zone = files.parents[1]
heard = {}
host = json.load(open("/etc/vpsgen/host.json"))
service, = host["zones"][zone.name]["services"].values()
heard["task"] = service["tasks"]["t-0"][1]
heard["file"] = (files / "a.b_c-d+e@f").read_text()
rule = next(line for line in open("/usr/share/vpsgen/ufw.rules") if line.startswith("allow 22"))
heard["comment"] = shlex.split(rule)[-1]
compose = subprocess.run(["docker", "compose", "--project-directory", zone, "config", "--format", "json"],
                         stdout=subprocess.PIPE, check=True)
service, = json.loads(compose.stdout)["services"].values()
# What it prints could be read again, so each dollar is doubled.
service = json.loads(json.dumps(service).replace("$$", "$"))
environment = service["environment"]
heard["environment"] = [environment[f"_V{number}"] for number in range(len(environment))]
heard["command"], heard["health"] = service["command"], service["healthcheck"]["test"][1]
print(json.dumps(heard, sort_keys=True, indent=1))
PYTHON
}
said >/tmp/said
heard >/tmp/heard || refuse "a program does not read its file"
diff /tmp/said /tmp/heard || refuse "a text does not mean itself"

mounts=$(python3 -c 'import json; print(*(it["mount"] for it in json.load(open("/etc/vpsgen/host.json"))["volumes"].values()), sep="\n")')
[ "$(findmnt --tab-file /usr/share/vpsgen/fstab --noheadings --raw --output TARGET)" = "$mounts" ] || refuse "fstab mounts elsewhere"
generate_units fstab /run/systemd/generator SYSTEMD_FSTAB=/usr/share/vpsgen/fstab
while IFS= read -r mount; do
    unit=$(systemd-escape --path --suffix=mount "$mount")
    grep -qxF "Where=$mount" "/run/systemd/generator/$unit" || refuse "systemd mounts elsewhere than $mount"
done <<<"$mounts"
while IFS= read -r timer; do
    accept "$timer" systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")"
done < <(generated '/etc/systemd/system/vpsgen-task@*.timer')
