# crypttab: systemd's own generator makes units that no boot waits for in vain: nothing that
# cryptsetup.target requires, and no wait without an end for a device.
# packages: systemd cryptsetup
# packages-trixie: systemd-cryptsetup
. /vpsgen/native/lib.sh
need systemd-analyze systemd-escape

file=/usr/share/vpsgen/crypttab
[ -n "$(generated $file)" ] || exit 0
judged $file

units=/run/systemd/generator
generate_units cryptsetup $units SYSTEMD_CRYPTTAB=$file
while IFS= read -r link; do
    refuse "${link##*/}: the boot would stop without this volume (nofail is missing)"
done < <(find $units -path '*/cryptsetup.target.requires/*' -o -path '*/remote-cryptsetup.target.requires/*')

while read -r name _ _ options; do
    unit=systemd-cryptsetup@$(systemd-escape "$name").service
    [ -e "$units/$unit" ] || { refuse "$name: no $unit was made" && continue; }
    ! grep -qE '^Before=.*cryptsetup\.target' "$units/$unit" || refuse "$unit: cryptsetup.target waits for it"
    device=$(sed -n 's/^BindsTo=\(.*\.device\)$/\1/p' "$units/$unit" | head -n 1)
    for waited in "$device" "dev-mapper-$(systemd-escape "$name").device"; do
        ! grep -rqsE '^Job(Running)?TimeoutSec=(0|infinity)$' "$units/$waited.d" || refuse "$waited: waited for without end"
    done
    [[ ,$options, == *,noauto,* ]] || grep -qsE '^JobRunningTimeoutSec=[1-9]' "$units/$device.d/50-device-timeout.conf" ||
        refuse "$name: no x-systemd.device-timeout limits the wait for its device"
    silent "systemd-analyze verify $unit" systemd-analyze verify --man=no --recursive-errors=no "$units/$unit"
done < <(grep -vE '^[[:space:]]*(#|$)' $file)
