# fstab: findmnt --verify, and systemd's own generator makes mounts that no boot waits for in vain:
# nothing that local-fs.target requires, and a limited wait for each device.
# packages: mount util-linux systemd e2fsprogs
. /vpsgen/native/lib.sh
need findmnt systemd-analyze systemd-escape

file=/usr/share/vpsgen/fstab
[ -n "$(generated $file)" ] || exit 0
judged $file

# The mount points are made on the host, and only there are the volumes.
while read -r _ target _; do
    mkdir -p "$target"
done < <(grep -vE '^[[:space:]]*(#|$)' $file)
output=$(findmnt --verify --tab-file $file 2>&1 || true)
findings=$(grep -vE 'unreachable (on boot required )?source|cannot detect on-disk filesystem' <<<"$output" |
    grep -E '\[[EW]\]|parse error at' || true)
[ -z "$findings" ] || refuse "findmnt --verify"$'\n'"$findings"
grep -q '^0 parse errors' <<<"$output" || grep -q '^Success' <<<"$output" || refuse "findmnt --verify: $output"

units=/run/systemd/generator
generate_units fstab $units SYSTEMD_FSTAB=$file
while IFS= read -r link; do
    refuse "${link##*/}: the boot would stop without this volume (nofail is missing)"
done < <(find $units -path '*/local-fs.target.requires/*' -o -path '*/remote-fs.target.requires/*')

while read -r _ target _ options _; do
    unit=$(systemd-escape --path --suffix=mount "$target")
    [ -e "$units/$unit" ] || { refuse "$target: no $unit was made" && continue; }
    ! grep -q '^Before=.*local-fs.target' "$units/$unit" || refuse "$unit: local-fs.target waits for it"
    device=$(systemd-escape --path --suffix=device "$(sed -n 's/^What=//p' "$units/$unit")")
    grep -qsE '^JobRunningTimeoutSec=[1-9]' "$units/$device.d/50-device-timeout.conf" ||
        refuse "$unit: no x-systemd.device-timeout limits the wait for its device"
    [[ ,$options, == *,nodev,* && ,$options, == *,nosuid,* ]] || refuse "$target: data mounts are nodev and nosuid"
done < <(grep -vE '^[[:space:]]*(#|$)' $file)
silent "systemd-analyze verify" systemd-analyze verify --man=no --recursive-errors=no $units/*.mount
