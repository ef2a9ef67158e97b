#!/bin/sh
# Runs what an image on top of this one added, then the server.
set -e
for script in /docker-entrypoint.d/*.sh; do
    [ ! -x "$script" ] || "$script"
done
exec "$@"
