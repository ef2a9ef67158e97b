#!/bin/bash
# The official image's contract: an empty PGDATA is made a cluster first, with the superuser and the database that the
# environment names, then what is in /docker-entrypoint-initdb.d runs once.
set -euo pipefail

# setting NAME: the value of that variable, or what is in the file that NAME_FILE names.
setting() {
    local file=$1_FILE
    if [ -n "${!file-}" ]; then cat "${!file}"; else printf %s "${!1-}"; fi
}

# run ARGUMENT...: psql as the superuser, which ends at the first error.
run() {
    psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$user" "$@"
}

first_start() {
    local script password
    password=$(setting POSTGRES_PASSWORD)
    [ -n "$password" ] || { echo "POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD has to be set" >&2; exit 1; }
    # shellcheck disable=SC2086  # words
    initdb --username="$user" --pwfile=<(echo "$password") --encoding=UTF8 ${POSTGRES_INITDB_ARGS-}
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl --wait -o "$(printf '%q ' "${options[@]}" -c listen_addresses=)" start
    if [ "$database" != postgres ]; then
        run -d postgres -v database="$database" <<<'CREATE DATABASE :"database"'
    fi
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh)
                # shellcheck disable=SC1090  # whatever is mounted
                if [ -x "$script" ]; then "$script"; else . "$script"; fi
                ;;
            *.sql) run -d "$database" -f "$script" ;;
        esac
    done
    pg_ctl --wait --mode=fast stop
}

[ "${1-}" = postgres ] || exec "$@"
shift
options=("$@")
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres: "$PGDATA" /var/run/postgresql
    exec setpriv --reuid postgres --regid postgres --clear-groups "$0" postgres "$@"
fi
user=$(setting POSTGRES_USER)
user=${user:-postgres}
database=$(setting POSTGRES_DB)
database=${database:-$user}
export PGDATA
[ -s "$PGDATA/PG_VERSION" ] || first_start
exec postgres "$@"
