//! Names: of things in the blueprint, of hosts in the DNS, of mail accounts, of images.

use super::text_value;

text_value! {
    /// A name of a service, zone, volume, site, certificate or entry: 2 to 40 of `a-z 0-9 _ -`, starting with a letter
    /// and ending with a letter or digit. It becomes a container, unit, directory or label name as it is.
    Name, pattern r"^[a-z][a-z0-9_-]{0,38}[a-z0-9]$", check check_name
}

text_value! {
    /// A network's name, which is also its bridge's interface name: a [`Name`] of at most 15 bytes (IFNAMSIZ - 1).
    NetworkName, pattern r"^[a-z][a-z0-9_-]{0,13}[a-z0-9]$", check check_network_name
}

text_value! {
    /// A fully qualified DNS name in lower case, ASCII (punycode for others), without the final dot (RFC 1035, RFC 1123).
    DnsName, pattern r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$", check check_dns_name
}

text_value! {
    /// An e-mail address: a [`MailUser`], `@`, a [`DnsName`].
    EmailAddress, pattern r"^[a-z0-9]([a-z0-9._+-]{0,62}[a-z0-9])?@[a-z0-9.-]+$", check check_email
}

text_value! {
    /// The part of a mail address before the `@`: lower case, 1 to 64 of `a-z 0-9 . _ + -` (a safe part of RFC 5321).
    MailUser, pattern r"^[a-z0-9]([a-z0-9._+-]{0,62}[a-z0-9])?$", check check_mail_user
}

text_value! {
    /// A container image with its tag, and a digest if wanted: `[registry/]path:tag[@sha256:hex]`.
    /// A missing tag reads, and is refused with its own code by the checks.
    ImageReference, pattern r"^[a-z0-9][a-z0-9._/:-]*(@sha256:[0-9a-f]{64})?$", check check_image
}

text_value! {
    /// A secret by its owner: `SERVICE/NAME` is derived from the host's seed, `given/NAME` is brought by the owner.
    SecretName, pattern r"^[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*$", check check_secret
}

text_value! {
    /// The address of a service on the web: `https://`, a host name with perhaps a port, and a plain path.
    HttpsUrl, pattern r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?$", check check_url
}

text_value! {
    /// A Debian package's name (Debian Policy 5.6.7).
    PackageName, pattern r"^[a-z0-9][a-z0-9+.-]+$", check check_package
}

text_value! {
    /// An environment variable's name (POSIX.1-2017, 8.1).
    VariableName, pattern r"^[A-Za-z_][A-Za-z0-9_]*$", check check_variable
}

impl ImageReference {
    /// The tag, if one was written.
    pub fn tag(&self) -> Option<&str> {
        let name = self.as_str().split('@').next().unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        last.split_once(':').map(|(_, tag)| tag)
    }
}

impl SecretName {
    /// The owner and the name within it.
    pub fn parts(&self) -> (&str, &str) {
        self.as_str().split_once('/').unwrap_or((self.as_str(), ""))
    }

    /// Whether the host's owner brings it, so that nothing derives it.
    pub fn is_given(&self) -> bool {
        self.parts().0 == "given"
    }
}

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(allowed)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn check_name(text: &str) -> Result<(), String> {
    let edges = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && text.bytes().last().is_some_and(is_word);
    if !(2..=40).contains(&text.len()) || !edges || !all(text, |b| is_word(b) || b == b'-' || b == b'_') {
        return Err(
            "a name has 2 to 40 of a-z 0-9 _ -, starts with a letter and ends with a letter or digit".into(),
        );
    }
    Ok(())
}

fn check_network_name(text: &str) -> Result<(), String> {
    if text.len() > 15 {
        return Err("a network's name is its bridge's interface name, which has at most 15 characters".into());
    }
    check_name(text)
}

fn check_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && all(label, |b| is_word(b) || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn check_dns_name(text: &str) -> Result<(), String> {
    let last = text.rsplit('.').next().unwrap_or_default();
    let numeric_end = !last.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) || last.len() < 2;
    if text.len() > 253 || !text.contains('.') || numeric_end || !text.split('.').all(check_label) {
        return Err("a DNS name here is fully qualified, in lower case ASCII, such as www.example.com".into());
    }
    Ok(())
}

fn check_mail_user(text: &str) -> Result<(), String> {
    let inner = |b| is_word(b) || matches!(b, b'.' | b'_' | b'+' | b'-');
    let edges = text.bytes().next().is_some_and(is_word) && text.bytes().last().is_some_and(is_word);
    if text.len() > 64 || !edges || !all(text, inner) || text.contains("..") {
        return Err(
            "a mail account is lower case: a-z 0-9 . _ + -, starting and ending with a letter or digit"
                .into(),
        );
    }
    Ok(())
}

fn check_email(text: &str) -> Result<(), String> {
    let (user, domain) = text.split_once('@').ok_or("a mail address is user@domain")?;
    check_mail_user(user)?;
    check_dns_name(domain)
}

fn check_image(text: &str) -> Result<(), String> {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let hex = |d: &str| d.len() == 64 && all(d, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if digest.is_some_and(|d| !d.strip_prefix("sha256:").is_some_and(hex)) {
        return Err("an image's digest is sha256: and 64 hexadecimal digits in lower case".into());
    }
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    };
    let part = |p: &str| {
        !p.is_empty()
            && p.bytes().next().is_some_and(is_word)
            && p.bytes().last().is_some_and(is_word)
            && all(p, |b| is_word(b) || matches!(b, b'.' | b'_' | b'-' | b':'))
    };
    let good_tag = |t: &str| {
        (1..=128).contains(&t.len())
            && all(t, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
            && !t.starts_with(['.', '-'])
    };
    let colon_only_in_registry = match path.split_once('/') {
        Some((_, rest)) => !rest.contains(':'),
        None => !path.contains(':'),
    };
    if !path.split('/').all(part) || !colon_only_in_registry || tag.is_some_and(|t| !good_tag(t)) {
        return Err("an image is [registry/]path:tag in lower case, such as nginx:1.27-alpine".into());
    }
    Ok(())
}

fn check_url(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let good = !host.is_empty()
        && !host.starts_with(['-', '.'])
        && all(host, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
        && all(path, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-' | b'/'));
    if good {
        Ok(())
    } else {
        Err("an address here is https://HOST/PATH, of letters, digits and . _ ~ -".into())
    }
}

fn check_package(text: &str) -> Result<(), String> {
    let good = text.len() >= 2
        && text.bytes().next().is_some_and(is_word)
        && all(text, |b| is_word(b) || matches!(b, b'+' | b'.' | b'-'));
    if good {
        Ok(())
    } else {
        Err("a package's name has a-z 0-9 + . - and starts with a letter or digit".into())
    }
}

fn check_variable(text: &str) -> Result<(), String> {
    let good = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && all(text, |b| b.is_ascii_alphanumeric() || b == b'_');
    if good {
        Ok(())
    } else {
        Err("a variable's name has letters, digits and _, and starts with no digit".into())
    }
}

fn check_secret(text: &str) -> Result<(), String> {
    let good = |part: &str| check_name(part).is_ok();
    match text.split_once('/') {
        Some((owner, name)) if good(owner) && good(name) => Ok(()),
        _ => Err("a secret is SERVICE/NAME, such as database/password, or given/NAME".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_with_and_without_tag_and_registry() {
        for (text, tag) in [
            ("nginx:alpine", Some("alpine")),
            ("nginx", None),
            ("localhost:5000/nginx", None),
            ("ghcr.io/some-org/some-app:15.1.0", Some("15.1.0")),
        ] {
            assert_eq!(
                text.parse::<ImageReference>().map(|i| i.tag().map(str::to_string)),
                Ok(tag.map(Into::into))
            );
        }
        for text in ["Nginx:1", "a//b:1", ":1", "a:b:c", "nginx@sha256:12", "nginx:-x", "-rf:1"] {
            assert!(text.parse::<ImageReference>().is_err(), "{text}");
        }
    }

    #[test]
    fn dns_names_are_qualified_and_plain() {
        for text in ["example.com", "a.b-c.example", "xn--bcher-kva.example"] {
            assert!(text.parse::<DnsName>().is_ok(), "{text}");
        }
        for text in
            ["localhost", "1.2.3.4", "Example.com", "a..b.com", "-a.com", "a.com.", "a_b.com", "a.com;x"]
        {
            assert!(text.parse::<DnsName>().is_err(), "{text}");
        }
    }
}
