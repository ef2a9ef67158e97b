//! What differs between operating systems: package names, the default user, what the image ships. One table.

use crate::blueprint::OperatingSystem as Profile;

/// An operating system's facts.
#[derive(Debug, PartialEq, Eq)]
pub struct OperatingSystem {
    /// The profile's name in the blueprint.
    pub id: &'static str,
    /// The user that the image makes.
    pub default_user: &'static str,
    /// The packages to install.
    pub packages: &'static [Package],
    /// Where security updates come from, as patterns of unattended-upgrades. Empty if its own list holds nothing else:
    /// Ubuntu's does, Debian's takes the point releases, too.
    pub update_origins: &'static [&'static str],
}

/// A package and what asks for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    /// The name.
    pub name: &'static str,
    /// The part of the host that needs it.
    pub needed_by: Need,
}

/// A part of the host that needs a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Every host.
    Always,
    /// A volume with LUKS.
    Encryption,
    /// A site or a certificate.
    Web,
    /// The ModSecurity option.
    Modsecurity,
    /// A backup.
    Backup,
}

const fn package(name: &'static str, needed_by: Need) -> Package {
    Package { name, needed_by }
}

/// Ubuntu 24.04 as Oracle ships it: <https://packages.ubuntu.com/noble/>
static UBUNTU_24_04: OperatingSystem = OperatingSystem {
    id: "ubuntu-24.04",
    default_user: "ubuntu",
    packages: &[
        package("docker.io", Need::Always),
        package("docker-compose-v2", Need::Always),
        package("ufw", Need::Always),
        package("fail2ban", Need::Always),
        package("unattended-upgrades", Need::Always),
        package("nftables", Need::Always),
        package("iptables", Need::Always),
        package("age", Need::Always),
        package("nginx", Need::Web),
        package("ssl-cert", Need::Web),
        package("certbot", Need::Web),
        package("libnginx-mod-http-modsecurity", Need::Modsecurity),
        package("modsecurity-crs", Need::Modsecurity),
        package("cryptsetup", Need::Encryption),
        package("gpg", Need::Backup),
        package("restic", Need::Backup),
        package("rclone", Need::Backup),
    ],
    update_origins: &[],
};

/// Debian 13. systemd-cryptsetup is a package of its own there, and docker.io only recommends docker-cli.
static DEBIAN_13: OperatingSystem = OperatingSystem {
    id: "debian-13",
    default_user: "debian",
    packages: &[
        package("docker.io", Need::Always),
        package("docker-cli", Need::Always),
        package("docker-compose", Need::Always),
        package("ufw", Need::Always),
        package("fail2ban", Need::Always),
        package("unattended-upgrades", Need::Always),
        package("nftables", Need::Always),
        package("iptables", Need::Always),
        package("age", Need::Always),
        package("nginx", Need::Web),
        package("ssl-cert", Need::Web),
        package("certbot", Need::Web),
        package("libnginx-mod-http-modsecurity", Need::Modsecurity),
        package("modsecurity-crs", Need::Modsecurity),
        package("cryptsetup", Need::Encryption),
        package("systemd-cryptsetup", Need::Encryption),
        package("gpg", Need::Backup),
        package("restic", Need::Backup),
        package("rclone", Need::Backup),
    ],
    update_origins: &["origin=Debian,codename=${distro_codename}-security,label=Debian-Security"],
};

impl OperatingSystem {
    /// The facts of a profile.
    pub fn of(profile: Profile) -> &'static Self {
        match profile {
            Profile::Ubuntu2404 => &UBUNTU_24_04,
            Profile::Debian13 => &DEBIAN_13,
        }
    }
}
