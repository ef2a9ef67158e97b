"""One seed, and everything that is derived from it. The derivation is frozen: HKDF-SHA256 (RFC 5869) without salt,
whose info is each of "vpsgen/v1", kind, owner, name, generation after its length in two bytes, big-endian. Nothing
is longer than a block of SHA-256, so that one round of its expansion is all of it."""

import hmac

from .host import ETC, HOST, SECRETS, Problem, Waiting, run, services, write

SEED = ETC / "keys/seed"


def derive(seed, kind, owner, name="", generation="1", length=32):
    """The key of one purpose. No two purposes share an info, since each part says where it ends."""
    parts = [part.encode() for part in ("vpsgen/v1", kind, owner, name, generation)]
    info = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    extracted = hmac.digest(bytes(32), seed, "sha256")
    return hmac.digest(extracted, info + b"\1", "sha256")[:length]


def password(seed, owner, name, generation="1"):
    """128 bits as hexadecimal digits: nothing to escape anywhere, but a number to some if nobody quotes it."""
    return derive(seed, "password", owner, name, generation, 16).hex()


def identity(seed):
    """The seed's public name."""
    return derive(seed, "identity", "seed", length=8).hex()


def load():
    if not SEED.exists():
        raise Waiting("the recovery seed isn't here: vpsctl unlock")
    return SEED.read_bytes()


def seal(seed):
    """The seed for the owner's eyes only, and what `unlock` reads back."""
    return run("age --armor -r", HOST["recovery"], input=f"vpsgen-seed-v1 {HOST['name']} {seed.hex()}\n".encode())


def keep_sealed(seed, directory):
    """A sealed copy under the seed's name; one that is there is never written again."""
    path = directory / f"{identity(seed)}.age"
    if not path.exists():
        write(path, seal(seed), 0o400)


def unlock(text, is_known):
    """Takes the opened seed from the owner, if an attached volume or the backup was made with it."""
    label, _, value = (text.split() + [""] * 3)[:3]
    seed = bytes.fromhex(value) if label == "vpsgen-seed-v1" else b""
    if len(seed) != 32 or SEED.exists() or not is_known(seed):
        raise Problem("not the seed of an attached volume or of the backup, or one is here already")
    write(SEED, seed, 0o400)


def wanted():
    """The secrets that only the owner knows."""
    sources = {secret[1] for *_, service in services() for secret in service.get("secrets", [])}
    return {name for name in sources | {"given/rclone"} if name.startswith("given/")}


def given(name):
    if not (ETC / name).exists():
        raise Waiting(f"{name} isn't here: vpsctl secret set {name}")
    return (ETC / name).read_bytes()


def step_secrets(zone):
    """Writes every secret of a zone to its file, readable for its owner only."""
    for service, content in HOST["zones"][zone]["services"].items():
        for file, source, uid, gid in content.get("secrets", []):
            owner, *name = source.split("/")
            write(SECRETS / service / file, given(source) if owner == "given" else password(load(), owner, *name), 0o400, uid, gid)
