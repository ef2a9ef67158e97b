# nftables: each rule set is checked, then loaded into a network of the judge's own, twice: loading
# must not depend on what was there.
# packages: nftables
. /vpsgen/native/lib.sh
need nft

while IFS= read -r file; do
    judged "$file"
    silent "nft -c -f $file" nft -c -f "$file"
    silent "nft -f $file" nft -f "$file"
    nft list ruleset >/tmp/first
    silent "nft -f $file for the second time" nft -f "$file"
    nft list ruleset | diff /tmp/first - || refuse "$file: loading it again changes the rules"
    grep -q '^table ' /tmp/first || refuse "$file: no table was made"
done < <(generated '*.nft')
