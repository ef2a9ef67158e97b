# nginx: the whole configuration, read from /etc/nginx/nginx.conf as the server reads it.
# packages: nginx openssl
. /vpsgen/native/lib.sh
need nginx openssl

mapfile -t files < <(generated '/etc/nginx/*')
[ ${#files[@]} -gt 0 ] || exit 0

# What exists on the host before nginx starts: certificates (self-signed here) and log directories.
while read -r directive path; do
    mkdir -p "$(dirname "$path")"
    case $directive in
        access_log | error_log) ;;
        *) [ -e "$path" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -days 1 -subj /CN=placeholder -keyout "${path%/*}/privkey.pem" -out "${path%/*}/fullchain.pem" 2>/dev/null ;;
    esac
done < <(sed -nE 's!^\s*(ssl_certificate|ssl_certificate_key)\s+(/etc/vpsgen/tls/[^;]+/(fullchain|privkey)\.pem);.*!\1 \2!p
                  s!^\s*(access_log|error_log)\s+(/[^ ;]+).*!\1 \2!p' "${files[@]}")

# nginx 1.26 calls `listen ... http2` deprecated, and 1.22 knows no other way to say it.
nginx -T >/tmp/configuration 2>/tmp/messages || refuse "nginx -t refuses"
warnings=$(grep -vE 'the "listen \.\.\. http2" directive is deprecated|syntax is ok|test is successful' /tmp/messages || true)
[ -z "$warnings" ] || refuse "$warnings"

# Judged is what nginx has read; a file that it never reads is not judged by it.
mapfile -t read_files < <(sed -n 's/^# configuration file \(.*\):$/\1/p' /tmp/configuration | xargs -r readlink -f)
for file in "${files[@]}"; do
    for read_file in "${read_files[@]}"; do
        [ "$(readlink -f "$file")" != "$read_file" ] || { judged "$file" && break; }
    done
done
