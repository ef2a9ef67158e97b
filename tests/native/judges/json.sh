# JSON: each file is strict JSON without a key that stands twice.
# packages: python3
. /vpsgen/native/lib.sh
need python3

while IFS= read -r file; do
    judged "$file"
    accept "$file" python3 - "$file" <<'PYTHON'
import json
import sys

def once(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{key!r} stands twice")
    return dict(pairs)

def no_constant(name):
    raise ValueError(f"{name} is not JSON")

try:
    json.load(open(sys.argv[1], encoding="utf-8"), object_pairs_hook=once, parse_constant=no_constant)
except ValueError as error:
    sys.exit(str(error))
PYTHON
done < <(generated '*.json'; find "$artifact" -path "$artifact/tree" -prune -o -name '*.json' -print)
