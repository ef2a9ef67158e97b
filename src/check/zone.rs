//! Zones: each has a network and perhaps a volume, encrypted if its data is private.

use super::Checker;
use crate::blueprint::path::path;
use crate::blueprint::{Encryption, Zone};
use crate::report::Code;
use crate::value::{Name, NetworkName};
use std::collections::HashMap;

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut owners: HashMap<&Name, &Name> = HashMap::new();
    let blueprint = checker.blueprint;
    for (name, zone) in &blueprint.zones {
        let at = path!["zones", name.as_str()];
        let names = blueprint.networks.keys().map(NetworkName::as_str);
        checker.resolve(&path!["networks"], names, zone.network.as_str(), &at.join("network"));
        for (index, other) in zone.reaches.iter().enumerate() {
            let names = blueprint.zones.keys().map(Name::as_str);
            checker.resolve(&path!["zones"], names, other.as_str(), &at.join("reaches").join(index));
        }
        if let Some(volume) = &zone.volume {
            volume_of(checker, name, zone, volume);
            if let Some(other) = owners.insert(volume, name) {
                let message = format!("the zones `{other}` and `{name}` share the volume `{volume}`");
                let other_at = path!["zones", other.as_str(), "volume"];
                let places = [(&at.join("volume"), "this one"), (&other_at, "and this one")];
                checker.report_pair(
                    Code::VolumeShared,
                    places,
                    message,
                    "give each zone a volume of its own",
                );
            }
        }
        let is_used = checker.services().any(|(_, service)| service.zone.as_ref() == Some(name));
        if !is_used && !checker.tree.dropped(&path!["services"]) {
            checker.report(Code::Unused, &at, format!("no service is in the zone `{name}`"), "remove it");
        }
    }
}

fn volume_of(checker: &mut Checker<'_>, name: &Name, zone: &Zone, volume_name: &Name) {
    let at = path!["zones", name.as_str(), "volume"];
    let blueprint = checker.blueprint;
    let names = blueprint.volumes.keys().map(Name::as_str);
    if !checker.resolve(&path!["volumes"], names, volume_name.as_str(), &at) {
        return;
    }
    let volume = &blueprint.volumes[volume_name];
    if zone.confidential && volume.encryption == Encryption::None {
        let message =
            format!("the zone `{name}` is confidential and its volume `{volume_name}` is not encrypted");
        let volume_at = path!["volumes", volume_name.as_str()];
        let places =
            [(&at, "confidential data goes here"), (&volume_at, "this volume has no `encryption: luks`")];
        let help =
            "set `encryption: luks` on the volume, or `confidential: false` on a zone without private data";
        checker.report_pair(Code::ZoneUnencrypted, places, message, help);
    }
}
