# sudo: visudo in strict mode.
# packages: sudo
# optional: the login user's sudo rule is cloud-init's, unless a blueprint changes that
. /vpsgen/native/lib.sh
need visudo

while IFS= read -r file; do
    judged "$file"
    chmod 0440 "$file"
    accept "visudo $file" visudo --check --strict --file="$file"
done < <(generated '/etc/sudoers.d/*')
