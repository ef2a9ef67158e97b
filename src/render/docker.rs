//! The Docker daemon's settings, which hold for every container.

use super::{Files, TemplateError};
use crate::host::Host;
use serde_json::json;

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let mut settings = json!({
        // Compressed and bounded, 100 MB a container; json-file would grow for ever.
        "log-driver": "local",
        "live-restore": true,
    });
    if host.user_namespaces {
        settings["userns-remap"] = "dockremap".into();
    }
    files.add("/etc/docker/daemon.json", format!("{settings}\n"));
    Ok(())
}
