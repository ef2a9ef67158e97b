# Grafana: its dashboards are JSON with a title and a uid, and Prometheus understands each query.
# packages: prometheus
. /vpsgen/native/lib.sh
need promtool python3

while IFS= read -r file; do
    judged "$file"
    if ! output=$(python3 "$native/dashboard-rules" "$file" 2>&1 >/tmp/rules.yml); then
        refuse "$file"$'\n'"$output"
    else
        accept "promtool check rules on the queries of $file" promtool check rules /tmp/rules.yml
    fi
done < <(generated '/opt/docker/*/dashboards/*.json')
