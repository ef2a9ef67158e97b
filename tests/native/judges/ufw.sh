# ufw: every rule is accepted by --dry-run, and the enabled firewall shows it.
# packages: ufw iptables
. /vpsgen/native/lib.sh
need ufw

rules=/usr/share/vpsgen/ufw.rules
mapfile -t files < <(generated $rules '/etc/ufw/*' '/etc/default/ufw')
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"

# One line is what a user would type after `ufw`, quotes included.
run() {
    local mode=$1 line
    while IFS= read -r line; do
        [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
        mapfile -d '' -t words < <(python3 -c 'import shlex, sys
sys.stdout.write("".join(word + "\0" for word in shlex.split(sys.argv[1])))' "$line")
        accept "ufw $mode $line" ufw ${mode:+"$mode"} "${words[@]}"
    done <$rules
}

[ -e $rules ] || exit 0
run --dry-run
run ''
accept "ufw enable" ufw --force enable
status=$(ufw status verbose 2>&1) || refuse "ufw status"
grep -q '^Status: active' <<<"$status" || refuse "the firewall is not active: $status"
grep -q '^Default: deny (incoming)' <<<"$status" || refuse "the firewall lets in by default: $status"

while IFS= read -r line; do
    [[ $line =~ ^[[:space:]]*(allow|limit|deny)[[:space:]] ]] || continue
    port=$(grep -oE '[0-9]+(:[0-9]+)?/(tcp|udp)' <<<"$line" | head -n 1)
    [ -z "$port" ] || grep -q "^$port " <<<"$status" || refuse "not in ufw status: $line"
    comment=$(sed -nE "s/.*comment ['\"]?([^'\"]*)['\"]?$/\1/p" <<<"$line")
    grep -qF "# $comment" <<<"$status" || refuse "no such comment in ufw status: $line"
done <$rules
ufw --force disable >/dev/null
