# DNS: named-checkzone on the zone as it is, placeholders included.
# packages: bind9-utils
. /vpsgen/native/lib.sh
need named-checkzone

file=$artifact/dns.zone
[ -e "$file" ] || exit 0
judged "$file"
origin=$(sed -nE 's/^\$ORIGIN[[:space:]]+([^[:space:];]+)\.([[:space:]].*)?$/\1/p' "$file" | head -n 1)
if [ -z "$origin" ]; then
    refuse "dns.zone has no \$ORIGIN"
else
    output=$(named-checkzone -i local "$origin" "$file" 2>&1) || refuse "named-checkzone $origin"$'\n'"$output"
    # Its warnings are records that do not do what they say.
    ! grep -vE '^(OK|zone .*: loaded serial [0-9]+)$' <<<"$output" || refuse "named-checkzone warns"
fi
