#!/bin/bash
# Follows the files of accounts, aliases, the spam filter's settings and the certificate.
set -uo pipefail
config=/tmp/docker-mailserver

# What the files are now, each with its hash.
now() {
    find -L "$config/rspamd" "$config"/postfix-*.cf "/etc/letsencrypt/live/$HOSTNAME" -type f \
        -exec sha256sum {} + 2>/dev/null | sort
}

known=$(now)
while sleep 2; do
    found=$(now)
    [ "$found" != "$known" ] || continue
    changed=$(comm -3 <(echo "$known") <(echo "$found"))
    known=$found
    echo "changed: $(awk '{ print $2 }' <<<"$changed" | sort -u | tr '\n' ' ')"
    /usr/local/bin/accounts.sh
    postfix reload
    doveadm reload
    if grep -q "$config/rspamd/" <<<"$changed"; then
        find "$config/rspamd/override.d" -type f -exec cp {} /etc/rspamd/override.d/ \;
        supervisorctl restart rspamd
    fi
done
