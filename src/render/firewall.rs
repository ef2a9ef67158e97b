//! UFW's rules, one line of `ufw` arguments each. The comments are free text: quoted for the shell, read back with its
//! rules. Deliberately absent: the chain of Oracle's image, which the host program keeps as it finds it.

use super::template::Language;
use super::{Files, TemplateError};
use crate::host::Host;

const RULES: &str = "/usr/share/vpsgen/ufw.rules";

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let mut rules = String::from("default deny incoming\ndefault allow outgoing\n");
    for (port, comment) in &host.firewall.external {
        let comment = quote(comment).map_err(|reason| error(rules.lines().count() + 1, reason))?;
        rules += &format!("allow {port}{comment}\n");
    }
    files.add(RULES, rules);
    Ok(())
}

/// The comment as an argument. UFW itself refuses apostrophes, and a line can't hold control characters.
fn quote(comment: &str) -> Result<String, String> {
    if comment.contains('\'') || comment.chars().any(char::is_control) {
        return Err(format!("UFW takes no apostrophe or control character in a comment: {comment:?}"));
    }
    if comment.is_empty() {
        return Ok(String::new());
    }
    Language::Shell.quote(comment).map(|quoted| format!(" comment {quoted}"))
}

fn error(line: usize, reason: String) -> TemplateError {
    TemplateError { template: RULES.into(), line, reason }
}
