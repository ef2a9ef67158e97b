# logrotate: the whole configuration with ours in it, so that a log named twice is found too.
# packages: logrotate nginx fail2ban ufw certbot rsyslog
. /vpsgen/native/lib.sh
need logrotate

mapfile -t files < <(generated '/etc/logrotate.d/*')
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"
output=$(logrotate --debug --state /tmp/logrotate.status /etc/logrotate.conf 2>&1) || refuse "logrotate --debug failed"
! grep -E '^(error|warning):|[Ii]gnoring' <<<"$output" | grep -v 'logrotate in debug mode does nothing' || refuse "logrotate --debug has something to say"
for file in "${files[@]}"; do
    grep -qE "^reading config file ${file##*/}$" <<<"$output" || refuse "logrotate does not read $file"
done
