# certbot: an offline command with our cli.ini, which it refuses when it does not know a key.
# packages: certbot
. /vpsgen/native/lib.sh
need certbot

file=/etc/letsencrypt/cli.ini
[ -n "$(generated $file)" ] || exit 0
judged $file
# The directory for challenges is made on the host before the first request.
sed -nE 's/^webroot-path *= *//p' $file | xargs -r mkdir -p
accept "certbot certificates" certbot certificates
