"""Ways to break the packet filter, from tests/mutations: each changes the loaded tables, and one cell has to show it."""

from pathlib import Path

import yaml

from town import tried

MUTATIONS = Path(__file__).resolve().parents[2] / "mutations"


def probe(system, listeners, report, path, prediction, users):
    """Loads every mutation in turn, and the filter as it was made after each."""
    made = system.path(path).read_text()
    for file in sorted(MUTATIONS.glob("*.yaml")):
        mutation = yaml.safe_load(file.read_text())
        if mutation["caught_by"] != "probe":
            continue
        source, place = mutation["probe"]["from"], tuple(mutation["probe"]["to"])
        who = (None, users[source]) if source in users else (source, 0)
        before, after = ({place}, set()) if prediction.reaches(source, place) else (set(), {place})
        found = tried(listeners, who[0], {place}, who[1], awaited=before)
        report.expect(f"before mutation {file.stem}", found, before)
        change(system, path, made, mutation, report, file.stem)
        found = tried(listeners, who[0], {place}, who[1], awaited=after)
        report.expect(f"mutation {file.stem}: a probe tells {mutation['what']}", found, after)
        system.write(path, made)
        system.run("nft", "-f", path)


def change(system, path, made, mutation, report, name):
    if "filter" in mutation:
        old, new = mutation["filter"]
        report.expect(f"mutation {name}: its text is there", old in made, True)
        system.write(path, made.replace(old, new))
        system.run("nft", "-f", path)
    for command in mutation.get("nft", ()):
        system.run("nft", command)
