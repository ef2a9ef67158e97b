# Options: every long option that a generated script gives to one of these programs is one that this
# suite's program knows. (Debian's rclone is years old, gpg and curl differ, too.)
# packages: rclone restic gpg cryptsetup certbot curl openssl tar util-linux
. /vpsgen/native/lib.sh
need python3 rclone restic gpg cryptsetup certbot curl

mapfile -t files < <({ scripts sh bash dash python; generated '/etc/systemd/system/*.service'; } | sort -u)
[ ${#files[@]} -gt 0 ] || exit 0
output=$(python3 "$native/used-options" "${files[@]}" 2>&1 >/tmp/used) || { refuse "$output" && exit; }
while read -r file; do
    judged "$file"
done < <(cut -f1 /tmp/used | sort -u)

known() {
    case $1 in
        rclone) rclone help flags 2>&1; for c in copy copyto sync move moveto lsf lsjson cat rcat delete deletefile purge obscure check size mkdir rmdirs; do rclone $c --help 2>&1; done ;;
        gpg) gpg --dump-options ;;
        restic) restic help; for c in init backup check copy forget key ls prune restore snapshots unlock; do restic help $c; done ;;
        cryptsetup) cryptsetup --help; /usr/sbin/cryptsetup token --help ;;
        certbot) certbot --help all ;;
        curl) curl --help all ;;
    esac
}
while IFS= read -r program; do
    known "$program" | grep -oE -- '--(\[no-\])?[a-z0-9][a-z0-9-]*' | sort -u >"/tmp/known-$program"
    [ "$(wc -l <"/tmp/known-$program")" -gt 20 ] || refuse "$program did not tell its options"
done < <(cut -f2 /tmp/used | sort -u)
while IFS=$'\t' read -r file program option; do
    grep -qxF -- "$option" "/tmp/known-$program" || refuse "$file: $program knows no $option"
done </tmp/used
