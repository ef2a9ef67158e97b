//! Login: what sshd offers, and what whoever logs in is told first.

use super::{Files, TemplateError, template};
use crate::host::Host;
use serde_json::json;

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let context = json!({ "user": host.access.user.as_str() });
    let sshd = template::render("sshd_config.j2", include_str!("login/sshd_config.j2"), context)?;
    // sshd takes the first value it meets, and reads its directory by name: ours is the first.
    files.add("/etc/ssh/sshd_config.d/00-vpsgen.conf", sshd);
    files.add_executable("/etc/update-motd.d/99-vpsgen", "#!/bin/sh\nexec /usr/local/bin/vpsctl status\n");
    Ok(())
}
