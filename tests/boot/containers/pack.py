"""pack.py ARCH BASE [PACKAGE...] DIRECTORY <REFERENCES: packs the images into DIRECTORY/registry, and the packages with
all that they need on top of the base into DIRECTORY/debs."""

import pathlib
import re
import shutil
import sys
import tempfile

import layers
import packages
import recipes
import registry

CHARACTERS = re.compile(r"/(UTF-.*|UNICODE|ISO8859-1|ISO8859-15|CP1252)\.so$")
# What a running system makes, and what only apt needs on the outside.
MADE = ("dev", "proc", "sys", "run", "tmp", "var/log", "var/lib/apt/lists", "var/cache/apt", "var/cache/ldconfig")


def below_base(path):
    """Whether this path of the root is no part of the base image."""
    parent = path.rpartition("/")[0]
    return (
        parent in MADE
        or path.startswith(("etc/apt/sources.list", "etc/apt/apt.conf.d/99mmdebstrap"))
        or parent in [f"usr/share/{name}" for name in packages.UNREAD]
        or (parent in ("var/lib/dpkg", "var/cache/debconf") and path.endswith("-old"))
        or path in ("etc/resolv.conf", "etc/hostname")
        # Hundreds of small libraries, a page of 64 KiB each; these are the encodings that somebody here may meet.
        or (parent.endswith("/gconv") and path.endswith(".so") and not CHARACTERS.search(path))
    )


def config(arch, recipe, blobs):
    """The config blob, as engines read it."""
    return {
        "architecture": arch,
        "os": "linux",
        "created": "2025-01-01T00:00:00Z",
        "config": recipe.config(),
        # The layers are not compressed, so their digests are those of their content.
        "rootfs": {"type": "layers", "diff_ids": [blob["digest"] for blob in blobs]},
        "history": [{"created": "2025-01-01T00:00:00Z", "created_by": recipe.name} for _ in blobs],
    }


class Packer:
    def __init__(self, arch, base, scratch, storage):
        self.arch, self.root, self.scratch, self.storage = arch, base / "root", scratch, storage
        self.debian = packages.Packages(arch, base, scratch)
        self.base = self.layer(self.root, skip=below_base)

    def layer(self, root, **options):
        file = self.scratch / "layer"
        layers.write(file, root, **options)
        return self.storage.blob(file)

    def pack(self, recipe, tags):
        """Makes the recipe's layers, and the image under all its tags."""
        unpacked, added = self.scratch / "unpacked", self.scratch / "added"
        blobs = [self.base]
        if recipe.packages:
            packages.unpack(self.debian.needed(recipe.packages, recipe.without), unpacked)
            recipe.trim(unpacked)
            blobs.append(self.layer(unpacked, trees=[self.root]))
        unpacked.mkdir(exist_ok=True)
        own = recipe.add(added, self.root)
        blobs.append(self.layer(added, trees=[self.root, unpacked], own=own))
        for tag in tags:
            self.storage.image(recipe.repository, tag, config(self.arch, recipe, blobs), blobs)
        shutil.rmtree(unpacked)
        shutil.rmtree(added)
        sizes = " + ".join(f"{blob['size'] / 1e6:.1f}" for blob in blobs)
        print(f"{recipe.repository}:{','.join(tags)}: {sizes} MB", flush=True)


def main():
    arch, base, *names, directory = sys.argv[1:]
    wanted = recipes.wanted(sys.stdin.read().split())
    directory = pathlib.Path(directory)
    debs = directory / "debs"
    debs.mkdir()
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        packer = Packer(arch, pathlib.Path(base), pathlib.Path(scratch), registry.Registry(directory / "registry"))
        for recipe, tags in wanted:
            packer.pack(recipe, tags)
        for file in packer.debian.needed(names) if names else []:
            shutil.copy(file, debs)
        packer.debian.forget()


main()
