"""The scenarios: each file here, but this one, is one. It has a docstring, whose first sentence is what `--help` says;
START, the machine that it goes on with (none: a new one); and `scenario(cloud, instance, report)`."""

import importlib
import pathlib
from dataclasses import dataclass


@dataclass
class Start:
    """A machine that another scenario leaves, under a name."""

    scenario: str
    state: str


def names():
    """In the order in which they are run."""
    order = ("fresh", "reboot", "rebuild")
    found = {path.stem for path in pathlib.Path(__file__).parent.glob("*.py")} - {"__init__"}
    return [*order, *sorted(found - set(order))]


def load(name):
    return importlib.import_module(f"scenarios.{name}")


def about(name):
    return " ".join(load(name).__doc__.split()).split(". ")[0].rstrip(".")
