//! What services see of the host's disks.

use super::{Checker, service_path};
use crate::blueprint::path::Path;
use crate::blueprint::{Mount, Service, Volume};
use crate::report::Code;
use crate::value::Name;

/// Parts of the host that a container could take the host over with, if it could write them.
const NEVER_WRITABLE: [&str; 10] =
    ["/etc", "/usr", "/bin", "/sbin", "/lib", "/boot", "/root", "/proc", "/sys", "/opt/docker"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut writers: Vec<(&Name, &Mount, Path)> = Vec::new();
    for (name, service) in checker.services() {
        for (purpose, mount) in &service.volumes {
            let at = service_path(name, "volumes").join(purpose.as_str());
            match volume_of(checker, mount) {
                Some((volume_name, volume)) => {
                    on_volume(checker, (name, service), mount, (volume_name, volume), &at)
                }
                None => on_host(checker, name, mount, &at),
            }
            let is_whole = checker.blueprint.volumes.values().any(|volume| volume.mount == mount.source);
            if !mount.read_only && !is_whole {
                second_writer(checker, &mut writers, (name, mount, at));
            }
        }
    }
}

fn volume_of<'a>(checker: &Checker<'a>, mount: &Mount) -> Option<(&'a Name, &'a Volume)> {
    checker.blueprint.volumes.iter().find(|(_, volume)| mount.source.is_within(&volume.mount))
}

fn on_volume<'a>(
    checker: &mut Checker<'a>,
    (name, service): (&'a Name, &'a Service),
    mount: &Mount,
    (volume_name, volume): (&Name, &Volume),
    at: &Path,
) {
    let owner = checker.blueprint.zones.iter().find(|(_, zone)| zone.volume.as_ref() == Some(volume_name));
    let source = at.join("source");
    if let (Some((zone, _)), Some(own)) = (owner, checker.zone_of(service))
        && zone != own
    {
        let message =
            format!("`{name}` of the zone `{own}` sees the volume `{volume_name}` of the zone `{zone}`");
        let help = "mount a directory of its own zone's volume, or move the service";
        checker.report(Code::VolumeCrossing, &source, message, help);
    }
    let Some(below) = mount.source.below(&volume.mount) else {
        let message = format!("`{name}` sees the whole volume `{volume_name}`");
        checker.report(
            Code::WholeVolume,
            &source,
            message,
            format!("mount a directory of it, {}/NAME", volume.mount),
        );
        return;
    };
    let top = below.split('/').next().unwrap_or_default();
    if let Some(index) = volume.read_only.iter().position(|directory| directory.as_str() == top)
        && !mount.read_only
    {
        let message = format!("`{name}` can write {}, which is declared read-only", mount.source);
        let declared = crate::blueprint::path::path!["volumes", volume_name.as_str(), "read_only", index];
        let places = [(&at.join("read_only"), "mounted writable here"), (&declared, "declared here")];
        checker.report_pair(Code::WritableReadOnly, places, message, "set `read_only: true` on the mount");
    }
}

fn on_host(checker: &mut Checker<'_>, name: &Name, mount: &Mount, at: &Path) {
    let is_system = NEVER_WRITABLE.iter().any(|root| {
        mount.source.as_str().strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if is_system && !mount.read_only {
        let message = format!("`{name}` could write {}, and with it take the host over", mount.source);
        checker.report(
            Code::WritableHostPath,
            &at.join("source"),
            message,
            "set `read_only: true` on the mount",
        );
    }
}

/// Two services that write one directory can plant files for each other.
fn second_writer<'a>(
    checker: &mut Checker<'_>,
    writers: &mut Vec<(&'a Name, &'a Mount, Path)>,
    (name, mount, at): (&'a Name, &'a Mount, Path),
) {
    let is_same =
        |other: &Mount| mount.source.is_within(&other.source) || other.source.is_within(&mount.source);
    let first = writers.iter().find(|(writer, other, _)| *writer != name && is_same(other));
    if let Some((first, _, first_at)) = first {
        let message = format!("`{first}` and `{name}` can both write {}", mount.source);
        let places = [(&at.join("source"), "this one"), (&first_at.join("source"), "and this one")];
        let help = "let one of them read only, or give each a directory of its own";
        checker.report_pair(Code::DirectoryShared, places, message, help);
    }
    writers.push((name, mount, at));
}
