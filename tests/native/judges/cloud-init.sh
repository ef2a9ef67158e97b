# cloud-init: the user-data is cloud-config that the schema accepts without a word about deprecation,
# plain ASCII for the web form, and the gzip form is the same text.
# packages: cloud-init
. /vpsgen/native/lib.sh
need cloud-init gzip

file=$artifact/user-data
[ -e "$file" ] || exit 0
judged "$file"
! LC_ALL=C grep -nP '[^\x09\x0a\x20-\x7e]' "$file" | cut -c1-200 | grep . || refuse "user-data is not plain ASCII"

output=$(cloud-init schema --config-file "$file" 2>&1) || refuse "cloud-init schema"$'\n'"$(cut -c1-400 <<<"$output")"
extra=$(grep -vE '^(Valid (cloud-config|schema).*|)$' <<<"$output" || true)
[ -z "$extra" ] || [ $failures -gt 0 ] || refuse "cloud-init schema says"$'\n'"$(cut -c1-400 <<<"$extra")"

if [ -e "$file.gz" ]; then
    judged "$file.gz"
    gzip -dc "$file.gz" | cmp - "$file" || refuse "user-data.gz is another text"
fi
