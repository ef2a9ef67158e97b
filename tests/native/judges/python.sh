# Python: it compiles without a warning, and pyflakes has nothing to say.
# packages: python3 pyflakes3
. /vpsgen/native/lib.sh
need python3 pyflakes3

while IFS= read -r file; do
    judged "$file"
    silent "py_compile $file" env PYTHONPYCACHEPREFIX=/tmp/pycache python3 -W error -m py_compile "$file"
    silent "pyflakes $file" pyflakes3 "$file"
done < <({ scripts python; generated '*.py'; } | sort -u)
