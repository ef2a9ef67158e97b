# sysctl: every line is an assignment to a key that exists (those of a module that is not loaded aside).
# packages: procps
. /vpsgen/native/lib.sh
need sysctl

while IFS= read -r file; do
    judged "$file"
    output=$(sysctl --dry-run --load="$file" 2>&1 >/dev/null) || true
    output=$(grep -vE '/proc/sys/net/(bridge|netfilter)/' <<<"$output" || true)
    [ -z "$output" ] || refuse "sysctl --load $file"$'\n'"$output"
done < <(generated '/etc/sysctl.d/*')
