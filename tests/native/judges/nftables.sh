# The packet filter, by nft: it loads, loads again over itself, and leaves the tables of others alone.
# packages: nftables
. /vpsgen/native/lib.sh
need nft

mapfile -t files < <(generated '/etc/vpsgen/*.nft')
for file in "${files[@]}"; do
    judged "$file"
    # Users are named; on a host the one who logs in is there before the filter.
    for user in $(grep -oE '[a-z_][a-z0-9_-]* \. (tcp|udp) \. ' "$file" | cut -d ' ' -f 1 | sort -u); do
        grep -q "^$user:" /etc/passwd || echo "$user:x:1000:1000::/:/bin/sh" >>/etc/passwd
    done
    nft add table inet other
    accept "nft refuses $file" nft -f "$file"
    accept "nft refuses $file where it is loaded already" nft -f "$file"
    accept "$file takes another's table away" nft list table inet other
    accept "$file makes no table for what is routed" nft list chain inet vpsgen forward
    accept "$file makes no table for what stays on a bridge" nft list chain bridge vpsgen neighbours
done
