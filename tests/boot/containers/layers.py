"""Directory trees as layers of an image: a tar file of what a tree adds to the trees below it."""

import os
import stat
import tarfile

# The same for all files, so that the same files make the same layer.
TIME = 1735689600


def lower(path, trees):
    """The status of `path` in the first tree that has it."""
    for tree in trees:
        found = tree / path
        if found.is_symlink() or found.exists():
            return found.lstat(), os.readlink(found) if found.is_symlink() else None
    return None, None


def walk(root, skip):
    """All paths below root, sorted, without those that `skip` wants out (of a directory: with all that is in it)."""
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        yield from below(root, entry.name, skip)


def below(root, path, skip):
    if skip(path):
        return
    yield path
    full = root / path
    if full.is_dir() and not full.is_symlink():
        for name in sorted(os.listdir(full)):
            yield from below(root, f"{path}/{name}", skip)


def entry(root, path, trees, own):
    """The tar header of one path, or nothing if a tree below has it already. Directories that other trees have, too,
    keep the owner and mode of there, unless they are in `own`."""
    full = root / path
    status = full.lstat()
    known, target = lower(path, trees)
    if stat.S_ISLNK(status.st_mode) and target == os.readlink(full):
        return None
    if stat.S_ISDIR(status.st_mode) and known and path not in own:
        if stat.S_ISLNK(known.st_mode):
            raise ValueError(f"/{path} is a directory here and a link below")
        status = known
    header = tarfile.TarInfo(path)
    header.uid, header.gid, header.mode, header.mtime = status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode), TIME
    if stat.S_ISDIR(status.st_mode):
        header.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(status.st_mode):
        header.type, header.linkname = tarfile.SYMTYPE, os.readlink(full)
    elif stat.S_ISREG(status.st_mode):
        header.size = status.st_size
    else:
        return None
    return header


def write(destination, root, trees=(), own=(), skip=lambda path: False):
    """Writes the layer that `root` is on top of `trees`."""
    seen = {}
    with tarfile.open(destination, "w", format=tarfile.PAX_FORMAT) as layer:
        for path in walk(root, skip):
            header = entry(root, path, trees, own)
            if header is None:
                continue
            status = (root / path).lstat()
            if header.isreg() and status.st_nlink > 1:
                first = seen.setdefault((status.st_dev, status.st_ino), path)
                if first != path:
                    header.type, header.linkname, header.size = tarfile.LNKTYPE, first, 0
            if header.isreg():
                with open(root / path, "rb") as content:
                    layer.addfile(header, content)
            else:
                layer.addfile(header)
