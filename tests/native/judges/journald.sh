# journald: every key is one that the packaged journald.conf lists, in the section where it lists it
# (journald itself only logs what it does not know), and sizes and times are what systemd reads.
# packages: systemd
. /vpsgen/native/lib.sh
need systemd-analyze

packaged=/etc/systemd/journald.conf
[ -f $packaged ] || packaged=/usr/lib/systemd/journald.conf
while IFS= read -r file; do
    judged "$file"
    [ "$(head -n 1 "$file")" = '[Journal]' ] || refuse "$file: the section is not [Journal]"
    while IFS='=' read -r key value; do
        grep -qxE "#?$key=.*" $packaged || refuse "$file: journald knows no $key"
        case $key in
            *Sec) accept "$file: $key" systemd-analyze timespan "$value" ;;
            *Use | *Free | *Size) [[ $value =~ ^[0-9]+[KMGT]?$ ]] || refuse "$file: $key is not a size: $value" ;;
        esac
    done < <(tail -n +2 "$file")
done < <(generated '/etc/systemd/journald.conf.d/*')
