//! Files -> one reproducible artifact. Pure: same input, same bytes, on any machine at any time.
//! Deliberately absent: reading and writing the disk (see [`crate::emit`]), and judging the budget.

mod artifact;
mod budget;
mod bundle;
mod codec;
mod manifest;
mod tarball;
mod user_data;

pub use artifact::{Artifact, MANIFEST, Output};
pub use budget::{Budget, Contributor, Verdict};
pub use manifest::{Entry, Manifest, Written, sha256};

use crate::host::{Host, Provider};
use crate::render::{Files, HOST_PROGRAM};
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What packing needs to know of the host beside its files.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The host's name, one label.
    pub host: String,
    /// The domain that the name lies in.
    pub domain: String,
    /// The provider's limit on instance metadata in bytes (Oracle: 32,000).
    pub limit: usize,
    /// The path of the file that unpacks the others.
    pub program: String,
    /// Service to image, for the manifest.
    pub images: BTreeMap<String, String>,
    /// Public keys in OpenSSH's one-line form that may log in as the image's default user.
    pub login_keys: Vec<String>,
}

/// What Oracle takes of metadata in all, counted on the base64 form of the user-data, login keys included:
/// <https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/updatinginstancemetadata.htm>
const ORACLE_LIMIT: usize = 32_000;

impl Facts {
    /// The facts of a host.
    pub fn of(host: &Host) -> Self {
        Self {
            host: host.name.to_string(),
            domain: host.domain.to_string(),
            limit: match host.provider {
                Provider::Oracle => ORACLE_LIMIT,
            },
            program: HOST_PROGRAM.to_string(),
            images: host
                .services()
                .map(|service| (service.name.to_string(), service.image.clone()))
                .collect(),
            login_keys: host.access.authorized_keys.clone(),
        }
    }
}

/// Packs the files of a host. What does not fit is packed too, but has no text to paste: the budget in the manifest tells
/// how much it would be, the caller decides.
pub fn pack(files: &Files, facts: &Facts) -> Artifact {
    let bundle = bundle::bundle(files, &facts.program);
    let encoded = codec::encode(&bundle.bytes, facts.limit);
    let wrap = |payload: &str| user_data::user_data(facts, &bundle.bytes, payload, encoded.length);
    let user_data = encoded.text.as_ref().map(|payload| wrap(payload));
    let guess = || wrap("").len() + encoded.settled.last().unwrap_or(&0);
    let compressed = user_data.as_ref().map(|text| gzip(text.as_bytes()).expect(MEMORY));
    let sizes = (user_data.as_ref().map_or_else(guess, String::len), compressed.as_ref().map(Vec::len));
    let mut artifact = Artifact::new(Manifest {
        host: facts.host.clone(),
        bundle_sha256: sha256(&bundle.bytes),
        files: manifest::entries(files),
        images: facts.images.clone(),
        budget: budget::budget(facts.limit, sizes, &bundle, &encoded),
        outputs: BTreeMap::new(),
    });
    if let (Some(user_data), Some(compressed)) = (user_data, compressed) {
        artifact.add("user-data", user_data);
        artifact.add("user-data.gz", compressed);
    }
    artifact.add("bundle.tar", tarball::tarball(files).expect(MEMORY));
    for file in files.iter() {
        let path = format!("tree{}", file.path);
        match file.mode & 0o111 {
            0 => artifact.add(&path, file.bytes.clone()),
            _ => artifact.add_program(&path, file.bytes.clone()),
        }
    }
    artifact
}

/// Why the writers that stream to anything cannot fail here.
const MEMORY: &str = "memory takes every write";

/// gzip without a name or time, and with "unknown" for the system.
fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

#[cfg(test)]
mod tests;
