"""Loads the host program as it is rendered: VPSGEN_PROGRAM is its path, which `cargo test` sets. Its paths point into
a directory of the test's own."""

import importlib.machinery
import importlib.util
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

loader = importlib.machinery.SourceFileLoader("vpsctl", os.environ["VPSGEN_PROGRAM"])
vpsctl = importlib.util.module_from_spec(importlib.util.spec_from_loader("vpsctl", loader))
loader.exec_module(vpsctl)


class HostCase(unittest.TestCase):
    """A test with directories of its own in place of the host's."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        for name in ("ETC", "SHARE", "STATE"):
            (self.root / name).mkdir()
            self.replace(name, self.root / name)
        self.replace("SEED", vpsctl.ETC / "keys/seed")
        self.announced = []
        self.replace("announce", self.announced.append)
        self.describe({})

    def replace(self, name, value):
        patch = mock.patch.object(vpsctl, name, value)
        patch.start()
        self.addCleanup(patch.stop)

    def describe(self, description):
        """Makes this the content of host.json."""
        self.replace("HOST", {"name": "box", "steps": [], "volumes": {}, "zones": {}, **description})

    def command(self, name, script):
        """Puts a program of the test's own first in PATH."""
        directory = self.root / "bin"
        directory.mkdir(exist_ok=True)
        if str(directory) not in os.environ["PATH"]:
            patch = mock.patch.dict(os.environ, {"PATH": f"{directory}:{os.environ['PATH']}"})
            patch.start()
            self.addCleanup(patch.stop)
        (directory / name).write_text(script)
        (directory / name).chmod(0o755)
