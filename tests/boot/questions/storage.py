"""Volumes: what is mounted where, and whether it is encrypted, seen from the machine and from the disks themselves."""

import os

# Section 7 of the specification: mount, volume as attached, mapped device, readable on the disk by whoever has it.
VOLUMES = {"public": ("oraclevdb", None), "private": ("oraclevdc", "private_crypt"), "mail": ("oraclevdd", "mail_crypt")}


def ask(cloud, instance, report):
    mounts = instance.ask("findmnt -rno TARGET,SOURCE,OPTIONS | grep ^/mnt/").splitlines()
    found = {line.split()[0]: line.split()[1:] for line in mounts}
    report.expect("mounts", sorted(found), ["/mnt/mail", "/mnt/private", "/mnt/public"])
    for name, (disk, mapped) in VOLUMES.items():
        source, options = found[f"/mnt/{name}"]
        device = instance.ask(f"readlink -f /dev/oracleoci/{disk}").strip()
        report.expect(f"{name} is on its device", source, f"/dev/mapper/{mapped}" if mapped else device)
        report.expect(f"{name} takes no devices and no set-user-id", {"nosuid", "nodev"} <= set(options.split(",")), True)
        if mapped:
            encrypted(instance, report, name, device, mapped)
        known_text(instance, report, name, disk, not mapped)
    fresh = instance.ask("mkdir -p /tmp/below && mount --bind / /tmp/below && lsattr -d /tmp/below/mnt/*; umount /tmp/below")
    attributes = {line.split()[1].rpartition("/")[2]: "i" in line.split()[0] for line in fresh.splitlines()}
    report.expect("nothing can be written below a mount", attributes, {name: True for name in VOLUMES})


def encrypted(instance, report, name, device, mapped):
    status = instance.ask(f"cryptsetup status {mapped}")
    report.expect(f"{name} is LUKS2, active, on its device",
                  "LUKS2" in status and "is active" in status and device in status, True)
    report.expect(f"{name} is in crypttab", mapped in instance.ask("cat /etc/crypttab"), True)
    parts = instance.ask(f"blkid -o value -s TYPE {device}").strip()
    report.expect(f"{name}'s device says", parts, "crypto_LUKS")


def known_text(instance, report, name, disk, readable):
    """A known text in a file is on the disk itself or not; the public one shows that it could be seen."""
    text = f"nobody else writes {name} and this"
    instance.ask(f"echo '{text}' >/mnt/{name}/known && sync -f /mnt/{name}/known")
    report.expect(f"{name} can be read on its disk", holds(instance.disk(disk), text.encode()), readable)
    instance.ask(f"rm /mnt/{name}/known")


def holds(path, text):
    """Whether a sparse file contains a text."""
    with path.open("rb") as disk:
        place = 0
        while True:
            try:
                place = os.lseek(disk.fileno(), place, os.SEEK_DATA)
            except OSError:
                return False
            end = os.lseek(disk.fileno(), place, os.SEEK_HOLE)
            if text in os.pread(disk.fileno(), end - place, place):
                return True
            place = end
