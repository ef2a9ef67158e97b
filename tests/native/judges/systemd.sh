# systemd: systemd-analyze verify on every generated unit, on the units that generated drop-ins
# change, and the existence of every unit that a generated one names (verify is silent on those).
# The units of other programs are those of their real packages.
# packages: systemd systemd-sysv udev dbus docker.io ufw fail2ban certbot nginx cryptsetup cloud-init
# packages: e2fsprogs openssh-server unattended-upgrades nftables iptables logrotate rsyslog
# packages-trixie: systemd-cryptsetup
. /vpsgen/native/lib.sh
need systemd-analyze

unit_types='service|socket|target|timer|path|mount|automount|slice|swap'
mapfile -t files < <(generated '/etc/systemd/system/*' | grep -E "\.($unit_types)(\.d/[^/]+\.conf)?$|\.(wants|requires)/")
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"

# The mounts and devices of fstab and crypttab are units too.
for table in fstab crypttab; do
    [ ! -e /usr/share/vpsgen/$table ] || cp /usr/share/vpsgen/$table /etc/$table
done
generate_units fstab /run/systemd/generator
generate_units cryptsetup /run/systemd/generator

# named: every unit that the generated files name, with the place.
named() {
    local file
    for file in "${files[@]}"; do
        [ ! -L "$file" ] || continue
        sed -nE 's/^(Requires|Requisite|Wants|BindsTo|PartOf|Upholds|Conflicts|Before|After|OnFailure|OnSuccess|PropagatesReloadTo|WantedBy|RequiredBy|Also|Unit|Service|Sockets)=//p' "$file" |
            tr -s ' \t' '\n' | sed "s!\$! $file!"
    done
}

# Instances of our templates, as other units and enabled links name them.
instances() {
    { named | cut -d' ' -f1; printf '%s\n' "${files[@]}" | sed -E 's!.*/system/!!; s!\.d/.*!!; s!.*\.(wants|requires)/!!'; } |
        grep -E "^[^%/ ]+@[^%/ ]+\.($unit_types)$" | sort -u || true
}

exists() {
    local unit=$1 template directory
    template=$(sed -E 's/@[^@]*(\.[a-z]+)$/@\1/' <<<"$unit")
    for directory in /etc/systemd/system /run/systemd/generator /usr/lib/systemd/system /lib/systemd/system; do
        [ ! -e "$directory/$unit" ] && [ ! -e "$directory/$template" ] || return 0
    done
    return 1
}

# Units that one of the supported systems has and Debian's packages here have not.
elsewhere() {
    case $1 in
        netfilter-persistent.service | iptables.service | ip6tables.service) ;; # Oracle's Ubuntu image
        snapd.service | snapd.*) ;;                                            # Ubuntu
        cloud-init-network.service | cloud-init-main.service | cloud-init.service) ;; # before and after 24.3
        systemd-resolved.service | systemd-networkd.service | systemd-networkd-wait-online.service) ;;
        *) return 1 ;;
    esac
}

while read -r unit file; do
    case $unit in
        '' | '~'* | *.device | *.slice | *.scope | *@%* | *%*) continue ;;
    esac
    exists "$unit" || elsewhere "$unit" || refuse "$file names $unit, which no package and no generated file provides"
done < <(named | sort -u)

# verify wants loadable names: files of ours by path, templates by their instances, foreign units by name.
# A drop-in of all units with a prefix (`name-.service.d`) has no unit of its own.
mapfile -t units < <(
    printf '%s\n' "${files[@]}" | grep -vE '\.d/|\.(wants|requires)/' || true
    instances
    printf '%s\n' "${files[@]}" | sed -nE 's!.*/system/([^/]+)\.d/[^/]+\.conf$!\1!p' | grep -vE '[@-]\.' | sort -u
)
output=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no "${units[@]}" 2>&1) ||
    refuse "systemd-analyze verify: exit code $?"
[ -z "$output" ] || refuse "$output"
