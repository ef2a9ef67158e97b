# iptables: the chain is loaded where it will be, behind UFW's own rules, by both the nftables back end
# and UFW; loading it again changes nothing.
# packages: iptables ufw
. /vpsgen/native/lib.sh
need iptables-restore ip6tables-restore ufw

while IFS= read -r file; do
    judged "$file"
    case $file in *.v4) rules=/etc/ufw/before.rules save=iptables ;; *) rules=/etc/ufw/before6.rules save=ip6tables ;; esac
    cat "$file" >>$rules
    accept "ufw enable with $file" ufw --force enable
    $save -S >/tmp/first
    while read -r rule; do
        grep -qxF -- "$rule" /tmp/first || refuse "not in effect: $rule"
    done < <(grep '^-A' "$file")
    accept "ufw reload with $file" ufw reload
    $save -S | diff /tmp/first - || refuse "$file: loading it again changes the rules"
done < <(generated '/usr/share/vpsgen/*.v4' '/usr/share/vpsgen/*.v6')
