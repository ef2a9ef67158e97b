//! The lines of /etc/fstab and /etc/crypttab, which the storage steps merge into the machine's own tables. Volumes
//! are named by label; a missing one never stops the boot.

use super::{Files, TemplateError};
use crate::host::{Encryption, Host};

/// How long the boot looks for a volume that isn't there.
const OPTIONS: &str = "nofail,x-systemd.device-timeout=30s";

/// What surrounds our lines in a file that isn't ours; the host program replaces what stands between.
const BEGIN: &str = "# vpsgen\n";
const END: &str = "# vpsgen end\n";

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let (mut fstab, mut crypttab) = (BEGIN.to_string(), BEGIN.to_string());
    for volume in host.volumes.iter().filter(|volume| volume.device.is_some()) {
        let source = volume.filesystem_source();
        fstab += &format!("{source} {} ext4 nosuid,nodev,{OPTIONS} 0 2\n", volume.mount);
        if volume.encryption == Encryption::Luks {
            let (name, label) = (volume.mapper_name(), volume.luks_label());
            crypttab += &format!("{name} LABEL={label} /etc/vpsgen/keys/{} luks,{OPTIONS}\n", volume.name);
        }
    }
    files.add("/usr/share/vpsgen/fstab", fstab + END);
    files.add("/usr/share/vpsgen/crypttab", crypttab + END);
    Ok(())
}
