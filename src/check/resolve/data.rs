//! Directories on volumes and their owners, as ids of the host.

use crate::blueprint::{Blueprint, Mount, Service, Volume};
use crate::host::{Directory, DirectoryAccess, USER_NAMESPACE_BASE};
use crate::value::UserId;

/// Whom a data directory belongs to unless the mount says otherwise: nobody else may look in.
const DIRECTORY_MODE: u32 = 0o750;

/// The directories that the services' mounts need on a volume, each once, in path order.
pub(super) fn directories(blueprint: &Blueprint, volume: &Volume) -> Vec<Directory> {
    let mut directories: Vec<Directory> = Vec::new();
    for service in blueprint.services.values() {
        for mount in service.volumes.values().filter(|mount| mount.source.is_within(&volume.mount)) {
            // A read-only mount without an owner shows what another service, or the owner by hand, puts there.
            let is_shown = mount.read_only && mount.owner.is_none();
            let access = (!is_shown).then(|| access(blueprint, service, mount));
            directories.push(Directory { path: mount.source.clone(), access });
        }
    }
    directories.sort_by(|a, b| a.path.cmp(&b.path).then(a.access.is_none().cmp(&b.access.is_none())));
    directories.dedup_by(|a, b| a.path == b.path);
    directories
}

fn access(blueprint: &Blueprint, service: &Service, mount: &Mount) -> DirectoryAccess {
    let (uid, gid) = on_host(blueprint, service, mount.owner.unwrap_or(UserId::ROOT));
    DirectoryAccess { uid, gid, mode: mount.mode.map_or(DIRECTORY_MODE, |mode| mode.0) }
}

/// A container's ids as the host's: shifted into the fixed range where the container is remapped.
pub(super) fn on_host(blueprint: &Blueprint, service: &Service, id: UserId) -> (u32, u32) {
    let is_remapped = blueprint.host.user_namespaces.unwrap_or(true) && service.host_namespaces.is_empty();
    let base = if is_remapped { USER_NAMESPACE_BASE } else { 0 };
    (base + id.user, base + id.group)
}
