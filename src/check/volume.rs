//! Volumes: mount points, devices, labels, encryption.

use super::Checker;
use crate::blueprint::path::path;
use crate::blueprint::{Encryption, Volume};
use crate::report::Code;
use crate::value::{AbsolutePath, Name};

/// ext4 keeps at most 16 bytes of label (mke2fs(8)); the name is the label.
const LABEL_LENGTH: usize = 16;

/// Where a volume may be mounted. Anywhere else it would hide a part of the system.
const MOUNT_ROOTS: [&str; 4] = ["/mnt/", "/srv/", "/media/", "/data/"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let volumes: Vec<(&Name, &Volume)> = checker.blueprint.volumes.iter().collect();
    for (index, (name, volume)) in volumes.iter().enumerate() {
        alone(checker, name, volume);
        for (other_name, other) in &volumes[..index] {
            pair(checker, (other_name, other), (name, volume));
        }
    }
}

fn alone(checker: &mut Checker<'_>, name: &Name, volume: &Volume) {
    let at = path!["volumes", name.as_str()];
    if name.as_str().len() > LABEL_LENGTH {
        let message =
            format!("the volume's name `{name}` is its label, which has at most {LABEL_LENGTH} characters");
        checker.report(Code::LabelTooLong, &at, message, "shorten it");
    }
    if !MOUNT_ROOTS.iter().any(|root| volume.mount.as_str().starts_with(root)) {
        let message = format!("mounting at {} would hide a part of the system", volume.mount);
        let help = format!("use a directory below {}", MOUNT_ROOTS.join(", "));
        checker.report(Code::MountPoint, &at.join("mount"), message, help);
    }
    if volume.device.is_none() && volume.encryption == Encryption::Luks {
        let message =
            format!("`{name}` has no device: a directory of the boot volume can't be encrypted by itself");
        checker.report(Code::EncryptionWithoutDevice, &at.join("encryption"), message, "give it a `device`");
    }
    if volume.device.as_ref().is_some_and(|device| !device.as_str().starts_with("/dev/")) {
        let message = format!("`{name}`'s device is not below /dev");
        let help = "give the path that was chosen at the attachment, such as /dev/oracleoci/oraclevdb";
        checker.report(Code::DevicePath, &at.join("device"), message, help);
    }
    let boot_device = volume.device.as_ref().filter(|device| device.file_name() == "oraclevda");
    if let Some(device) = boot_device {
        let message = format!("{device} is the boot volume");
        checker.report(Code::DevicePath, &at.join("device"), message, "data volumes begin at oraclevdb");
    }
    if volume.device.as_ref().is_some_and(is_unstable) {
        let message = "this name can mean another disk after the next boot";
        let help = "use a consistent path, such as /dev/oracleoci/oraclevdb or one below /dev/disk/by-id";
        checker.report(Code::DeviceUnstable, &at.join("device"), message, help);
    }
}

fn is_unstable(device: &AbsolutePath) -> bool {
    ["/dev/sd", "/dev/vd", "/dev/nvme"].iter().any(|prefix| device.as_str().starts_with(prefix))
}

fn pair(checker: &mut Checker<'_>, (first_name, first): (&Name, &Volume), (name, volume): (&Name, &Volume)) {
    let (first_at, at) = (path!["volumes", first_name.as_str()], path!["volumes", name.as_str()]);
    if volume.mount.is_within(&first.mount) || first.mount.is_within(&volume.mount) {
        let message = format!("`{first_name}` and `{name}` are mounted at or inside the same directory");
        let places = [(&at.join("mount"), "this one"), (&first_at.join("mount"), "and this one")];
        checker.report_pair(Code::DuplicateMount, places, message, "give each a directory of its own");
    }
    if volume.device.is_some() && volume.device == first.device {
        let message = format!("`{first_name}` and `{name}` are the same device");
        let places = [(&at.join("device"), "this one"), (&first_at.join("device"), "and this one")];
        checker.report_pair(Code::DuplicateDevice, places, message, "give each a device of its own");
    }
}
