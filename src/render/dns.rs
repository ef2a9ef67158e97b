//! The records to publish, as a zone file. What only the host knows (its address, its DKIM key) is a marked
//! placeholder: an address of TEST-NET-1 (RFC 5737), and a comment. `vpsctl dns` prints the final records on the host.

use crate::host::{DmarcPolicy, Host, Mail};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where records live long enough to be cached, and short enough to be corrected; in seconds.
const TTL: u32 = 3600;

/// The zone of the host's domain.
pub fn zone(host: &Host) -> String {
    let mut zone = format!(
        "; Records of {domain}. 192.0.2.1 is a placeholder: put the host's public address there.\n\
         $ORIGIN {domain}.\n$TTL {TTL}\n\
         ; SOA and NS belong to your DNS provider; these two lines only make the file a whole zone.\n\
         @ IN SOA ns.invalid. hostmaster.{domain}. 1 7200 3600 1209600 {TTL}\n@ IN NS ns.invalid.\n",
        domain = host.domain
    );
    for name in names(host) {
        add(&mut zone, host, &name, "A", "192.0.2.1 ; placeholder: public address");
    }
    if !host.certificates.is_empty() && host.tls.acme_directory.as_str().contains("letsencrypt.org") {
        add(&mut zone, host, host.domain.as_str(), "CAA", "0 issue \"letsencrypt.org\"");
    }
    if let Some(mail) = &host.mail {
        mail_records(&mut zone, host, mail);
    }
    zone
}

fn names(host: &Host) -> BTreeSet<String> {
    let covered =
        host.certificates.iter().flat_map(|certificate| &certificate.names).map(ToString::to_string);
    let mail = host.mail.iter().map(|mail| mail.hostname.to_string());
    covered.chain(mail).chain([host.fqdn()]).collect()
}

fn mail_records(zone: &mut String, host: &Host, mail: &Mail) {
    let domain = mail.domain.as_str();
    add(zone, host, domain, "MX", &format!("10 {}.", mail.hostname));
    let include = mail.spf_include.as_ref().map(|name| format!("include:{name} ")).unwrap_or_default();
    add(zone, host, domain, "TXT", &format!("\"v=spf1 mx {include}-all\""));
    let policy = match mail.dmarc {
        DmarcPolicy::None => "none",
        DmarcPolicy::Quarantine => "quarantine",
        DmarcPolicy::Reject => "reject",
    };
    let reports =
        mail.dmarc_reports.as_ref().map(|address| format!("; rua=mailto:{address}")).unwrap_or_default();
    add(zone, host, &format!("_dmarc.{domain}"), "TXT", &format!("\"v=DMARC1; p={policy}{reports}\""));
    for (service, port) in [("_submission", 587), ("_imaps", 993)] {
        add(
            zone,
            host,
            &format!("{service}._tcp.{domain}"),
            "SRV",
            &format!("0 1 {port} {}.", mail.hostname),
        );
    }
    let selector = format!("{}._domainkey.{domain}", mail.dkim_selector);
    let _ =
        writeln!(zone, "; {selector}. IN TXT placeholder: `vpsctl dns` prints the key that the host made");
}

/// One record; a name of another domain can't stand in this zone, so it becomes a comment.
fn add(zone: &mut String, host: &Host, name: &str, kind: &str, data: &str) {
    let suffix = format!(".{}", host.domain);
    let owner = match name.strip_suffix(&suffix) {
        Some(label) => label.to_string(),
        None if name == host.domain.as_str() => "@".to_string(),
        None => format!("; in another zone: {name}."),
    };
    // Writing to a String never fails.
    let _ = writeln!(zone, "{owner} IN {kind} {data}");
}
