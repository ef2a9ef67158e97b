#!/bin/sh
# The official image's contract: a newer application than the volume's is copied there, without touching what belongs to
# the owner; in a volume without any it is installed, with what the environment says.
set -eu
source=/usr/src/nextcloud

# version DIRECTORY: of the application there, as a number; nothing without one.
version() {
    [ ! -e "$1/version.php" ] || php -r "require '$1/version.php'; printf('%03d%03d%03d', ...\$OC_Version);"
}

if [ "${1-}" = php-fpm ]; then
    installed=$(version .)
    if [ "${installed:-0}" -lt "$(version $source)" ]; then
        for path in "$source"/*; do
            name=${path##*/}
            case $name in
                config | data | custom_apps | themes) [ "$(ls -A "$name" 2>/dev/null)" ] || cp -R "$path" . ;;
                version.php) ;;
                *) rm -rf "$name" && cp -R "$path" . ;;
            esac
        done
        # What is copied last tells that all is there.
        cp "$source/version.php" .
        if [ -z "$installed" ]; then
            cp -n "$source"/config/*.config.php config/
            php occ maintenance:install
        else
            php occ upgrade
        fi
    fi
fi
exec "$@"
