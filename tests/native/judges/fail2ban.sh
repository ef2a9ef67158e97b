# fail2ban: the configuration is read, and a real server starts every jail of ours with it.
# packages: fail2ban python3-systemd nftables iptables
. /vpsgen/native/lib.sh
need fail2ban-client fail2ban-server

mapfile -t files < <(generated '/etc/fail2ban/*')
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"

# Log files exist on the host before fail2ban starts. fail2ban itself says which it reads.
for _ in 1 2 3 4 5 6 7 8; do
    missing=$(fail2ban-client -v -d 2>&1 | sed -nE "s/.*No file\(s\) found for glob (.*)$/\1/p" | sort -u)
    [ -n "$missing" ] || break
    while IFS= read -r log; do
        log=${log//\*/x}
        mkdir -p "$(dirname "$log")"
        touch "$log"
    done <<<"$missing"
done

accept "fail2ban-client -t" fail2ban-client -t
dump=$(fail2ban-client -d 2>&1) || true
# Debian 12's own fail2ban.conf lacks allowipv6.
! grep -E 'ERROR|WARNING' <<<"$dump" | grep -v "'allowipv6' not defined" || refuse "fail2ban-client -d warns"

mkdir -p /run/fail2ban
[ $failures -eq 0 ] || exit 0
fail2ban-server -f --logtarget /tmp/fail2ban.log >/tmp/fail2ban.out 2>&1 &
server=$!
for _ in $(seq 100); do
    ! fail2ban-client ping >/dev/null 2>&1 || break
    sleep 0.1
done
sleep 0.5
status=$(fail2ban-client status 2>&1) || refuse "the server does not answer: $status$(cat /tmp/fail2ban.out)"
running=$(sed -n 's/.*Jail list:[[:space:]]*//p' <<<"$status" | tr -d ' ' | tr ',' '\n')
while IFS= read -r jail; do
    grep -qxF "$jail" <<<"$running" || refuse "the jail $jail does not start"
done < <(sed -nE "s/^\['add', '([^']+)'.*/\1/p" <<<"$dump")
! grep -E ' (ERROR|CRITICAL) ' /tmp/fail2ban.log || refuse "the server logs errors"
kill $server
wait $server || true
