#!/bin/bash
# The official image's contract: an empty data directory is made a database first, with the accounts that the
# environment names, then what is in /docker-entrypoint-initdb.d runs once; an older database is upgraded.
set -euo pipefail
data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock

# setting NAME: the value of MARIADB_NAME or MYSQL_NAME, or what is in the file that one of them with _FILE names.
setting() {
    local prefix name
    for prefix in MARIADB MYSQL; do
        name=${prefix}_$1
        [ -z "${!name-}" ] || { printf %s "${!name}"; return; }
        name+=_FILE
        [ -z "${!name-}" ] || { cat "${!name}"; return; }
    done
}

# quoted TEXT: as a string of SQL.
quoted() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\\\'}"
}

# is_up: the server answers on its socket, be it that it wants a password.
is_up() {
    [[ $(mariadb --socket="$socket" -uroot -e 'SELECT 1' 2>&1) =~ ^1|"ERROR 1045" ]]
}

# temporary COMMAND...: runs COMMAND while the server listens on its socket only.
temporary() {
    mariadbd "${options[@]}" --skip-networking --socket="$socket" --loose-innodb-buffer-pool-load-at-startup=0 &
    local server=$!
    until is_up; do
        kill -0 "$server" || exit 1
        sleep 1
    done
    "$@"
    kill "$server"
    wait "$server" || exit 1
}

# administer: SQL from standard input, as root.
administer() {
    MYSQL_PWD=$(setting ROOT_PASSWORD) mariadb --socket="$socket" -uroot "$@"
}

accounts() {
    local password user database host
    password=$(setting ROOT_PASSWORD)
    user=$(setting USER)
    database=$(setting DATABASE)
    host=$(setting ROOT_HOST)
    {
        # The accounts that anybody could use.
        echo "DELETE FROM mysql.global_priv"
        echo "WHERE User NOT IN ('root', 'mariadb.sys') OR User = 'root' AND Host <> 'localhost';"
        echo "FLUSH PRIVILEGES;"
        [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"
        if [ -n "$user" ]; then
            echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$(setting PASSWORD)");"
            [ -z "$database" ] || echo "GRANT ALL ON \`${database//_/\\_}\`.* TO $(quoted "$user")@'%';"
        fi
        if [ "${host:-%}" != localhost ]; then
            echo "CREATE USER root@$(quoted "${host:-%}") IDENTIFIED BY $(quoted "$password");"
            echo "GRANT ALL ON *.* TO root@$(quoted "${host:-%}") WITH GRANT OPTION;"
        fi
        echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$password");"
    } | mariadb --socket="$socket" -uroot
}

first_start() {
    local script
    accounts
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh)
                # shellcheck disable=SC1090  # whatever is mounted
                if [ -x "$script" ]; then "$script"; else . "$script"; fi
                ;;
            *.sql) administer "$(setting DATABASE)" <"$script" ;;
        esac
    done
}

# is_older: the database was last used by another release.
is_older() {
    local used
    used=$(cut -d. -f1,2 "$data/mariadb_upgrade_info" 2>/dev/null || true)
    [ "$used" != "$(mariadbd --version | sed -E 's/.*Ver ([0-9]+\.[0-9]+).*/\1/')" ]
}

upgrade() {
    MYSQL_PWD=$(setting ROOT_PASSWORD) mariadb-upgrade --socket="$socket" -uroot
}

[ "${1-}" = mariadbd ] || exec "$@"
shift
options=("$@")
if [ "$(id -u)" = 0 ]; then
    chown mysql: "$data" /run/mysqld
    exec setpriv --reuid mysql --regid mysql --clear-groups "$0" mariadbd "$@"
fi
if [ ! -d "$data/mysql" ]; then
    if [ -z "$(setting ROOT_PASSWORD)" ]; then
        echo "MARIADB_ROOT_PASSWORD_FILE or MARIADB_ROOT_PASSWORD has to be set" >&2
        exit 1
    fi
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db --rpm
    temporary first_start
elif [ -n "$(setting AUTO_UPGRADE)" ] && is_older; then
    temporary upgrade
fi
exec mariadbd "$@"
