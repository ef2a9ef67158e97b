//! vpsctl, the program that does all work on the host: its modules joined into one file, without what only their
//! readers need. They are plain python; nothing of a blueprint ever becomes a part of them.

use super::{Files, TemplateError};
use crate::host::Host;
use std::collections::BTreeSet;

/// The modules, each after those that it imports from.
const MODULES: [&str; 15] = [
    include_str!("host_program/host.py"),
    include_str!("host_program/unpack.py"),
    include_str!("host_program/status.py"),
    include_str!("host_program/seed.py"),
    include_str!("host_program/storage.py"),
    include_str!("host_program/system.py"),
    include_str!("host_program/containers.py"),
    include_str!("host_program/certificates.py"),
    include_str!("host_program/backup.py"),
    include_str!("host_program/isolation.py"),
    include_str!("host_program/restore.py"),
    include_str!("host_program/rehearsal.py"),
    include_str!("host_program/operations.py"),
    include_str!("host_program/incident.py"),
    include_str!("host_program/vpsctl.py"),
];

/// Where it lies on the host: in the path of every user, since anybody may ask for the status.
pub const PATH: &str = "/usr/local/bin/vpsctl";

pub(super) fn render(_: &Host, files: &mut Files) -> Result<(), TemplateError> {
    files.add_executable(PATH, join(&MODULES));
    Ok(())
}

/// The part of the program that writes the files, which can be run for itself.
#[cfg(test)]
pub(crate) fn unpacker() -> String {
    join(&MODULES[..2])
}

/// One program: what the modules import from elsewhere, once, then their statements in order.
fn join(modules: &[&str]) -> String {
    let lines = || modules.iter().flat_map(|module| statements(module));
    let imports: BTreeSet<&str> =
        lines().filter(|line| is_import(line) && !line.starts_with("from .")).collect();
    let body = lines().filter(|line| !is_import(line));
    let program: Vec<&str> = ["#!/usr/bin/python3 -I"].into_iter().chain(imports).chain(body).collect();
    program.join("\n") + "\n"
}

fn is_import(line: &str) -> bool {
    line.starts_with("import ") || line.starts_with("from ")
}

/// The lines without blank ones, comments and docstrings.
fn statements(source: &str) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut in_docstring = false;
    for line in source.lines() {
        let text = line.trim();
        if in_docstring {
            in_docstring = !text.ends_with(QUOTES);
        } else if text.starts_with(QUOTES) && kept.last().is_none_or(|line| line.ends_with(':')) {
            in_docstring = text.len() < 2 * QUOTES.len() || !text.ends_with(QUOTES);
        } else if !text.is_empty() && !text.starts_with('#') {
            kept.push(line);
        }
    }
    kept
}

const QUOTES: &str = "\"\"\"";
