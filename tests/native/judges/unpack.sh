# The pasted text: what cloud-init would write and run from the user-data makes, with this suite's
# Python, exactly the files of the bundle, byte for byte and mode for mode; tree and manifest agree.
# packages: python3 python3-yaml systemd
. /vpsgen/native/lib.sh
need python3 systemctl

[ -e "$artifact/user-data" ] || exit 0
judged "$artifact/user-data"

# The files lie over this root already; the user-data has to bring them.
mapfile -t files < <(generated '*')
expected=/tmp/expected
for file in "${files[@]}"; do
    mkdir -p "$expected${file%/*}"
    mv "$file" "$expected$file"
done

python3 - "$artifact/user-data" >/tmp/programs <<'PYTHON' || refuse "the user-data is not as cloud-init needs it"
import pathlib
import sys
import yaml

for file in yaml.safe_load(open(sys.argv[1], encoding="ascii")).get("write_files") or []:
    path = pathlib.Path(file["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file["content"])
    path.chmod(int(file.get("permissions", "0644"), 8))
    if path.parent == pathlib.Path("/var/lib/cloud/scripts/per-boot"):
        print(path)
PYTHON
[ -s /tmp/programs ] || refuse "the user-data runs nothing"
while IFS= read -r program; do
    # No systemd runs here: `enable` works on files, `start` does nothing.
    accept "$program" env SYSTEMD_OFFLINE=1 "$program"
done </tmp/programs

for file in "${files[@]}"; do
    if [ ! -e "$file" ] && [ ! -L "$file" ]; then
        refuse "$file is not unpacked"
    elif ! cmp -s "$file" "$expected$file" || ! cmp -s "$file" "$artifact/tree$file"; then
        refuse "$file has other bytes"
    elif [ "$(stat -c %a "$file")" != "$(stat -c %a "$expected$file")" ]; then
        refuse "$file has mode $(stat -c %a "$file")"
    fi
done

[ -e "$artifact/manifest.json" ] || exit 0
judged "$artifact/manifest.json"
diff /dev/fd/3 /dev/fd/4 3< <(
    python3 -c 'import json, sys
for file in json.load(open(sys.argv[1]))["files"]:
    print(file["path"], int(file["mode"], 8), file["size"], file["sha256"])' "$artifact/manifest.json" | sort
) 4< <(
    for file in "${files[@]}"; do
        [ ! -e "$file" ] || echo "$file $((8#$(stat -c %a "$file"))) $(stat -c %s "$file") $(sha256sum <"$file" | cut -d' ' -f1)"
    done | sort
) || refuse "manifest.json (<) is not what is unpacked (>)"
