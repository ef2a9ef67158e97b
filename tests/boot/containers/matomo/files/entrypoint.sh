#!/bin/sh
# The official image's contract: the application is copied to where none is; secrets in files get into the environment.
set -eu
if [ ! -e matomo.php ]; then
    cp -R /usr/src/matomo/. .
fi
if [ -n "${MATOMO_DATABASE_PASSWORD_FILE-}" ]; then
    MATOMO_DATABASE_PASSWORD=$(cat "$MATOMO_DATABASE_PASSWORD_FILE")
    export MATOMO_DATABASE_PASSWORD
fi
exec "$@"
