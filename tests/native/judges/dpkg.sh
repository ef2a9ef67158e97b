# dpkg: it takes every option of the file (it refuses to start on one that it does not know).
# packages: dpkg
. /vpsgen/native/lib.sh
need dpkg

while IFS= read -r file; do
    judged "$file"
    silent "dpkg with $file" dpkg --audit
done < <(generated '/etc/dpkg/dpkg.cfg.d/*')
