import os
import subprocess
import unittest
from pathlib import Path

from program import HostCase, vpsctl

SEED = bytes(range(32))
SIZE = 128 << 20
FAST = ["--pbkdf=pbkdf2", "--pbkdf-force-iterations=1000"]


class LoopCase(HostCase):
    """A volume on a loop device. Opening a LUKS container needs device-mapper; here a second loop device stands for
    what is inside it."""

    def setUp(self):
        super().setUp()
        self.disk = self.source = self.loop("disk")
        self.mount = self.root / "mnt"
        self.addCleanup(subprocess.run, ["chattr", "-i", self.mount], stderr=subprocess.DEVNULL)
        self.volume = {"mount": str(self.mount), "device": str(self.disk), "label": f"t{os.getpid() % 100000}"}
        self.describe({"volumes": {"vol": self.volume}})
        self.replace("hardware", lambda device: f"serial of {device}")
        self.replace("mount_by_table", self.mount_source)
        self.replace("seal", lambda seed: "sealed")

    def loop(self, name):
        with open(self.root / name, "wb") as file:
            file.truncate(SIZE)
        device = subprocess.check_output(["losetup", "--find", "--show", self.root / name], text=True).strip()
        self.addCleanup(subprocess.run, ["losetup", "--detach", device], check=True)
        return Path(device)

    def mount_source(self, mount):
        subprocess.run(["mount", self.source, mount], check=True)
        self.addCleanup(self.unmount)

    def unmount(self):
        if self.mount.is_mount():
            subprocess.run(["umount", self.mount], check=True)

    def blank(self, device=None):
        with open(device or self.disk, "r+b") as disk:
            disk.write(bytes(SIZE))

    def prepare(self):
        self.unmount()
        vpsctl.step_storage("vol")

    def refuses(self, pattern):
        before = self.disk.read_bytes()
        self.unmount()
        with self.assertRaisesRegex(vpsctl.Problem, pattern):
            vpsctl.step_storage("vol")
        self.assertEqual(self.disk.read_bytes(), before, "a byte was changed")
        self.assertFalse(self.mount.is_mount())


class Plain(LoopCase):
    def test_blank_is_made_once_and_found_again(self):
        directory = self.mount / "data"
        self.volume["directories"] = [f"d {directory} 0750 10000033 33"]
        self.prepare()
        state = directory.stat()
        self.assertEqual((state.st_uid, state.st_gid, state.st_mode & 0o777), (10_000_033, 33, 0o750))
        (directory / "kept").write_text("data")
        self.prepare()
        self.assertEqual((directory / "kept").read_text(), "data")

    def test_nothing_can_be_written_where_the_volume_is_missing(self):
        self.volume["device"] = "/dev/no-such-device"
        with self.assertRaisesRegex(vpsctl.Waiting, "isn't attached"):
            self.prepare()
        with self.assertRaises(PermissionError):
            (self.mount / "file").write_text("lost")

    def test_whatever_is_there_stays(self):
        found = {
            "ext4": ["mkfs.ext4", "-q", "-F", "-L", "other"],
            "btrfs": ["mkfs.btrfs", "-q", "-f"],
            "swap": ["mkswap"],
            "LVM2_member": ["pvcreate", "-q", "-y"],
            "gpt": ["sfdisk", "--quiet"],
            "dos": ["sfdisk", "--quiet"],
            "crypto_LUKS": ["cryptsetup", "luksFormat", "-q", *FAST, "--key-file=-"],
        }
        for what, command in found.items():
            with self.subTest(what):
                self.blank()
                subprocess.run([*command, self.disk], check=True, input=f"label: {what}\n".encode(), capture_output=True)
                self.refuses(f"holds {what}")

    def test_data_without_a_signature_stays(self):
        for place in (0, SIZE - 1, SIZE // 257, SIZE * 200 // 257 + 100):
            with self.subTest(place):
                self.blank()
                with open(self.disk, "r+b") as disk:
                    disk.seek(place)
                    disk.write(b"\1")
                self.refuses("holds data")

    def test_two_with_one_label_stop(self):
        for device in (self.disk, self.loop("copy")):
            subprocess.run(["mkfs.ext4", "-q", "-F", "-L", self.volume["label"], device], check=True)
        self.refuses("carry the label")

    def test_ours_is_found_by_label_wherever_it_is_attached(self):
        subprocess.run(["mkfs.ext4", "-q", "-F", "-L", self.volume["label"], self.disk], check=True)
        self.volume["device"] = "/dev/elsewhere"
        self.prepare()
        self.assertTrue(self.mount.is_mount())

    def test_a_cut_while_it_was_made_is_mended(self):
        for torn in ("nothing", "half", "unlabelled"):
            with self.subTest(torn):
                self.unmount()
                self.blank()
                vpsctl.begin("vol", self.disk)
                if torn == "half":
                    with open(self.disk, "r+b") as disk:
                        disk.write(os.urandom(1 << 20))
                if torn == "unlabelled":
                    subprocess.run(["mkfs.ext4", "-q", "-F", self.disk], check=True)
                self.prepare()
                self.assertEqual(vpsctl.labelled(self.volume), self.disk)

    def test_another_disk_is_not_taken_for_the_half_made_one(self):
        vpsctl.begin("vol", self.disk)
        with open(self.disk, "r+b") as disk:
            disk.write(b"precious")
        self.replace("hardware", lambda device: "another serial")
        self.refuses("holds data")
        self.replace("hardware", lambda device: "")
        (vpsctl.STATE / "creating/vol").write_text("")
        self.refuses("holds data")

    def test_a_service_can_not_lead_us_elsewhere(self):
        self.prepare()
        (self.root / "target").mkdir()
        (self.mount / "link").symlink_to(self.root / "target")
        self.volume["directories"] = [f"d {self.mount}/link 0777 4 4"]
        with self.assertRaises(vpsctl.Problem):
            self.prepare()
        self.assertEqual((self.root / "target").stat().st_uid, 0)


class Encrypted(LoopCase):
    def setUp(self):
        super().setUp()
        self.source = self.loop("inside")
        self.volume |= {"luks": f"{self.volume['label']}_luks", "mapper": "unused"}
        self.replace("open_container", lambda *_: self.source)
        vpsctl.write(vpsctl.SEED, SEED)

    def test_blank_becomes_a_container_with_our_token(self):
        self.prepare()
        note = vpsctl.token(self.disk)
        self.assertEqual((note["state"], note["volume"], note["seed"]), ("ready", "vol", vpsctl.identity(SEED)))
        label = subprocess.check_output(["blkid", "-p", "-o", "value", "-s", "LABEL", self.source], text=True).strip()
        self.assertEqual(label, self.volume["label"])
        self.assertTrue(vpsctl.opens(self.disk, vpsctl.derive(SEED, "luks", "vol")))
        before = self.disk.read_bytes()
        self.prepare()
        self.assertEqual(self.disk.read_bytes(), before)

    def test_a_cut_at_any_point_is_mended(self):
        for name in ("make_container", "write_token", "open_container", "make_filesystem", "end"):
            with self.subTest(name):
                self.unmount()
                self.blank()
                with unittest.mock.patch.object(vpsctl, name, side_effect=KeyboardInterrupt):
                    with self.assertRaises(KeyboardInterrupt):
                        self.prepare()
                self.prepare()
                self.assertEqual(vpsctl.token(self.disk)["state"], "ready")

    def test_a_cut_inside_format_is_mended(self):
        for torn in (os.urandom(1 << 16), bytes(4096), b""):
            self.unmount()
            self.blank()
            vpsctl.begin("vol", self.disk)
            if not torn:
                self.format(self.volume["luks"], b"a key of which the header never heard")
            with open(self.disk, "r+b") as disk:
                disk.write(torn)
            self.prepare()
            self.assertEqual(vpsctl.token(self.disk)["state"], "ready")

    def format(self, label, key):
        subprocess.run(["cryptsetup", "luksFormat", "-q", "--label", label, *FAST, "--key-file=-", self.disk], check=True, input=key)

    def test_a_volume_of_another_seed_stays(self):
        self.prepare()
        vpsctl.write(vpsctl.SEED, bytes(32))
        self.refuses("this host's seed doesn't open")

    def test_a_container_with_our_label_but_without_our_token_stays(self):
        self.format(self.volume["luks"], b"somebody's")
        self.refuses("holds crypto_LUKS")

    def test_a_ready_volume_is_never_made_again(self):
        self.prepare()
        self.unmount()
        self.blank(self.source)
        before = self.disk.read_bytes()
        with self.assertRaises(subprocess.CalledProcessError):
            self.prepare()
        self.assertEqual(self.disk.read_bytes(), before)
        self.assertFalse(self.source.read_bytes().strip(b"\0"))

    def test_no_seed_is_made_where_an_old_one_may_be(self):
        vpsctl.require_no_older_seed()
        self.prepare()
        with self.assertRaisesRegex(vpsctl.Waiting, "waits for the seed"):
            vpsctl.require_no_older_seed()
        self.assertTrue(vpsctl.knows(SEED))
        self.assertFalse(vpsctl.knows(bytes(32)))
        self.volume |= {"device": "/dev/no-such-device", "luks": "other_luks"}
        with self.assertRaisesRegex(vpsctl.Waiting, "isn't attached"):
            vpsctl.require_no_older_seed()


if __name__ == "__main__":
    unittest.main()
