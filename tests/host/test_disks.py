"""The storage table against prior states of a disk that chance puts together, always the same ones: what isn't ours keeps
every byte, what is ours is mounted, and what is blank is made. Devices are small sparse files on loop devices; what is inside
a LUKS container is not needed here, since nothing foreign gets that far."""

import random
import subprocess
import unittest

from program import vpsctl
from test_storage import FAST, LoopCase

STATES = 300
SMALL = 24 << 20
OURS, FOREIGN = "ours", "foreign"


def tool(*command, text=b""):
    return lambda case, chance: subprocess.run([*command, case.disk], check=True, input=text, capture_output=True)


def scattered(case, chance):
    """Data that no program knows, at the edges, where every byte is looked at."""
    with open(case.disk, "r+b") as disk:
        disk.seek(chance.choice((chance.randrange(vpsctl.EDGE), SMALL - 1 - chance.randrange(vpsctl.EDGE))))
        disk.write(bytes([chance.randrange(1, 256)]))


def half_made_by_another(case, chance):
    """A record of a disk that this one isn't."""
    vpsctl.begin("vol", case.disk)
    case.replace("hardware", lambda device: "another serial")
    with open(case.disk, "r+b") as disk:
        disk.write(chance.randbytes(4096))


def half_made(case, chance):
    """What a power cut leaves: the record, and perhaps a file system without its label."""
    vpsctl.begin("vol", case.disk)
    if chance.random() < 0.5:
        subprocess.run(["mkfs.ext4", "-qF", case.disk], check=True)


def twice(case, chance):
    """A copy of ours beside ours."""
    other = case.loop("copy")
    for device in (case.disk, other):
        subprocess.run(["mkfs.ext4", "-qF", "-L", case.volume["label"], device], check=True)


def read_only(case, chance):
    subprocess.run(["blockdev", "--setro", case.disk], check=True)


def too_small(case, chance):
    subprocess.run(["losetup", "-d", case.disk], check=True)
    with open(case.root / "disk", "wb") as file:
        file.truncate(chance.choice((4096, 65536)))
    subprocess.run(["losetup", case.disk, case.root / "disk"], check=True)


PRIOR = {
    "blank": (OURS, lambda *_: None),
    "ours": (OURS, lambda case, _: subprocess.run(["mkfs.ext4", "-qF", "-L", case.volume["label"], case.disk], check=True)),
    "half made": (OURS, half_made),
    "half made, but another disk": (FOREIGN, half_made_by_another),
    "swapped order": (FOREIGN, tool("mkfs.ext4", "-qFL", "vpsgen-other")),
    "wrong label": (FOREIGN, tool("mkfs.ext4", "-qFL", "photos")),
    "no label": (FOREIGN, tool("mkfs.ext4", "-qF")),
    "ext2": (FOREIGN, tool("mkfs.ext2", "-qF")),
    "swap": (FOREIGN, tool("mkswap")),
    "LVM": (FOREIGN, tool("pvcreate", "-qy")),
    "RAID member": (FOREIGN, lambda case, _: raid(case)),
    "GPT": (FOREIGN, tool("sfdisk", "-q", text=b"label: gpt\n,16M\n")),
    "DOS": (FOREIGN, tool("sfdisk", "-q", text=b"label: dos\n,16M\n")),
    "foreign LUKS": (FOREIGN, tool("cryptsetup", "luksFormat", "-q", *FAST, "--key-file=-", text=b"a key")),
    "data": (FOREIGN, scattered),
    "twice": (FOREIGN, twice),
    "read-only": (FOREIGN, read_only),
    "too small": (FOREIGN, too_small),
}


def raid(case):
    """The first superblock of Linux's RAID, version 1.2: its magic number is what tells it."""
    magic, version = (0xA92B4EFC).to_bytes(4, "little"), (1).to_bytes(4, "little")
    block = bytearray(magic + version + bytes(248))
    # Sum of the block's words, at its own place.
    block[128:136] = (8).to_bytes(8, "little")
    block[144:152] = (8).to_bytes(8, "little")
    total = sum(int.from_bytes(block[at:at + 4], "little") for at in range(0, 256, 4))
    block[216:220] = ((total & 0xFFFFFFFF) + (total >> 32)).to_bytes(4, "little")
    with open(case.disk, "r+b") as disk:
        disk.seek(4096)
        disk.write(block)


class Disks(LoopCase):
    def content(self):
        subprocess.run(["sync", self.disk], check=True)
        return (self.root / "disk").read_bytes()

    def fresh(self):
        """The same device, blank again, and a host that knows nothing of it."""
        self.unmount()
        subprocess.run(["blockdev", "--setrw", self.disk], check=True)
        subprocess.run(["losetup", "-d", self.disk], check=True)
        with open(self.root / "disk", "wb") as file:
            file.truncate(SMALL)
        subprocess.run(["losetup", self.disk, self.root / "disk"], check=True)
        (vpsctl.STATE / "creating/vol").unlink(missing_ok=True)
        self.replace("hardware", lambda device: f"serial of {device}")

    def check(self, name, wanted):
        before = self.content()
        try:
            vpsctl.step_storage("vol")
        except (vpsctl.Problem, OSError):
            self.assertEqual(wanted, FOREIGN, name)
        else:
            self.assertEqual(wanted, OURS, name)
            self.assertTrue(self.mount.is_mount(), name)
        if wanted == FOREIGN:
            self.assertTrue(self.content() == before, f"{name}: a byte was changed")
            self.assertFalse(self.mount.is_mount(), name)

    def test_what_is_not_ours_keeps_every_byte(self):
        chance = random.Random(1)
        names = [*PRIOR, *chance.choices([*PRIOR], k=STATES - len(PRIOR))]
        for number, name in enumerate(names):
            wanted, make = PRIOR[name]
            with self.subTest(number=number, name=name):
                self.fresh()
                make(self, chance)
                self.check(name, wanted)
                if name == "twice":
                    self.forget_copy()
        self.assertEqual(set(names), set(PRIOR))

    def forget_copy(self):
        """Lets go of the copy, so that the next state isn't one of two."""
        for line in subprocess.check_output(["losetup", "-j", self.root / "copy", "-n", "-O", "NAME"], text=True).split():
            subprocess.run(["wipefs", "-qa", line], check=True)


if __name__ == "__main__":
    unittest.main()
