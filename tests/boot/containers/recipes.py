"""The recipes: each directory here with an image.toml is that of an image. It says the repository; the packages in it,
`without` those that nothing in it uses; paths of theirs to `remove` and to `move`, `modes` of theirs; users
(NAME:ID:GROUP:HOME), groups (NAME:ID), directories (like modes: MODE OWNER:GROUP PATH) and links (PATH = TARGET); what
the image's config says. files/ is a tree on top, and so are the other directories that `trees` names."""

import os
import pathlib
import shutil
import stat
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
# The keys of an image's config that a recipe can give, and what engines call them.
CONFIG = {
    "entrypoint": "Entrypoint",
    "command": "Cmd",
    "user": "User",
    "workdir": "WorkingDir",
    "stop_signal": "StopSignal",
}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def own(tree, line):
    """Gives a path its owner and mode, as "MODE OWNER:GROUP PATH" says. Returns the path."""
    mode, owner, path = line.split()
    os.chown(tree / path, *map(int, owner.split(":")))
    (tree / path).chmod(int(mode, 8))
    return path


class Recipe:
    def __init__(self, directory):
        self.directory, self.name = directory, directory.name
        with open(directory / "image.toml", "rb") as file:
            self.keys = tomllib.load(file)
        self.repository = self.keys.pop("repository")
        self.packages = self.keys.pop("packages", [])
        self.without = self.keys.pop("without", [])

    def config(self):
        environment = {"PATH": PATH, **self.keys.get("environment", {})}
        return {
            "Env": [f"{name}={value}" for name, value in environment.items()],
            **{name: self.keys[key] for key, name in CONFIG.items() if key in self.keys},
            **({"Volumes": {path: {} for path in self.keys["volumes"]}} if "volumes" in self.keys else {}),
            **({"ExposedPorts": {port: {} for port in self.keys["ports"]}} if "ports" in self.keys else {}),
        }

    def trim(self, tree):
        """Removes and moves what the recipe says of the packages' files."""
        for pattern in self.keys.get("remove", []):
            found = list(tree.glob(pattern))
            if not found:
                raise ValueError(f"{self.name}: no package has {pattern}")
            for path in found:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for source, target in self.keys.get("move", {}).items():
            (tree / target).parent.mkdir(parents=True, exist_ok=True)
            (tree / source).rename(tree / target)
        for line in self.keys.get("modes", []):
            own(tree, line)

    def add(self, tree, base):
        """Makes the tree of what is not from packages. Returns its directories that have an owner and a mode of their
        own, whatever the packages say."""
        tree.mkdir()
        for files in [*(HERE / name for name in self.keys.get("trees", [])), self.directory / "files"]:
            if files.exists():
                shutil.copytree(files, tree, symlinks=True, dirs_exist_ok=True)
        for path in [tree, *tree.rglob("*")]:
            os.chown(path, 0, 0, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        for path, target in self.keys.get("links", {}).items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).symlink_to(target)
        self.accounts(tree, base)
        owned = set()
        for line in self.keys.get("directories", []):
            (tree / line.split()[2]).mkdir(parents=True, exist_ok=True)
            owned.add(own(tree, line))
        return owned

    def accounts(self, tree, base):
        """The base's users and groups, and the recipe's in place of those with the same name."""
        users = [user.split(":") for user in self.keys.get("users", [])]
        groups = dict(group.split(":") for group in self.keys.get("groups", []))
        if not users:
            return
        groups = {**{name: group for name, _, group, _ in users if group not in groups.values()}, **groups}
        new = {
            "passwd": [f"{name}:x:{user}:{group}::{home}:/usr/sbin/nologin" for name, user, group, home in users],
            "group": [f"{name}:x:{group}:" for name, group in groups.items()],
        }
        (tree / "etc").mkdir(exist_ok=True)
        for file, lines in new.items():
            names = {line.partition(":")[0] for line in lines}
            known = (base / "etc" / file).read_text().splitlines()
            kept = [line for line in known if line.partition(":")[0] not in names]
            (tree / "etc" / file).write_text("\n".join([*kept, *lines, ""]))
            (tree / "etc" / file).chmod(0o644)


def normal(reference):
    """What a registry is asked for: "mariadb:11.4" is 11.4 of library/mariadb, "gcr.io/a/b" is latest of a/b."""
    host, slash, rest = reference.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        reference = rest
    repository, _, tag = reference.partition(":")
    return repository if "/" in repository else f"library/{repository}", tag or "latest"


def wanted(references):
    """The recipes of these references, each with the tags that are referred to."""
    recipes = [Recipe(file.parent) for file in sorted(HERE.glob("*/image.toml"))]
    by_repository = {recipe.repository: recipe for recipe in recipes}
    tags = {}
    for reference in references:
        repository, tag = normal(reference)
        if repository not in by_repository:
            raise SystemExit(f"no recipe here makes {reference}: there are {', '.join(by_repository)}")
        tags.setdefault(repository, set()).add(tag)
    return [(by_repository[repository], sorted(tags[repository])) for repository in sorted(tags)]
