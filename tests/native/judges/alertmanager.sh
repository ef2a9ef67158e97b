# Alertmanager: amtool on its configuration, at the paths of its container.
# packages: prometheus-alertmanager
. /vpsgen/native/lib.sh
need amtool

while IFS= read -r file; do
    judged "$file"
    place=$("$native/container-path" "$file" 2>&1) || { refuse "$place" && continue; }
    accept "amtool check-config $file" amtool check-config "$place"
done < <(generated '/opt/docker/*/alertmanager.yml' '/opt/docker/*/alertmanager.yaml')
