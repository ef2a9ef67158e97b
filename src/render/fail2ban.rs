//! Fail2Ban: who is banned, from which log, from which ports. A jail bans from the ports that its log is about: who
//! can write into the mail container's log must not be able to ban the owner from SSH.

use super::{Files, TemplateError, template};
use crate::host::Host;
use crate::value::PublishedPort;
use serde::Serialize;

/// Where mail servers in containers log, and under which name.
const MAIL_LOG_DIRECTORY: &str = "/var/log/mail";
const MAIL_LOG_FILE: &str = "mail.log";

#[derive(Serialize)]
struct Jails {
    never_ban: Vec<String>,
    has_web: bool,
    mail: Option<MailJails>,
}

#[derive(Serialize)]
struct MailJails {
    /// The log as the host sees it. While its volume is missing there is none, and Fail2Ban refuses a jail without
    /// an existing log: that is why the template adds /dev/null.
    log: String,
    ports: String,
}

/// Renders the jails.
pub fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let jails = Jails {
        never_ban: host.firewall.never_ban.iter().map(|network| network.trunc().to_string()).collect(),
        has_web: !host.sites.is_empty() || !host.certificates.is_empty(),
        mail: mail_jails(host),
    };
    let text = template::render("jails.j2", include_str!("fail2ban/jails.j2"), jails)?;
    files.add("/etc/fail2ban/jail.d/vpsgen.conf", text);
    Ok(())
}

fn mail_jails(host: &Host) -> Option<MailJails> {
    let service = host.service(&host.mail.as_ref()?.service)?;
    let mount = service.mounts.iter().find(|mount| mount.target.as_str() == MAIL_LOG_DIRECTORY)?;
    let is_external = |port: &&PublishedPort| !port.address.is_loopback();
    let ports: Vec<String> =
        service.ports.iter().filter(is_external).map(|port| port.host.to_string()).collect();
    let log = format!("{}/{MAIL_LOG_FILE}", mount.source);
    (!ports.is_empty()).then(|| MailJails { log, ports: ports.join(",") })
}

#[cfg(test)]
mod tests {
    use crate::host::Host;
    use crate::render::tests::{bare, host, parse};

    fn jails(host: &Host) -> String {
        let files = crate::render::render(host).expect("renders");
        let jails = files.get("/etc/fail2ban/jail.d/vpsgen.conf").expect("the jails");
        String::from_utf8(jails.bytes.clone()).expect("text")
    }

    #[test]
    fn mail_jails_read_the_mounted_log_and_ban_from_mail_only() {
        let jails = jails(&host());
        assert!(jails.contains("\nignoreip = 203.0.113.12/32 2001:db8:1::/48\n"));
        for jail in ["[postfix]", "[dovecot]"] {
            let (_, section) = jails.split_once(jail).expect(jail);
            let section = section.split("\n[").next().unwrap_or_default();
            assert!(section.contains("logpath = /mnt/mail/log/mail.log\n          /dev/null\n"), "{section}");
            assert!(section.contains("\nport = 25,587,993\n"), "{section}");
        }
    }

    #[test]
    fn without_mail_or_its_log_there_is_no_mail_jail() {
        let mut host = host();
        host.zones[0].services[0].mounts[0].target = parse("/var/log/other");
        for host in [host, bare()] {
            assert!(!jails(&host).contains("[dovecot]"));
        }
        assert!(!jails(&bare()).contains("[web]"));
        assert!(jails(&bare()).contains("[sshd]"));
    }
}
