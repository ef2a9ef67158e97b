#!/bin/sh
# Where the official image starts, too.
exec python3 /usr/share/grafana/server.py
