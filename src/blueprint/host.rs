//! The machine: its name, shape, operating system and cloud.

use crate::value::{CpuCount, DnsName, Name, Size, Timezone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine that the artifact is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Host {
    /// The host's short name; the artifact lands in a directory of this name.
    pub name: Option<Name>,
    /// The domain that the host's names are below.
    pub domain: Option<DnsName>,
    /// The cloud, which sets the paste limit and the firewall rules that its image ships.
    pub provider: Provider,
    /// The operating system of the image.
    pub os: OperatingSystem,
    /// The processor architecture.
    pub arch: Architecture,
    /// Processors (OCPUs on Oracle's ARM shapes).
    pub cpus: Option<CpuCount>,
    /// Main memory.
    pub memory: Option<Size>,
    /// The boot volume's size.
    pub boot_volume: Option<Size>,
    /// The time zone of timers and logs.
    pub timezone: Option<Timezone>,
    /// How many times over the services' CPU limits may add up; 1 if not given.
    pub cpu_overcommit: Option<CpuCount>,
    /// Whether containers run in a user namespace of their own; on unless switched off.
    pub user_namespaces: Option<bool>,
}

/// A cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Oracle Cloud Infrastructure.
    #[default]
    Oracle,
}

/// An operating system profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OperatingSystem {
    /// Ubuntu 24.04 LTS, as Oracle ships it.
    #[default]
    #[serde(rename = "ubuntu-24.04")]
    Ubuntu2404,
    /// Debian 13.
    #[serde(rename = "debian-13")]
    Debian13,
}

/// A processor architecture, by Debian's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// 64-bit ARM.
    #[default]
    Arm64,
    /// 64-bit x86.
    Amd64,
}
