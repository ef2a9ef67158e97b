//! The operating system's own settings: kernel, journal, and the user whose range of ids containers have.
//! The kernel's are those that neither Ubuntu 24.04 nor Debian 13 sets by itself. An in-memory database forks to save
//! itself, which needs no second copy of its memory: hence `overcommit_memory`.

use super::{Files, TemplateError};
use crate::host::Host;

pub(super) fn render(_: &Host, files: &mut Files) -> Result<(), TemplateError> {
    files.add("/etc/sysctl.d/60-vpsgen.conf", include_str!("system/sysctl.conf"));
    files.add("/etc/systemd/journald.conf.d/60-vpsgen.conf", include_str!("system/journald.conf"));
    files.add("/etc/sysusers.d/vpsgen.conf", "u dockremap\n");
    Ok(())
}
