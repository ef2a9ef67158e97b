# Docker Compose: `docker compose config` on each zone's file, without a word of warning.
# Debian 12 has no Compose v2, which every supported host uses.
# suites: trixie
# packages: docker-cli docker-compose
. /vpsgen/native/lib.sh
need docker

while IFS= read -r file; do
    judged "$file"
    cd "$(dirname "$file")"
    if ! warnings=$(docker compose --file "$file" config 2>&1 >/tmp/resolved); then
        refuse "docker compose config $file"$'\n'"$warnings"
    elif [ -n "$warnings" ]; then
        refuse "docker compose config $file warns"$'\n'"$warnings"
    elif ! grep -q '^services:' /tmp/resolved; then
        refuse "$file has no services"
    fi
done < <(generated '/opt/docker/*/compose.yaml')
