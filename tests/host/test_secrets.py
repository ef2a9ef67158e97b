import io
import json
import subprocess
import unittest
from pathlib import Path
from unittest import mock

from program import HostCase, vpsctl

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())
SEED = bytes.fromhex(VECTORS["seed"])


class Derivation(unittest.TestCase):
    def test_vectors_are_frozen(self):
        for vector in VECTORS["keys"]:
            derived = vpsctl.derive(SEED, *vector["info"][1:], length=len(vector["key"]) // 2)
            self.assertEqual(derived.hex(), vector["key"], vector["info"])
        for vector in VECTORS["passwords"]:
            self.assertEqual(vpsctl.password(SEED, vector["owner"], vector["name"], vector.get("generation", "1")), vector["password"])
        self.assertEqual(vpsctl.identity(SEED), VECTORS["identity"])

    def test_derivation_is_the_standard_one(self):
        info = b"".join(len(part).to_bytes(2, "big") + part for part in (b"vpsgen/v1", b"luks", b"private", b"", b"1"))
        options = ["digest:SHA256", f"hexkey:{SEED.hex()}", f"hexinfo:{info.hex()}"]
        command = ["openssl", "kdf", "-keylen", "32", *(word for option in options for word in ("-kdfopt", option)), "HKDF"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        derived = vpsctl.derive(SEED, "luks", "private")
        self.assertEqual(printed.strip().replace(":", "").lower(), derived.hex())

    def test_no_two_purposes_share_a_label(self):
        self.assertNotEqual(vpsctl.derive(SEED, "a", "bc"), vpsctl.derive(SEED, "ab", "c"))
        self.assertNotEqual(vpsctl.derive(SEED, "a", "b", "c"), vpsctl.derive(SEED, "a", "b", "", "c"))

    def test_passwords_have_128_bits_and_no_character_that_means_something(self):
        self.assertRegex(vpsctl.password(SEED, "service", "name"), r"^[a-f0-9]{32}$")


class Files(HostCase):
    def setUp(self):
        super().setUp()
        self.replace("SECRETS", self.root)
        self.path = self.root / "app/database"
        secrets = [["database", "db/password", 0, 0], ["database2", "given/relay", 0, 0]]
        self.zones = {"z": {"services": {"app": {"image": "x", "secrets": secrets}}}}
        self.describe({"zones": self.zones})

    def test_a_given_secret_is_named_until_it_is_there(self):
        vpsctl.write(vpsctl.SEED, SEED)
        with self.assertRaisesRegex(vpsctl.Waiting, "given/relay isn't here"):
            vpsctl.step_secrets("z")
        self.give("given/relay", b"it's \xff\n")
        vpsctl.step_secrets("z")
        self.assertEqual(self.path.read_text(), vpsctl.password(SEED, "db", "password"))
        self.assertEqual(Path(f"{self.path}2").read_bytes(), b"it's \xff")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o400)

    def test_a_later_generation_is_another_password(self):
        vpsctl.write(vpsctl.SEED, SEED)
        self.zones["z"]["services"]["app"]["secrets"] = [["database", "db/password/2", 0, 0]]
        vpsctl.step_secrets("z")
        self.assertEqual(self.path.read_text(), vpsctl.password(SEED, "db", "password", "2"))
        self.assertNotEqual(self.path.read_text(), vpsctl.password(SEED, "db", "password"))

    def give(self, name, value):
        with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(value))):
            vpsctl.do_secret("set", name)

    def test_only_what_is_asked_for_can_be_given(self):
        for name in ("db/password", "given/other", "given/../keys/seed"):
            with self.assertRaisesRegex(vpsctl.Problem, "only these can be set: given/rclone given/relay"):
                self.give(name, b"x")

    def test_without_a_recovery_key_no_seed_is_made(self):
        with self.assertRaisesRegex(vpsctl.Waiting, "nobody could recover"):
            vpsctl.step_seed()
        self.assertFalse(vpsctl.SEED.exists())

    def test_a_sealed_copy_opens_with_the_owners_key_and_unlocks(self):
        key = self.root / "key"
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
        public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
        self.describe({"recovery": public})
        vpsctl.step_seed()
        (sealed,) = (vpsctl.ETC / "keys").glob("*.age")
        opened = subprocess.run(["age", "-d", "-i", key, sealed], check=True, capture_output=True, text=True).stdout
        seed = vpsctl.SEED.read_bytes()
        self.assertEqual(opened, f"vpsgen-seed-v1 box {seed.hex()}\n")
        vpsctl.SEED.unlink()
        with self.assertRaisesRegex(vpsctl.Problem, "not the seed of an attached volume"):
            vpsctl.unlock(opened, lambda _: False)
        vpsctl.unlock(opened, seed.__eq__)
        self.assertEqual(vpsctl.SEED.read_bytes(), seed)


if __name__ == "__main__":
    unittest.main()
