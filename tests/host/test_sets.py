"""Backup sets with the real restic and rclone, in a repository that is a directory. Containers are replaced by small
programs: what a database holds is a file, and Docker knows only the version of an image."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path
from unittest import mock

from program import HostCase, vpsctl

SEED = bytes(range(32))
DOCKER = """#!/bin/sh
case "$*" in
    *run*) cat "$(dirname "$0")/../version" ;;
    *) printf '/db postgres:16 sha256:0123' ;;
esac
"""


class Sets(HostCase):
    def setUp(self):
        super().setUp()
        self.data, self.database = self.root / "data", self.root / "database"
        self.files, self.remote = self.data / "files", self.root / "remote"
        self.files.mkdir(parents=True)
        self.remote.mkdir()
        service = {"directories": [str(self.files)]}
        database = {"image": "postgres:16", "version": ["postgres", "-V"], "dump": ["cat", str(self.database)],
                    "restore": ["cp", "/dev/stdin", str(self.database)]}
        self.description = {
            "backup": {"agent": "agent", "remote": str(self.remote), "keep": "--keep-daily 7"},
            "volumes": {"data": {"mount": str(self.data)}},
            "zones": {"z": {"volume": "data", "services": {"app": service, "db": database}}},
        }
        self.describe(self.description)
        self.replace("KEY", vpsctl.ETC / "keys/backup")
        self.replace("MANIFEST", vpsctl.STATE / "manifest")
        self.replace("inside", lambda service, user, command: command)
        self.replace("compose", lambda *_: "")
        self.command("docker", DOCKER)
        self.command("systemctl", f"#!/bin/sh\necho \"$*\" >>{self.root}/systemctl\n")
        self.environment(RESTIC_REPOSITORY=f"{self.remote}/box", RESTIC_PASSWORD_FILE=str(vpsctl.KEY),
                         RESTIC_CACHE_DIR=f"{self.root}/cache")
        vpsctl.write(vpsctl.ETC / "host.json", "{}")
        self.is_seed(SEED)
        self.holds("1")
        (self.root / "version").write_text("16\n")

    def environment(self, **values):
        patch = mock.patch.dict(os.environ, values)
        patch.start()
        self.addCleanup(patch.stop)

    def is_seed(self, seed):
        vpsctl.SEED.unlink(missing_ok=True)
        vpsctl.write(vpsctl.SEED, seed)
        vpsctl.write(vpsctl.ETC / f"keys/{vpsctl.identity(seed)}.age", "sealed")

    def holds(self, text):
        """Makes this the data."""
        (self.files / "file").write_text(f"file {text}")
        self.database.write_text(f"rows {text}")

    def held(self):
        return (self.files / "file").read_text(), self.database.read_text()

    def lose(self):
        """The data is another, and no volume knows of any set."""
        self.holds("that must not be overwritten")
        shutil.rmtree(self.data / ".vpsgen")

    def refused(self, pattern, *what):
        before = self.held()
        with self.assertRaisesRegex(vpsctl.Problem, pattern):
            vpsctl.do_restore(*(what or ["latest"]))
        self.assertEqual(self.held(), before)
        self.assertFalse((self.root / "systemctl").exists(), "nothing was stopped")

    def snapshot(self, number):
        return next(name for made, name in vpsctl.sets() if made == number)

    def forge(self, number, text, signature=None):
        """A set with the number, of somebody who can write to the repository; signed by this host, or not."""
        vpsctl.write(vpsctl.MANIFEST, f"{signature or vpsctl.sign(text)}\n{text}")
        vpsctl.run(f"restic backup --tag {number}", vpsctl.MANIFEST, self.files)


class Restore(Sets):
    def test_a_set_brings_everything_back_and_says_so(self):
        vpsctl.do_backup()
        self.lose()
        with mock.patch("builtins.print") as said:
            vpsctl.do_restore("latest")
        self.assertEqual(self.held(), ("file 1", "rows 1"))
        self.assertRegex(said.call_args[0][0], r"^restored from set 1 of 20\d\d-\d\d-\d\d \d\d:\d\d: app db$")
        calls = (self.root / "systemctl").read_text().splitlines()
        self.assertEqual(calls, ["stop vpsgen-zone@z", "start vpsgen-zone@z"])

    def test_newer_sets_are_named(self):
        self.description["backup"]["keep"] = "--keep-last 9"
        vpsctl.do_backup()
        first = self.snapshot(1)
        vpsctl.do_backup()
        with mock.patch("builtins.print") as said:
            vpsctl.do_restore(first)
        self.assertRegex(said.call_args[0][0], "^restored from set 1 of .*: app db; newer: set 2$")

    def test_one_service_leaves_the_others_alone(self):
        vpsctl.do_backup()
        self.holds("2")
        vpsctl.do_restore("db", "--from", "latest")
        self.assertEqual(self.held(), ("file 2", "rows 1"))
        with self.assertRaisesRegex(vpsctl.Problem, "no set has a part of web"):
            vpsctl.do_restore("web", "--from", "latest")

    def test_the_manifest_tells_what_the_set_is(self):
        vpsctl.do_backup()
        _, manifest = vpsctl.choose("latest")
        dump = str(self.data / ".vpsgen/dumps/db")
        self.assertEqual(manifest["versions"], {"db": "16"})
        self.assertEqual(manifest["images"], ["/db postgres:16 sha256:0123"])
        self.assertEqual(manifest["parts"], {str(self.files): "", dump: vpsctl.checksum(self.database)})

    def test_a_set_is_named_by_its_day_or_its_snapshot(self):
        vpsctl.do_backup()
        self.holds("2")
        vpsctl.do_backup()
        oldest = self.snapshot(1) if len(vpsctl.sets()) > 1 else None
        self.assertIsNone(oldest, "the retention keeps one a day")
        self.assertEqual(vpsctl.choose("2999-01-01")[0], self.snapshot(2))
        self.assertEqual(vpsctl.choose(self.snapshot(2)[:8])[0], self.snapshot(2))
        self.refused("no set counts for 2000-01-01", "2000-01-01")
        self.refused("no set counts for ffffffff", "ffffffff")


class Refusals(Sets):
    def setUp(self):
        super().setUp()
        self.description["backup"]["keep"] = "--keep-last 9"
        vpsctl.do_backup()

    def test_the_key_of_another_seed(self):
        self.lose()
        self.is_seed(bytes(32))
        vpsctl.write(vpsctl.KEY, vpsctl.repository_key(bytes(32)))
        self.refused("wrong password")
        with self.assertRaisesRegex(vpsctl.Problem, "doesn't open with this host's seed"):
            vpsctl.step_backup()

    def test_a_forged_set_doesn_t_count_and_the_last_good_one_does(self):
        self.forge(7, json.dumps({"number": 7, "time": "2999", "parts": {}, "versions": {}}), "0" * 64)
        self.assertEqual(vpsctl.choose("latest")[0], self.snapshot(1))
        self.lose()
        self.refused("forged", self.snapshot(7))

    def test_a_manifest_counts_for_its_own_set_only(self):
        signature, _, text = vpsctl.MANIFEST.read_text().partition("\n")
        self.forge(8, text, signature)
        self.lose()
        self.refused("another set's", self.snapshot(8))

    def test_a_set_that_is_there_twice(self):
        signature, _, text = vpsctl.MANIFEST.read_text().partition("\n")
        self.forge(1, text, signature)
        self.lose()
        self.refused("two sets have the number 1")

    def test_newer_sets_that_were_taken_away(self):
        self.holds("2")
        first = self.snapshot(1)
        vpsctl.do_backup()
        vpsctl.run("restic forget", self.snapshot(2))
        self.refused("set 2 is gone")
        vpsctl.do_restore(first)
        self.assertEqual(self.held(), ("file 1", "rows 1"))
        vpsctl.do_backup()
        self.assertEqual(vpsctl.choose("latest")[1]["number"], 3, "no number is used again")

    def test_a_dump_of_another_version(self):
        self.lose()
        (self.root / "version").write_text("17\n")
        self.refused("db is of version 17, its dump of 16: nothing was changed")

    def test_a_part_that_isn_t_in_the_set(self):
        other = str(self.root / "other")
        self.description["zones"]["z"]["services"]["app"]["directories"].append(other)
        self.lose()
        self.refused("other is missing in the set")

    def test_a_dump_that_was_changed(self):
        _, manifest = vpsctl.choose("latest")
        path = self.data / ".vpsgen/dumps/db"
        path.write_text("DROP TABLE")
        text = json.dumps(manifest | {"number": 9})
        vpsctl.write(vpsctl.MANIFEST, f"{vpsctl.sign(text)}\n{text}")
        vpsctl.run("restic backup --tag 9", vpsctl.MANIFEST, self.files, path)
        self.lose()
        self.refused("isn't what it was: nothing was changed")

    def test_a_truncated_part_in_the_repository(self):
        self.lose()
        shutil.rmtree(self.root / "cache")
        packs = sorted((self.remote / "box/data").glob("*/*"), key=lambda path: path.stat().st_size)
        for pack in packs:
            pack.chmod(0o600)
            with pack.open("r+b") as file:
                file.truncate(pack.stat().st_size // 2)
        self.refused("restic|no set counts")

    def test_a_missing_pack_in_the_repository(self):
        self.lose()
        shutil.rmtree(self.root / "cache")
        for pack in (self.remote / "box/data").glob("*/*"):
            pack.unlink()
        self.refused("restic|no set counts")

    def test_to_restore_from_it_a_repository_has_to_be_there(self):
        self.describe(self.description | {"restore": "latest"})
        shutil.rmtree(self.remote / "box")
        with self.assertRaisesRegex(vpsctl.Problem, "doesn't open"):
            vpsctl.step_backup()
        self.assertFalse((self.remote / "box").exists(), "none is made")


class FirstBoot(Sets):
    """A new host with new volumes, of a build that restores."""

    def setUp(self):
        super().setUp()
        self.description |= {"restore": "latest", "recovery": "age1"}
        self.description["zones"]["z"]["services"]["db"]["secrets"] = []
        first = {key: value for key, value in self.description.items() if key != "restore"}
        self.describe(first)
        vpsctl.do_backup()
        shutil.rmtree(self.data)
        self.files.mkdir(parents=True)
        self.holds("of a new application")
        vpsctl.SEED.unlink()
        self.describe(self.description)

    def test_no_seed_is_made_and_only_the_one_of_the_backup_is_taken(self):
        with self.assertRaisesRegex(vpsctl.Waiting, "secret set given/rclone, then vpsctl unlock"):
            vpsctl.step_seed()
        with self.assertRaisesRegex(vpsctl.Problem, "not the seed of an attached volume or of the backup"):
            vpsctl.unlock(f"vpsgen-seed-v1 box {'00' * 32}\n", vpsctl.knows)
        self.assertFalse(vpsctl.SEED.exists())
        vpsctl.unlock(f"vpsgen-seed-v1 box {SEED.hex()}\n", vpsctl.knows)
        self.assertEqual(vpsctl.SEED.read_bytes(), SEED)

    def test_the_sealed_copies_of_the_backup_can_be_had(self):
        with mock.patch("builtins.print") as said:
            vpsctl.do_sealed()
        self.assertEqual([call.args for call in said.call_args_list], [("sealed",)])

    def test_what_is_new_is_filled_once_and_before_any_zone_starts(self):
        self.is_seed(SEED)
        self.assertRegex(vpsctl.step_restore(), "^restored from set 1 of .*: app db$")
        self.assertEqual(self.held(), ("file 1", "rows 1"))
        vpsctl.step_zone("z")
        self.holds("2")
        self.assertEqual(vpsctl.step_restore(), "")
        self.assertEqual(self.held(), ("file 2", "rows 2"))

    def test_one_that_was_cut_short_is_begun_again(self):
        self.is_seed(SEED)
        with mock.patch.object(vpsctl, "compose", side_effect=vpsctl.Problem("power")), self.assertRaises(vpsctl.Problem):
            vpsctl.step_restore()
        self.assertRegex(vpsctl.step_restore(), "app db$")
        self.assertEqual(self.held(), ("file 1", "rows 1"))


class Rehearsal(Sets):
    def setUp(self):
        super().setUp()
        self.description["zones"]["z"]["services"]["db"]["rehearsal"] = ["70:70", ["load", "--query"]]
        self.command("docker", DOCKER.replace("*run*)", f'*--query*) echo "$*" >{self.root}/rehearsed; sed "s/$/ are 3 tables/" ;;\n    *run*)'))
        vpsctl.do_backup()

    def test_it_says_what_is_in_the_set_and_leaves_nothing(self):
        self.holds("2")
        vpsctl.do_rehearse()
        line = f"{hashlib.sha256(b'file 1').hexdigest()}  - {str(self.files / 'file').lstrip('/')}\n"
        total = hashlib.sha256(line.encode()).hexdigest()[:16]
        self.assertRegex(self.announced[-1], f"rehearsal done set 1 of .*, {self.files}: 1 files {total}, db: rows 1 are 3 tables")
        self.assertIn("--network none", (self.root / "rehearsed").read_text())
        self.assertEqual(self.held(), ("file 2", "rows 2"))
        self.assertFalse(vpsctl.staged("z").exists())
        self.assertTrue((vpsctl.STATE / "rehearsal").exists())
        self.assertIn("db: rows 1 are 3 tables", vpsctl.summary(vpsctl.known()))

    def test_a_set_that_can_t_be_restored_is_told_of(self):
        for pack in (self.remote / "box/data").glob("*/*"):
            pack.unlink()
        shutil.rmtree(self.root / "cache")
        with self.assertRaises(vpsctl.Problem):
            vpsctl.do_rehearse()
        self.assertIn("rehearsal failed", self.announced[-1])
        self.assertEqual(vpsctl.word(vpsctl.known()), "FAILED")
        self.assertFalse((vpsctl.STATE / "rehearsal").exists())


class Making(Sets):
    def test_what_restic_could_not_complete_is_taken_back(self):
        vpsctl.do_backup()
        restic = shutil.which("restic")
        self.command("restic", f'#!/bin/sh\n{restic} "$@" || exit\ncase $1 in backup) exit 3 ;; esac\n')
        with self.assertRaises(vpsctl.Problem):
            vpsctl.do_backup()
        self.assertEqual([number for number, _ in vpsctl.sets()], [1])
        self.assertIn("backup failed", self.announced[-1])

    def test_a_dump_that_failed_makes_no_set(self):
        vpsctl.do_backup()
        self.database.unlink()
        with self.assertRaises(vpsctl.Problem):
            vpsctl.do_backup()
        self.assertEqual([number for number, _ in vpsctl.sets()], [1])

    def test_a_directory_that_isn_t_there_makes_no_set(self):
        shutil.rmtree(self.files)
        with self.assertRaisesRegex(vpsctl.Problem, "isn't there: attach its volume"):
            vpsctl.do_backup()
        self.assertEqual(vpsctl.sets(), [])

    def test_no_secret_is_in_a_command_line_or_in_anything_that_is_said(self):
        said = io.StringIO()
        with mock.patch("subprocess.run", wraps=subprocess.run) as runs, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            vpsctl.do_backup()
            vpsctl.do_restore("latest")
            vpsctl.do_sealed()
            self.database.unlink()
            for doing in (vpsctl.do_backup, lambda: vpsctl.do_restore("2000-01-01")):
                try:
                    doing()
                except vpsctl.Problem as problem:
                    print(problem)
        self.assertIn("No such file", said.getvalue())
        status = (vpsctl.STATE / "status.json").read_text()
        lines = "\n".join([said.getvalue(), status, *self.announced, *(str(call.args) for call in runs.call_args_list)])
        self.assertGreater(len(runs.call_args_list), 10)
        for secret in (SEED.hex(), vpsctl.repository_key(SEED), vpsctl.derive(SEED, "backup", "manifest").hex()):
            self.assertNotIn(secret, lines)


if __name__ == "__main__":
    unittest.main()
