"""How the pasted bundle becomes files. This program is the first thing in the bundle, so that what decodes the paste
only has to run it. A power cut anywhere is mended at the next boot, when the paste runs again."""

import os
import sys
from hashlib import sha256
from pathlib import Path

from .host import STATE, run, write


def unpack(bundle, paste):
    """Looks at everything before it writes anything; the paste takes itself off the list of what runs at boot last."""
    files = []
    for record in bundle.split(b"\0"):
        head, _, content = record.partition(b"\n")
        mode, _, path = head[1:].decode().partition("/")
        files.append((Path("/", path), content, int(mode, 8)))
    for path, *_ in files:
        # Nothing may stand in the way, and no link may lead elsewhere.
        if path.resolve() != path or path.is_dir() or any(map(Path.is_file, path.parents)):
            sys.exit(f"vpsgen: {path} isn't free; nothing was written")
    for path, content, mode in files:
        path.parent.mkdir(0o755, True, True)
        write(path, content, mode)
    # What `sha256sum --check` reads.
    write(STATE / "SHA256SUMS", "".join(f"{sha256(content).hexdigest()}  {path}\n" for path, content, _ in files))
    run("systemctl daemon-reload")
    run("systemctl enable vpsgen.target")
    os.sync()
    run("systemctl start --no-block vpsgen.target")
    Path(paste).unlink()
