# sshd: the configuration is accepted, and our drop-in has the last word: also over what cloud-init
# and Ubuntu's images leave in the same directory.
# packages: openssh-server
. /vpsgen/native/lib.sh
need sshd ssh-keygen

drop_in=/etc/ssh/sshd_config.d/00-vpsgen.conf
mapfile -t files < <(generated '/etc/ssh/sshd_config.d/*')
[ ${#files[@]} -gt 0 ] || exit 0
judged "${files[@]}"

ssh-keygen -A >/dev/null
mkdir -p /run/sshd
printf 'PasswordAuthentication yes\nPermitRootLogin yes\nMaxAuthTries 9\n' >/etc/ssh/sshd_config.d/50-cloud-init.conf
printf 'PasswordAuthentication yes\n' >/etc/ssh/sshd_config.d/60-cloudimg-settings.conf

silent "sshd -t" sshd -t
effective=$(sshd -T 2>&1) || { refuse "sshd -T: $effective" && exit; }

for wanted in 'permitrootlogin no' 'passwordauthentication no' 'pubkeyauthentication yes' 'maxauthtries 3'; do
    grep -qxF "$wanted" <<<"$effective" || refuse "not in effect: $wanted"
done
grep -q '^allowusers .' <<<"$effective" || refuse "not in effect: allowusers"

# Every word of the drop-in must be in effect, whatever it says.
while read -r keyword value; do
    case ${keyword,,} in
        '' | '#'*) continue ;;
        match) break ;;
        allowusers | allowgroups)
            for name in $value; do
                grep -qixF "$keyword $name" <<<"$effective" || refuse "not in effect: $keyword $name"
            done
            ;;
        *) grep -qi "^$keyword " <<<"$effective" || refuse "sshd -T does not know $keyword" ;;
    esac
done <$drop_in
