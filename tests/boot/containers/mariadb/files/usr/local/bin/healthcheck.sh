#!/bin/bash
# healthcheck.sh --connect: the server answers over the network, be it that it refuses this nobody.
mariadb --protocol=tcp --host=127.0.0.1 --connect-timeout=5 --user=nobody -e 'SELECT 1' 2>&1 | grep -qE '^1$|ERROR 1045'
