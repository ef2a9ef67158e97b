# Prometheus: promtool on its configuration and its rules, at the paths of its container.
# packages: prometheus
. /vpsgen/native/lib.sh
need promtool

while IFS= read -r file; do
    judged "$file"
    place=$("$native/container-path" "$file" 2>&1) || { refuse "$place" && continue; }
    accept "promtool check config $file" promtool check config "$place"
    # promtool says nothing of a pattern that matches no file.
    while IFS= read -r pattern; do
        case $pattern in /*) ;; *) pattern=$(dirname "$place")/$pattern ;; esac
        [ -n "$(compgen -G "$pattern")" ] || refuse "$file: no file matches the rule_files entry $pattern"
    done < <(python3 -c 'import sys, yaml; print("\n".join(yaml.safe_load(open(sys.argv[1])).get("rule_files") or []))' "$place" | grep . || true)
done < <(generated '/opt/docker/*/prometheus.yml' '/opt/docker/*/prometheus.yaml')

while IFS= read -r file; do
    grep -q '^groups:' "$file" || continue
    judged "$file"
    accept "promtool check rules $file" promtool check rules "$file"
done < <(generated '/opt/docker/*.yml' '/opt/docker/*.yaml')
