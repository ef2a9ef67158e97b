//! Volumes: where data lives, and whether it is encrypted.

use crate::value::{AbsolutePath, Name, Size};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A block volume, or without `device` a directory of the boot volume.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// The mount point.
    pub mount: AbsolutePath,
    /// The device's consistent path, as it is chosen when the volume is attached.
    #[serde(default)]
    pub device: Option<AbsolutePath>,
    /// The volume's size.
    pub size: Size,
    /// Encryption at rest.
    #[serde(default)]
    pub encryption: Encryption,
    /// Directories of this volume that no service may write.
    #[serde(default)]
    pub read_only: Vec<Name>,
}

/// Encryption at rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// None.
    #[default]
    None,
    /// LUKS2 with a key that is derived from the recovery seed.
    Luks,
}
