//! Paths, file modes and user ids.

use super::{parsed_value, text_value};

text_value! {
    /// An absolute path in normal form, of `A-Z a-z 0-9 . _ - + @ /`: no `..`, no `//`, no trailing `/`, at most 255 bytes.
    AbsolutePath, pattern r"^(/[A-Za-z0-9._+@-]+)+$", check check_path
}

/// Both names of Docker's control socket.
const DOCKER_SOCKETS: [&str; 2] = ["/var/run/docker.sock", "/run/docker.sock"];

fn lies_within(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl AbsolutePath {
    /// Whether this path is `other` or lies below it.
    pub fn is_within(&self, other: &AbsolutePath) -> bool {
        lies_within(self.as_str(), other.as_str())
    }

    /// Whether whoever has this path has Docker's control socket, and with it root on the host. A socket in a directory
    /// that is read-only takes connections all the same.
    pub fn holds_docker_socket(&self) -> bool {
        self.file_name() == "docker.sock" || DOCKER_SOCKETS.iter().any(|it| lies_within(it, self.as_str()))
    }

    /// The part below `base`, without a leading slash, if it lies below.
    pub fn below(&self, base: &AbsolutePath) -> Option<&str> {
        self.as_str().strip_prefix(base.as_str())?.strip_prefix('/')
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.as_str().rsplit('/').next().unwrap_or_default()
    }
}

fn check_path(text: &str) -> Result<(), String> {
    let part = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'@'))
    };
    match text.strip_prefix('/') {
        Some(rest) if text.len() <= 255 && rest.split('/').all(part) => Ok(()),
        _ => {
            Err("a path here is absolute and plain: letters, digits and . _ - + @ between single slashes"
                .into())
        }
    }
}

/// A user and group id inside a container, `UID:GID`, each 0 to 65535 (the size of a remapped range).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserId {
    /// The user's id.
    pub user: u32,
    /// The group's id.
    pub group: u32,
}

impl UserId {
    /// The container's root.
    pub const ROOT: Self = Self { user: 0, group: 0 };
}

impl std::str::FromStr for UserId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = |part: &str| part.parse::<u16>().ok().filter(|n| n.to_string() == part).map(u32::from);
        match text.split_once(':') {
            Some((user, group)) => id(user).zip(id(group)).map(|(user, group)| Self { user, group }),
            None => None,
        }
        .ok_or_else(|| "a user is UID:GID, each from 0 to 65535, such as \"82:82\"".into())
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.user, self.group)
    }
}

parsed_value!(UserId, pattern r"^[0-9]{1,5}:[0-9]{1,5}$");

/// The permission bits of a file or directory, written as four octal digits; no set-id bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMode(pub u32);

impl std::str::FromStr for FileMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits =
            text.strip_prefix('0').filter(|d| d.len() == 3 && d.bytes().all(|b| (b'0'..=b'7').contains(&b)));
        digits
            .and_then(|digits| u32::from_str_radix(digits, 8).ok())
            .map(Self)
            .ok_or_else(|| "a mode has four octal digits without set-id bits, such as \"0750\"".into())
    }
}

impl std::fmt::Display for FileMode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04o}", self.0)
    }
}

parsed_value!(FileMode, pattern r"^0[0-7]{3}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_plain() {
        for text in ["/a", "/mnt/public/web-static", "/var/lib/a.b@c+d"] {
            assert!(text.parse::<AbsolutePath>().is_ok(), "{text}");
        }
        for text in ["a", "/", "/a/", "//a", "/a/../b", "/a b", "/a;b", "/a$b", "/a\nb", "/é"] {
            assert!(text.parse::<AbsolutePath>().is_err(), "{text}");
        }
    }

    #[test]
    fn within_means_whole_parts() {
        let path = |text: &str| text.parse::<AbsolutePath>().expect("a path");
        assert!(path("/mnt/a/b").is_within(&path("/mnt/a")));
        assert!(!path("/mnt/ab").is_within(&path("/mnt/a")));
        assert_eq!(path("/mnt/a/b").below(&path("/mnt/a")), Some("b"));
    }

    #[test]
    fn whoever_has_its_directory_has_dockers_socket() {
        let holds = |text: &str| text.parse::<AbsolutePath>().expect("a path").holds_docker_socket();
        assert!(["/run/docker.sock", "/var/run", "/run", "/srv/docker.sock"].into_iter().all(holds));
        assert!(!["/run/docker", "/sys/fs/cgroup", "/var/lib/docker"].into_iter().any(holds));
    }
}
