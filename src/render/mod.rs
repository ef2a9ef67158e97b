//! Stage 3, Host -> Files: one renderer per program that reads the files. Pure and dull: every decision is in the
//! host. Structured formats are built as values and serialised, templates are for line formats only.

mod compose;
mod dns;
mod docker;
mod fail2ban;
mod file;
mod firewall;
mod generated;
mod host_data;
mod host_program;
mod login;
mod nftables;
mod nginx;
mod oci;
mod storage;
mod system;
mod systemd;
pub mod template;
#[cfg(test)]
mod tests;
mod tls;
mod updates;
mod yaml;

pub use file::{File, Files};
pub use host_program::PATH as HOST_PROGRAM;
#[cfg(test)]
pub(crate) use host_program::unpacker;
pub use template::TemplateError;

use crate::host::Host;

type Renderer = fn(&Host, &mut Files) -> Result<(), TemplateError>;

/// Every renderer. The order doesn't matter: none reads another's files, and no two write the same.
const RENDERERS: &[Renderer] = &[
    compose::render,
    docker::render,
    fail2ban::render,
    firewall::render,
    host_data::render,
    host_program::render,
    login::render,
    nftables::render,
    nginx::render,
    storage::render,
    system::render,
    systemd::render,
    tls::render,
    updates::render,
];

/// Renders every file of the host. Only a template that the user wrote can fail.
pub fn render(host: &Host) -> Result<Files, TemplateError> {
    let mut files = Files::default();
    for renderer in RENDERERS {
        renderer(host, &mut files)?;
    }
    Ok(files)
}

/// What belongs beside the files of the host, for the owner's side: path in the output, and text.
pub fn beside(host: &Host) -> [(&'static str, String); 3] {
    [
        ("dns.zone", dns::zone(host)),
        ("oci/security-list.json", oci::security_list(host)),
        ("oci/launch.sh", oci::launch(host)),
    ]
}
