# Renewal: certbot's deploy hook brings a new certificate to where nginx reads it, and nginx accepts
# what it finds there then (the first certificate replaces the placeholder, and HSTS begins).
# packages: nginx openssl certbot
. /vpsgen/native/lib.sh
need nginx openssl

hook=/etc/letsencrypt/renewal-hooks/deploy/vpsgen
[ -n "$(generated $hook)" ] || exit 0
judged $hook

mapfile -t certificates < <(
    grep -rhoE '/etc/vpsgen/tls/[^/;]+/fullchain\.pem' /etc/nginx | cut -d/ -f5 | sort -u
)
names=$(grep -rhoE '^\s*server_name [^;]+' /etc/nginx/sites-enabled/*.conf | sed 's/.*server_name//' | xargs -n1 | sort -u | xargs || true)
for name in "${certificates[@]}"; do
    lineage=/etc/letsencrypt/live/$name
    mkdir -p "$lineage"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj "/CN=$name" \
        -keyout "$lineage/privkey.pem" -out "$lineage/fullchain.pem" 2>/dev/null
    accept "$hook for $name" env RENEWED_LINEAGE="$lineage" RENEWED_DOMAINS="$names" $hook
    for file in fullchain.pem privkey.pem; do
        cmp "$lineage/$file" "/etc/vpsgen/tls/$name/$file" 2>&1 || refuse "the hook did not bring $file of $name"
    done
    mode=$(stat -c %a "/etc/vpsgen/tls/$name/privkey.pem" 2>&1) || true
    [[ $mode == [67][04]0 ]] || refuse "the private key of $name has mode $mode"
done
[ ${#certificates[@]} -gt 0 ] || refuse "nginx reads no certificate from /etc/vpsgen/tls"

# What a web server logs to exists on the host.
while IFS= read -r log; do
    mkdir -p "$(dirname "$log")"
done < <(grep -rhoE '^\s*(access_log|error_log)\s+/[^ ;]+' /etc/nginx | sed -E 's/.*\s//' || true)
accept "nginx -t with the new certificates" nginx -t
