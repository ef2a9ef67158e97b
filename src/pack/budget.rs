//! How much of the provider's limit the pasted text takes, and which files take it.
//! Deliberately absent: the decision what to do above the limit, and the printing.

use super::bundle::Bundle;
use super::codec::Encoded;
use serde::Serialize;

/// The share of the limit from which the base64 form of the user-data alone makes a build warn.
const WARN_PERCENT: usize = 80;

/// Room kept for what the launch adds to the same limit: the login key that the console puts beside the user-data (an
/// RSA key of 4096 bits is 740 bytes with a short comment), and the names and quotes of the JSON around both.
/// Oracle limits metadata and extendedMetadata together to 32,000 bytes and says no more (Compute API, LaunchInstanceDetails;
/// `core_instance` in terraform-provider-oci): that base64 and keys count is the careful reading.
pub const RESERVED: usize = 800 + 64;

/// How the text stands to the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Below the warning.
    Fits,
    /// From the warning on: it fits, with little room left.
    Tight,
    /// Too large to be pasted. Compressed, as the command line sends it, it fits.
    FileOnly,
    /// The provider will refuse it.
    Over,
}

/// Bytes of metadata, counted as the cloud counts them: the text in base64, plus what the launch adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// The provider's limit in bytes.
    pub limit: usize,
    /// Of the limit: the base64 form of the user-data, and the part kept for the launch.
    pub used: usize,
    /// The same for the compressed form of the user-data; none if it is far too large.
    pub used_compressed: Option<usize>,
    /// Of `used`: kept for the login key and the JSON that the launch adds.
    pub reserved: usize,
    /// From this many bytes on, without those reserved, a build warns.
    pub warn_at: usize,
    /// Whether it fits.
    pub verdict: Verdict,
    /// What takes the room, largest first. The sum is `used`.
    pub contributors: Vec<Contributor>,
}

/// One file's share of the limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contributor {
    /// The file's path on the host, or in parentheses what else takes room.
    pub path: String,
    /// Bytes of the limit. Approximate: what a file costs depends on the files before it in the bundle, from which it
    /// may repeat; leaving it out can make a later file dearer.
    pub bytes: usize,
}

/// The budget of a text of `text` bytes, and of `compressed` bytes if it was compressed, that carries this bundle.
pub fn budget(
    limit: usize,
    (text, compressed): (usize, Option<usize>),
    bundle: &Bundle,
    encoded: &Encoded,
) -> Budget {
    let used = in_base64(text) + RESERVED;
    let used_compressed = compressed.map(|bytes| in_base64(bytes) + RESERVED);
    let warn_at = limit * WARN_PERCENT / 100;
    let verdict = match used {
        used if used > limit && used_compressed.is_some_and(|used| used <= limit) => Verdict::FileOnly,
        used if used > limit => Verdict::Over,
        used if used - RESERVED >= warn_at => Verdict::Tight,
        _ => Verdict::Fits,
    };
    let contributors = contributors(used, bundle, encoded);
    Budget { limit, used, used_compressed, reserved: RESERVED, warn_at, verdict, contributors }
}

fn in_base64(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Each part costs the characters that were written while it was encoded; the rest is the text around them.
fn contributors(used: usize, bundle: &Bundle, encoded: &Encoded) -> Vec<Contributor> {
    let mut written = 0;
    let mut parts: Vec<Contributor> = Vec::new();
    for (path, end) in &bundle.parts {
        let settled = end.checked_sub(1).map_or(0, |last| encoded.settled[last]);
        parts.push(Contributor { path: path.clone(), bytes: (settled - written) * 4 / 3 });
        written = settled;
    }
    let rest = used - RESERVED - parts.iter().map(|part| part.bytes).sum::<usize>();
    parts.push(Contributor { path: "(text around the payload)".into(), bytes: rest });
    parts.push(Contributor { path: "(kept for the launch)".into(), bytes: RESERVED });
    parts.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.path.cmp(&other.path)));
    parts
}
