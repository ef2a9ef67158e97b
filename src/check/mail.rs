//! Mail: names, accounts, the way out.

use super::Checker;
use crate::blueprint::path::path;
use crate::blueprint::{Mail, Provider};
use crate::report::Code;

pub(super) fn check(checker: &mut Checker<'_>) {
    let Some(mail) = &checker.blueprint.mail else { return };
    checker.resolve_service(&mail.service, &path!["mail", "service"]);
    if let Some(service) = &mail.accounts_service {
        checker.resolve_service(service, &path!["mail", "accounts_service"]);
    }
    names(checker, mail);
    accounts(checker, mail);
    relay(checker, mail);
}

fn names(checker: &mut Checker<'_>, mail: &Mail) {
    if mail.hostname == mail.domain {
        let message = "the mail server's name is the mail domain itself";
        let help = format!("name the server, such as `hostname: mail.{}`", mail.domain);
        checker.report(Code::MailHostname, &path!["mail", "hostname"], message, help);
    }
    let at = path!["mail", "certificate"];
    let Some(certificate) = &mail.certificate else {
        if !checker.tree.dropped(&at) {
            let help =
                format!("add `certificate: NAME`, with {} under that name in `certificates`", mail.hostname);
            checker.report(Code::SiteWithoutCertificate, &at, "mail names no certificate", help);
        }
        return;
    };
    let is_known = checker.resolve_certificate(certificate, &at);
    if is_known && !checker.blueprint.certificates[certificate].contains(&mail.hostname) {
        let message = format!("the certificate `{certificate}` doesn't cover {}", mail.hostname);
        checker.report(Code::CertificateName, &at, message, "add the name to the certificate");
    }
}

fn accounts(checker: &mut Checker<'_>, mail: &Mail) {
    let at = path!["mail", "accounts"];
    if mail.accounts.is_empty() && !checker.tree.dropped(&at) {
        let message = "there is no mail account, and the mail server stops without one";
        checker.report(Code::MailWithoutAccount, &at, message, "add one, such as `postmaster: {}`");
    }
    for (alias, target) in &mail.aliases {
        let alias_at = path!["mail", "aliases", alias.as_str()];
        if mail.accounts.contains_key(alias) {
            let message = format!("`{alias}` is both an account and an alias");
            let places = [(&alias_at, "this one"), (&at.join(alias.as_str()), "and this one")];
            checker.report_pair(Code::DuplicateMailName, places, message, "keep one of them");
        }
        let names = mail.accounts.keys().map(AsRef::as_ref);
        checker.resolve(&at, names, target.as_str(), &alias_at);
    }
}

fn relay(checker: &mut Checker<'_>, mail: &Mail) {
    let at = path!["mail", "relay"];
    if mail.relay.is_none()
        && checker.blueprint.host.provider == Provider::Oracle
        && !checker.tree.dropped(&at)
    {
        let message = "outgoing mail will not leave: Oracle blocks port 25 for tenancies since June 2021";
        let help = "set `mail.relay`, for instance to the tenancy's own Email Delivery";
        checker.report(Code::MailWithoutRelay, &at, message, help);
    }
    if mail.relay.as_ref().is_some_and(|relay| relay.port == 0 || !is_plain_user(&relay.user)) {
        let help = "give a port from 1 to 65535 and a user without spaces";
        checker.report(Code::MailRelay, &at, "the relay can't be used as it is written", help);
    }
}

fn is_plain_user(user: &str) -> bool {
    !user.is_empty() && user.bytes().all(|b| b.is_ascii_graphic() && b != b':')
}
