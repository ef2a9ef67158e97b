#!/bin/bash
# Makes of the two files of accounts and aliases what Postfix and Dovecot read.
set -euo pipefail
config=/tmp/docker-mailserver

lines() {
    [ ! -e "$config/$1" ] || sed -E '/^\s*(#|$)/d' "$config/$1"
}

# An account's line is NAME@DOMAIN|HASH|FIELD...; what was the quota's field has another name since Dovecot 2.4.
lines postfix-accounts.cf | sed -E 's/userdb_quota_rule=\*:bytes=([0-9]+)/userdb_quota_storage_size=\1B/' |
    awk -F'|' '{ split($1, part, "@"); home = "/var/mail/" part[2] "/" part[1] "/home"
                 print $1 ":" $2 ":5000:5000::" home "::" $3 }' >/etc/dovecot/userdb.new
lines postfix-accounts.cf | awk -F'|' '{ split($1, part, "@")
                                         print $1, part[2] "/" part[1] "/" }' >/etc/postfix/vmailbox
lines postfix-accounts.cf | awk -F'|' '{ print $1, $1 }' >/etc/postfix/owners
lines postfix-virtual.cf >/etc/postfix/virtual
{ lines postfix-accounts.cf && lines postfix-virtual.cf; } |
    sed -nE 's/^[^@|[:space:]]*@([^|[:space:]]+).*/\1/p' | sort -u >/etc/postfix/vhost
chown dovecot:dovecot /etc/dovecot/userdb.new
chmod 0640 /etc/dovecot/userdb.new
mv /etc/dovecot/userdb.new /etc/dovecot/userdb
