# nginx in containers: each service's own nginx.conf, at the paths of its container.
# packages: nginx
. /vpsgen/native/lib.sh
need nginx

while IFS= read -r file; do
    judged "$file"
    place=$("$native/container-path" "$file" 2>&1) || { refuse "$place" && continue; }
    messages=$(nginx -t -c "$place" 2>&1) || refuse "nginx -t -c $file refuses"
    # The image starts nginx as its own user; its log is the container's.
    messages=$(grep -vE 'syntax is ok|test is successful' <<<"$messages" || true)
    [ -z "$messages" ] || refuse "$messages"
done < <(generated '/opt/docker/*/nginx.conf')
