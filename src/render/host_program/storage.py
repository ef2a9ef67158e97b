"""Volumes by one table: blank -> create; ours -> open and mount; anything else -> say what it is and change no byte.
Labels name a volume, never a device's path alone. What is half made is known by a record that was on the disk before
the first byte was written, and inside LUKS by the state in our token."""

import json
import os
from pathlib import Path

from .host import ETC, HOST, SHARE, STATE, Problem, Waiting, call, merge, records, run, succeeds, write
from .seed import SEED, derive, identity, keep_sealed, load, seal

BLOCK = Path("/sys/class/block")
OURS = r"(?s)# vpsgen\n.*# vpsgen end\n"
EDGE, SAMPLE = 1 << 20, 1 << 16


def signatures(device):
    """The types of all that was ever written on a device and can still be told."""
    return run("wipefs --noheadings -O TYPE", device).split()


def labelled(volume):
    """The device that carries the volume's label."""
    label = volume.get("luks", volume["label"])
    found = call("blkid -c /dev/null -o device -t", f"LABEL={label}").stdout.decode().split()
    if len(found) > 1:
        raise Problem(f"{' and '.join(found)} carry the label {label}: detach the copy")
    return Path(*found) if found else None


def attached(name):
    path = Path(HOST["volumes"][name]["device"])
    if not path.exists():
        raise Waiting(f"the volume {name} isn't attached: attach it with the device path {path}")
    return path.resolve()


def require_blank(name, device):
    """Blank is what has no signature of any kind, no part in use, and zeros wherever one looks."""
    found = signatures(device)
    used = [*BLOCK.glob(f"{device.name}/*/partition"), *BLOCK.glob(f"{device.name}/holders/*")]
    if found or used or not is_zero(device):
        what = " ".join(found) or "data"
        raise Problem(f"{device} should become the volume {name}, but holds {what}: attach a blank one")


def is_zero(device):
    """The first and last MiB, and 64 KiB at each of 256 places between."""
    with open(device, "rb") as disk:
        size = disk.seek(0, os.SEEK_END)
        places = (*range(0, EDGE, SAMPLE), *range(0, size, size // 257), *range(max(0, size - EDGE), size, SAMPLE))
        return not any(os.pread(disk.fileno(), SAMPLE, place).strip(b"\0") for place in places)


def hardware(device):
    """What tells this disk from any other, so that a record of it can't be taken for another's."""
    return run("udevadm info -q property --property=ID_SERIAL,ID_WWN", device)


def begin(name, device):
    """From here on the device may hold what we write; the record of it is on the disk before that."""
    record = STATE / "creating" / name
    torn = {"ext4", "crypto_LUKS"}.issuperset(signatures(device))
    if not (torn and record.exists() and record.read_text() == hardware(device) != ""):
        require_blank(name, device)
        write(record, hardware(device))
        os.sync()


def end(name):
    """From here on nothing is made again."""
    (STATE / "creating" / name).unlink(missing_ok=True)
    os.sync()


def token(device):
    """Our note in a LUKS header: the volume's name, its state, the sealed seed."""
    tokens = json.loads(run("cryptsetup luksDump --dump-json-metadata", device))["tokens"].values()
    return next((note for note in tokens if note["type"] == "vpsgen"), None)


def write_token(device, note):
    replace = "--token-replace" if token(device) else ""
    run(f"cryptsetup token import --token-id 0 {replace} --json-file=-", device, input=json.dumps(note).encode())


def opens(device, key):
    return succeeds("cryptsetup open --test-passphrase --key-file=-", device, input=key)


def require_no_older_seed():
    """Passes only if every volume is here and none was made under a seed: no old one can be missed."""
    for name, volume in HOST["volumes"].items():
        if "luks" in volume:
            old = labelled(volume)
            if not old:
                require_blank(name, attached(name))
        else:
            old = "device" in volume and any((records(name) / "sealed").glob("*.age"))
        if old:
            raise Waiting(f"the volume {name} waits for the seed that it was made with: vpsctl unlock")


def knows(seed):
    """Whether an attached volume was made with the seed; without any, to restore, whether the backup's repository was."""
    if "restore" in HOST and succeeds("restic cat config --password-file=/dev/stdin", input=derive(seed, "backup", "restic").hex().encode()):
        return True
    copies = [(records(name) / "sealed" / f"{identity(seed)}.age").exists() for name in HOST["volumes"]]
    encrypted = [(name, labelled(volume)) for name, volume in HOST["volumes"].items() if "luks" in volume]
    return any(copies) or any(device and opens(device, derive(seed, "luks", name)) for name, device in encrypted)


def step_seed():
    """Makes the seed, but only where no old one can be missed, and nothing before somebody can recover it."""
    if "recovery" not in HOST:
        raise Waiting("nobody could recover this host's data: build with access.recovery")
    if not SEED.exists():
        require_no_older_seed()
        if "restore" in HOST:
            raise Waiting("the backup waits for the seed that it was made with: vpsctl secret set given/rclone, then vpsctl unlock")
        write(SEED, os.urandom(32), 0o400)
        os.sync()
    keep_sealed(load(), ETC / "keys")
    for name, volume in HOST["volumes"].items():
        if "device" in volume and "luks" not in volume:
            keep_sealed(load(), records(name) / "sealed")


def step_storage(name):
    """Takes a volume from whatever it is to mounted, with its directories; or says why not."""
    volume = HOST["volumes"][name]
    mount = Path(volume["mount"])
    mount.mkdir(0o755, True, True)
    if "device" in volume and not mount.is_mount():
        if not any(mount.iterdir()):
            run("chattr +i", mount)
        (prepare_encrypted if "luks" in volume else prepare_plain)(name, volume, labelled(volume))
        mount_by_table(mount)
    records(name).mkdir(0o711, True, True)
    directories = volume.get("directories", [])
    run("systemd-tmpfiles --create -", input="\n".join(directories).encode())
    # It leaves a link alone, but Docker would follow it.
    for path in [Path(line.split()[1]) for line in directories]:
        if not path.is_dir() or path.resolve() != path:
            raise Problem(f"{path} isn't a directory")


def prepare_plain(name, volume, device):
    if not device:
        device = attached(name)
        begin(name, device)
        make_filesystem(volume, device)
    end(name)


def prepare_encrypted(name, volume, device):
    """Each part is skipped if it was done: container, token, file system, and the token's last word."""
    key = derive(load(), "luks", name)
    write(ETC / "keys" / name, key, 0o400)
    note = device and token(device)
    if not note:
        device = device or attached(name)
        begin(name, device)
        note = make_container(name, volume, device, key)
    if not opens(device, key):
        raise Problem(f"this host's seed doesn't open {device}, labelled as the volume {name}: attach its own one")
    if note["state"] == "creating":
        make_filesystem(volume, open_container(volume, device, key))
        write_token(device, note | {"state": "ready"})
    end(name)


def make_container(name, volume, device, key):
    """The key is random: to stretch it would only cost time and memory at each boot."""
    stretching = "--pbkdf pbkdf2 --pbkdf-force-iterations 1000"
    run(f"cryptsetup luksFormat -q --type luks2 {stretching} --key-file=- --label", volume["luks"], device, input=key)
    note = {"type": "vpsgen", "keyslots": [], "volume": name, "seed": identity(load()), "sealed": seal(load())}
    write_token(device, note | {"state": "creating"})
    return token(device)


def open_container(volume, device, key):
    mapped = Path("/dev/mapper", volume["mapper"])
    if not mapped.exists():
        run("cryptsetup open --key-file=-", device, mapped.name, input=key)
    return mapped


def make_filesystem(volume, device):
    """Only `begin` or a token in state "creating" leads here. The label comes last: what carries it is whole."""
    run("mkfs.ext4 -qFm1", device)
    run("e2label", device, volume["label"])


def mount_by_table(mount):
    """Mounts by the tables that the next boots use, so that what works now works then."""
    for name in ("crypttab", "fstab"):
        merge(f"/etc/{name}", OURS, (SHARE / name).read_text())
    run("systemctl daemon-reload")
    run("udevadm settle")
    run("systemctl start", run("systemd-escape -p --suffix=mount", mount).strip())
