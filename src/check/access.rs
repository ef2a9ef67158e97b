//! Who comes in: login keys, the recovery recipient, and the open ports of the host itself.

use super::{Checker, key};
use crate::blueprint::path::path;
use crate::report::Code;
use crate::value::{ExternalPort, Protocol};

const SSH: ExternalPort = ExternalPort { port: 22, protocol: Protocol::Tcp };

pub(super) fn check(checker: &mut Checker<'_>) {
    authorized_keys(checker);
    recovery(checker);
    firewall(checker);
    if checker.blueprint.access.docker_group {
        let at = path!["access", "docker_group"];
        let message = "whoever is in the docker group is root";
        checker.report(Code::DockerGroup, &at, message, "leave it out and use `sudo docker`");
    }
}

fn authorized_keys(checker: &mut Checker<'_>) {
    for (index, text) in checker.blueprint.access.authorized_keys.iter().enumerate() {
        if let Err(reason) = key::ssh_key(text) {
            let help = "paste the one line of the `.pub` file";
            checker.report(Code::BadKey, &path!["access", "authorized_keys", index], reason, help);
        }
    }
}

fn recovery(checker: &mut Checker<'_>) {
    let at = path!["access", "recovery"];
    let Some(recipient) = &checker.blueprint.access.recovery else {
        if !checker.tree.dropped(&at) {
            let message = "no recovery recipient: the host will wait and write no data";
            let help =
                "make one with `vpsgen keygen`, keep its private part, and set `access.recovery: age1...`";
            checker.report(Code::RecoveryMissing, &at, message, help);
        }
        return;
    };
    if let Err(reason) = key::age_recipient(recipient) {
        let help = "give the public key that `vpsgen keygen` prints, or an ssh-ed25519 or ssh-rsa public key";
        checker.report(Code::RecoveryUnusable, &at, reason, help);
    }
}

fn firewall(checker: &mut Checker<'_>) {
    let external = &checker.blueprint.firewall.external;
    let at = path!["firewall", "external"];
    if !external.contains_key(&SSH) && !checker.tree.dropped(&at.join("22/tcp")) {
        let message = "port 22 is not open: nobody could log in to repair the host";
        checker.report(Code::SshClosed, &at, message, "add `22/tcp: SSH`");
    }
    for (port, comment) in external {
        if !is_comment(comment) {
            let message = format!("ufw can't keep the comment {comment:?}");
            let help = "use printable characters of one line, without ' and at most 100";
            checker.report(Code::BadComment, &at.join(port.to_string().as_str()), message, help);
        }
    }
}

/// ufw stores a comment in hexadecimal and refuses the single quote: <https://git.launchpad.net/ufw/tree/src/common.py>
fn is_comment(text: &str) -> bool {
    text.chars().count() <= 100 && !text.chars().any(|c| c.is_control() || c == '\'')
}
