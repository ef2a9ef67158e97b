//! Web sites: names, certificates, upstreams.

use super::{Checker, service_path};
use crate::blueprint::path::{Path, path};
use crate::blueprint::{Site, WebProtocol};
use crate::report::Code;
use crate::value::{DnsName, Name};
use std::collections::HashMap;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut names: HashMap<&DnsName, &Name> = HashMap::new();
    for (key, site) in &checker.blueprint.sites {
        certificate(checker, key, site);
        upstream(checker, key, site);
        for name in std::iter::once(&site.name).chain(&site.aliases) {
            if let Some(other) = names.insert(name, key) {
                let message = format!("the name {name} is served twice");
                let (at, other_at) =
                    (path!["sites", key.as_str(), "name"], path!["sites", other.as_str(), "name"]);
                let places = [(&at, "by this site"), (&other_at, "and by this one")];
                checker.report_pair(Code::DuplicateSiteName, places, message, "give each name to one site");
            }
        }
    }
    unused_certificates(checker);
    shared_names(checker);
}

/// A name belongs to one certificate: what the web server is told of a name depends on its certificate, and certificate
/// authorities limit how many they issue for one.
fn shared_names(checker: &mut Checker<'_>) {
    let mut places: HashMap<&DnsName, Path> = HashMap::new();
    for (certificate, names) in &checker.blueprint.certificates {
        for (index, name) in names.iter().enumerate() {
            let at = path!["certificates", certificate.as_str(), index];
            if let Some(first) = places.insert(name, at.clone()) {
                let message = format!("{name} is in a certificate already");
                let help = "list each name once, and use that certificate wherever the name is served";
                let both = [(&at, "again here"), (&first, "first here")];
                checker.report_pair(Code::DuplicateCertificateName, both, message, help);
            }
        }
    }
}

fn certificate(checker: &mut Checker<'_>, key: &Name, site: &Site) {
    let at = path!["sites", key.as_str(), "certificate"];
    let Some(certificate) = &site.certificate else {
        if !checker.tree.dropped(&at) {
            let message = format!("the site `{key}` names no certificate");
            let help =
                format!("add `certificate: NAME`, with {} under that name in `certificates`", site.name);
            checker.report(Code::SiteWithoutCertificate, &at, message, help);
        }
        return;
    };
    if !checker.resolve_certificate(certificate, &at) {
        return;
    }
    let covered = &checker.blueprint.certificates[certificate];
    for name in std::iter::once(&site.name).chain(&site.aliases).filter(|name| !covered.contains(name)) {
        let message = format!("the certificate `{certificate}` doesn't cover {name}");
        let certificate_at = path!["certificates", certificate.as_str()];
        let places = [(&at, "used for this site"), (&certificate_at, "covers only these names")];
        checker.report_pair(Code::CertificateName, places, message, "add the name to the certificate");
    }
}

fn upstream(checker: &mut Checker<'_>, key: &Name, site: &Site) {
    let at = path!["sites", key.as_str(), "service"];
    let Some(service) = checker.resolve_service(&site.service, &at) else { return };
    let Some(web) = &service.web else {
        if !checker.tree.dropped(&service_path(&site.service, "web")) {
            let message = format!("`{}` doesn't say how the web server reaches it", site.service);
            let help = format!("add `web: {{port: 8080}}` to `services.{}`", site.service);
            checker.report(Code::SiteWithoutWeb, &at, message, help);
        }
        return;
    };
    if service.networks.is_empty() {
        let message = format!("`{}` has no address of its own for the web server", site.service);
        checker.report(Code::SiteWithoutWeb, &at, message, "put the service into a network");
    }
    if web.protocol == WebProtocol::Fastcgi {
        let is_mounted = |root| {
            service
                .volumes
                .values()
                .any(|mount| mount.target.is_within(root) || root.is_within(&mount.target))
        };
        if !web.root.as_ref().is_some_and(is_mounted) {
            let message =
                format!("NGINX can't see the files of `{}`: no volume holds its document root", site.service);
            let web_at = service_path(&site.service, "web");
            let help = "set `web.root` to a directory at or below the target of one of the service's volumes";
            checker.report(Code::FastcgiWithoutRoot, &web_at, message, help);
        }
    }
}

fn unused_certificates(checker: &mut Checker<'_>) {
    let blueprint = checker.blueprint;
    for (name, names) in &blueprint.certificates {
        let at = path!["certificates", name.as_str()];
        let by_site = blueprint.sites.values().any(|site| site.certificate.as_ref() == Some(name));
        let by_mail = blueprint.mail.as_ref().is_some_and(|mail| mail.certificate.as_ref() == Some(name));
        if !by_site && !by_mail && !checker.tree.dropped(&path!["sites"]) {
            checker.report(Code::Unused, &at, format!("nothing uses the certificate `{name}`"), "remove it");
        }
        if names.is_empty() {
            checker.report(
                Code::CertificateName,
                &at,
                format!("the certificate `{name}` covers no name"),
                "add one",
            );
        }
    }
}
