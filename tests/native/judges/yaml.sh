# YAML: each file is exactly one document, without a key that stands twice (PyYAML keeps the last).
# packages: python3 python3-yaml
. /vpsgen/native/lib.sh
need python3

while IFS= read -r file; do
    judged "$file"
    accept "$file" python3 - "$file" <<'PYTHON'
import sys
import yaml

class Loader(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(problem=f"{key!r} stands twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)

try:
    documents = list(yaml.load_all(open(sys.argv[1], encoding="utf-8"), Loader))
except yaml.YAMLError as error:
    sys.exit(str(error))
if len(documents) != 1 or documents[0] is None:
    sys.exit(f"{len(documents)} documents, or an empty one")
PYTHON
done < <(generated '*.yaml' '*.yml'; find "$artifact" -path "$artifact/tree" -prune -o \( -name '*.yaml' -o -name '*.yml' \) -print)
