# Docker: dockerd --validate on daemon.json. Debian 12's dockerd (20.10) has no --validate.
# suites: trixie
# packages: docker.io
. /vpsgen/native/lib.sh
need dockerd

file=/etc/docker/daemon.json
[ -n "$(generated $file)" ] || exit 0
judged $file
# The user whose ids containers are mapped to is made on the host before Docker starts.
remapped=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get("userns-remap", ""))' $file) || exit 1
case ${remapped%%:*} in
    '' | default) ;;
    *)
        useradd --system --no-create-home --user-group "${remapped%%:*}" || refuse "no user ${remapped%%:*}"
        for table in /etc/subuid /etc/subgid; do
            grep -q "^${remapped%%:*}:" $table || echo "${remapped%%:*}:231072:65536" >>$table
        done
        ;;
esac
accept "dockerd --validate" dockerd --validate --config-file=$file
