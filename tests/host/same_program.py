"""Compares the rendered program with the modules that it is made of: the same statements in the same order, but for
docstrings and imports, and every import of a module that isn't ours."""

import ast
import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/render/host_program"
ORDER = "host unpack status seed storage system containers certificates backup isolation restore rehearsal operations incident vpsctl".split()


def statements(text):
    """A file's imports and its other statements, without docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            del node.body[0]
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return imports, [ast.dump(node) for node in tree.body if node not in imports]



assert {path.stem for path in SOURCE.glob("*.py")} == set(ORDER), "a module is missing here"
parts = [statements((SOURCE / f"{name}.py").read_text()) for name in ORDER]
rendered_imports, rendered = statements(Path(os.environ["VPSGEN_PROGRAM"]).read_text())
assert rendered == [statement for _, body in parts for statement in body], "rendering changed a statement"
foreign = {ast.unparse(node) for imports, _ in parts for node in imports if not getattr(node, "level", 0)}
assert {ast.unparse(node) for node in rendered_imports} == foreign, "rendering changed an import"

# One file has one name space: no module may take another's name.
names = [node.name for body in [ast.parse(Path(os.environ["VPSGEN_PROGRAM"]).read_text()).body] for node in body if hasattr(node, "name")]
assert len(names) == len(set(names)), f"defined twice: {sorted(name for name in names if names.count(name) > 1)}"
