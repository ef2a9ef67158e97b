# sysusers: the users are made, without a word.
# packages: systemd
. /vpsgen/native/lib.sh
need systemd-sysusers getent

while IFS= read -r file; do
    judged "$file"
    accept "systemd-sysusers $file" systemd-sysusers "$file"
    while read -r _ name _; do
        getent passwd "$name" >/dev/null || refuse "$file: no user $name was made"
    done <"$file"
done < <(generated '/etc/sysusers.d/*')
