#!/bin/bash
# Makes the settings of the environment and of /tmp/docker-mailserver, then starts the programs. Without an account or a
# certificate nothing is started, and the container ends.
set -euo pipefail
trap '[ $? -eq 0 ] || supervisorctl shutdown' EXIT
config=/tmp/docker-mailserver
state=/var/mail-state

# The state of the programs is on the volume, if there is one. Users may have other ids in another version of the image.
keep_state() {
    local directory kept
    [ -d "$state" ] || return 0
    for directory in lib/postfix spool/postfix lib/dovecot lib/rspamd lib/redis; do
        kept=$state/${directory//\//-}
        [ -d "$kept" ] || cp -a "/var/$directory" "$kept"
        rm -rf "/var/${directory:?}"
        ln -s "$kept" "/var/$directory"
    done
    chown -R postfix: "$state/lib-postfix"
    chown -R _rspamd: "$state/lib-rspamd"
    chown -R redis: "$state/lib-redis"
}

wait_for_account() {
    local left=60
    until grep -q '^[^#].*@.*|' "$config/postfix-accounts.cf"; do
        [ $((left--)) -gt 0 ] || { echo "there is no account in $config/postfix-accounts.cf" >&2; exit 1; }
        sleep 2
    done
}

certificates() {
    local domain place
    for domain in "$HOSTNAME" "${HOSTNAME#*.}"; do
        place=/etc/letsencrypt/live/$domain
        if [ -e "$place/fullchain.pem" ] && [ -e "$place/privkey.pem" ]; then
            postconf -e "smtpd_tls_chain_files = $place/privkey.pem, $place/fullchain.pem"
            printf '%s\n' "ssl_server_cert_file = $place/fullchain.pem" "ssl_server_key_file = $place/privkey.pem" \
                >/etc/dovecot/tls.conf
            return
        fi
    done
    echo "there is no certificate for $HOSTNAME in /etc/letsencrypt/live" >&2
    exit 1
}

[ "${SSL_TYPE-}" = letsencrypt ] || { echo "this stand-in knows no SSL_TYPE but letsencrypt" >&2; exit 1; }
keep_state
chown 5000:5000 /var/mail
postconf -e "myhostname = $HOSTNAME" "mydomain = ${HOSTNAME#*.}" \
    "message_size_limit = ${POSTFIX_MESSAGE_SIZE_LIMIT:-10240000}" virtual_mailbox_limit=0
spoofing=reject_authenticated_sender_login_mismatch,
[ "${SPOOF_PROTECTION:-0}" = 1 ] || spoofing=
postconf -e "submission_sender_restrictions = ${spoofing}permit_sasl_authenticated,reject"
certificates
if [ "${ENABLE_RSPAMD:-0}" = 1 ]; then
    if [ -d "$config/rspamd/override.d" ]; then
        find "$config/rspamd/override.d" -type f -exec cp {} /etc/rspamd/override.d/ \;
    fi
    filter=(rspamd-redis rspamd)
else
    postconf -e smtpd_milters=
    filter=()
fi
sievec /etc/dovecot/sieve/before.sieve
wait_for_account
/usr/local/bin/accounts.sh
supervisorctl start rsyslog "${filter[@]}" dovecot postfix changedetector
echo "$HOSTNAME is up and running"
