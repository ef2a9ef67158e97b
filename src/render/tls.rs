//! Certificates: how certbot asks for them. Whom it gives them to is the host program's: servers read copies in a
//! directory of their own, which a placeholder fills first, so that they start before an authority knows the host.

use super::{Files, TemplateError, template};
use crate::host::Host;
use serde_json::json;

/// The directory that certbot asks unless it is told another.
const CERTBOTS_OWN: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Renders certbot's settings, if there is a certificate to ask for.
pub fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    if host.certificates.is_empty() {
        return Ok(());
    }
    let context = json!({
        "acme_directory": Some(&host.tls.acme_directory).filter(|it| it.as_str() != CERTBOTS_OWN),
        "email": host.tls.email,
        "directory": host.certbot_directory(),
    });
    files.add("/etc/letsencrypt/cli.ini", template::render("cli.j2", include_str!("tls/cli.j2"), context)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::render::tests::{bare, host, parse};

    #[test]
    fn certbot_is_told_the_directory_and_whom_to_write_to() {
        let mut host = host();
        let settings = |host: &_| {
            let files = crate::render::render(host).expect("renders");
            let file = files.get("/etc/letsencrypt/cli.ini").expect("the settings");
            String::from_utf8(file.bytes.clone()).expect("text")
        };
        assert!(
            settings(&host)
                .contains("\nserver = https://acme.example/directory\nregister-unsafely-without-email")
        );
        host.tls.email = Some(parse("postmaster@example.com"));
        assert!(settings(&host).contains("\nemail = postmaster@example.com\nagree-tos = true\n"));
    }

    #[test]
    fn certbot_is_told_only_where_certificates_are() {
        let files = crate::render::render(&bare()).expect("renders");
        assert_eq!(files.get("/etc/letsencrypt/cli.ini"), None);
    }
}
