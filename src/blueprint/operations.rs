//! Running the host: backup and monitoring.

use crate::value::{ClockTime, EmailAddress, Name, RestorePoint, Timespan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Dumps, encryption and upload.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The service that dumps the databases.
    pub agent: Name,
    /// When it runs, every day.
    pub schedule: ClockTime,
    /// The rclone remote and path that sets are uploaded to.
    pub remote: String,
    /// A GnuPG public key (ASCII-armored) that opens every set, besides the passphrase derived from the seed.
    #[serde(default)]
    pub recipient: Option<String>,
    /// How many sets are kept.
    pub retention: Retention,
    /// The set that a new host begins with, for zones whose volumes are new; `build --restore` says it.
    #[serde(default)]
    pub restore: Option<RestorePoint>,
}

/// How many backup sets are kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Sets of the last days.
    pub daily: u16,
    /// Sets of the last weeks.
    pub weekly: u16,
    /// Sets of the last months.
    pub monthly: u16,
}

/// Metrics and alerts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// The service that collects metrics, which needs a way to every service that has some.
    pub service: Name,
    /// How long metrics are kept.
    pub retention: Timespan,
    /// Who is told when something is wrong.
    pub alert_email: EmailAddress,
}
