//! Updates by themselves: the release's security updates every morning, and a reboot at a known hour when one needs it.
//! Docker is no exception: its upgrade stops the zones in order and starts them again.

use super::{Files, TemplateError};
use crate::host::Host;

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let mut text = String::from(include_str!("updates/vpsgen.conf"));
    if !host.os.update_origins.is_empty() {
        text += "#clear Unattended-Upgrade::Origins-Pattern;\n";
    }
    for origin in host.os.update_origins {
        text += &format!("Unattended-Upgrade::Origins-Pattern:: \"{origin}\";\n");
    }
    files.add("/etc/apt/apt.conf.d/52vpsgen", text);
    // Our files are there before the packages that know them, and stay.
    files.add("/etc/dpkg/dpkg.cfg.d/vpsgen", "force-confdef\nforce-confold\n");
    Ok(())
}
