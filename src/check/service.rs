//! Services: image, zone, limits, dependencies, flows, secrets, environment.

use super::{Checker, service_path};
use crate::blueprint::path::path;
use crate::blueprint::{HostNamespace, Service};
use crate::report::Code;
use crate::value::{FlowTarget, Name, Peer, SecretName};
use std::collections::HashMap;

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, service) in checker.services() {
        image(checker, name, service);
        zone(checker, name, service);
        checker.require(service.limits.is_some(), &service_path(name, "limits"), "{cpus: 0.5, memory: 256M}");
        flows(checker, name, service);
        secrets(checker, name, service);
        generations(checker, name, service);
        environment(checker, name, service);
        targets(checker, name, service);
        dependencies(checker, name, service);
    }
    shared_databases(checker);
}

fn image(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    let at = service_path(name, "image");
    checker.require(service.image.is_some() || service.build.is_some(), &at, "nginx:alpine");
    let base = service.build.as_ref().map(|build| (&build.from, service_path(name, "build").join("from")));
    for (image, at) in service.image.iter().map(|image| (image, at.clone())).chain(base) {
        let help = format!(
            "name a version, such as `{}:1.2`",
            image.as_str().split(['@', ':']).next().unwrap_or_default()
        );
        match image.tag() {
            None => checker.report(Code::ImageWithoutTag, &at, format!("`{image}` has no tag"), help),
            Some("latest") => {
                let message = format!("`{image}` is another image after every release");
                checker.report(Code::ImageLatest, &at, message, help);
            }
            Some(_) => {}
        }
    }
    if service.image.is_some() && service.build.is_some() {
        let message = format!("`{name}` has both an image and a recipe for one");
        let help = "keep `image` for a published one, or `build` to make it on the host";
        checker.report_pair(
            Code::ImageAndBuild,
            [(&at, "this one"), (&service_path(name, "build"), "or this one")],
            message,
            help,
        );
    }
}

fn zone(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    let at = service_path(name, "zone");
    checker.require(service.zone.is_some(), &at, "public");
    let blueprint = checker.blueprint;
    if let Some(zone) = &service.zone {
        checker.resolve(&path!["zones"], blueprint.zones.keys().map(Name::as_str), zone.as_str(), &at);
    }
    let is_on_host = service.host_namespaces.contains(&HostNamespace::Network);
    if service.networks.is_empty() && !is_on_host && !checker.tree.dropped(&service_path(name, "networks")) {
        let message = format!("`{name}` is in no network");
        let help = "add `networks: {NETWORK: ADDRESS}`, or `host_namespaces: [network]` with its reason";
        checker.report(Code::NoNetwork, &path!["services", name.as_str()], message, help);
    }
    if is_on_host && !(service.networks.is_empty() && service.ports.is_empty()) {
        let message = format!("`{name}` uses the host's network, so it has no networks and ports of its own");
        let at = service_path(name, "host_namespaces");
        checker.report(
            Code::HostNetworkConflict,
            &at,
            message,
            "remove `networks` and `ports`, or `host_namespaces`",
        );
    }
}

fn flows(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    for (purpose, flow) in &service.flows {
        let at = service_path(name, "flows").join(purpose.as_str());
        match &flow.peer {
            Peer::Service(peer) => flow_to_service(checker, (name, service), flow, peer, &at),
            Peer::Internet | Peer::Dns if !leads_out(checker, service) => {
                let message = format!("`{name}` can't reach the internet: all of its networks are internal");
                checker.report(Code::FlowWithoutRoute, &at, message, "add a network that is not internal");
            }
            Peer::Internet | Peer::Dns | Peer::Host => {}
        }
    }
}

fn leads_out(checker: &Checker<'_>, service: &Service) -> bool {
    let is_open = |name| checker.blueprint.networks.get(name).is_some_and(|network| !network.internal);
    service.networks.keys().any(is_open) || service.host_namespaces.contains(&HostNamespace::Network)
}

fn flow_to_service(
    checker: &mut Checker<'_>,
    (name, service): (&Name, &Service),
    flow: &FlowTarget,
    peer_name: &Name,
    at: &crate::blueprint::path::Path,
) {
    let Some(peer) = checker.resolve_service(peer_name, at) else { return };
    let is_together = service.networks.keys().any(|network| peer.networks.contains_key(network));
    if !is_together {
        let message = format!("`{name}` has a flow to {flow}, but they are in no network together");
        let peer_at = service_path(peer_name, "networks");
        let places = [(at, "has to reach"), (&peer_at, "is only in these")];
        checker.report_pair(
            Code::FlowWithoutRoute,
            places,
            message,
            "put both into one network, or remove the flow",
        );
    }
}

fn secrets(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    let blueprint = checker.blueprint;
    for (file, secret) in &service.secrets {
        if !secret.is_given() {
            let at = service_path(name, "secrets").join(file.as_str());
            let names = blueprint.services.keys().map(Name::as_str);
            checker.resolve(&path!["services"], names, secret.parts().0, &at);
        }
    }
}

/// Of a secret that nobody holds there is nothing to change.
fn generations(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    let blueprint = checker.blueprint;
    let held = || blueprint.services.values().flat_map(|it| it.secrets.values()).map(SecretName::parts);
    for secret in service.generations.keys() {
        let at = service_path(name, "generations").join(secret.as_str());
        let names = held().filter(|(owner, _)| *owner == name.as_str()).map(|(_, name)| name);
        checker.resolve(&service_path(name, "secrets"), names, secret.as_str(), &at);
    }
}

fn environment(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    for (variable, value) in &service.environment {
        let at = service_path(name, "environment").join(variable.as_str());
        let is_text = value.0.as_str().is_some_and(|text| !text.is_empty());
        if is_text && sounds_secret(variable.as_str()) {
            let message =
                format!("`{variable}` looks like a secret, and everything in the environment can be read");
            let help =
                "use a file: `secrets: {password: SERVICE/NAME}` and the application's `..._FILE` variable";
            checker.report(Code::SecretInEnvironment, &at, message, help);
        }
        if value.0.as_str().is_some_and(|text| text.contains('\0'))
            || value.0.is_array()
            || value.0.is_object()
        {
            let message = format!("the value of `{variable}` is no text");
            checker.report(
                Code::BadEnvironment,
                &at,
                message,
                "give one line of text, a number or true/false",
            );
        }
    }
}

fn sounds_secret(variable: &str) -> bool {
    let name = variable.to_ascii_uppercase();
    let words = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "PRIVATE_KEY"];
    words.iter().any(|word| name.ends_with(word))
}

/// Two things in one place of the container: the second would hide the first.
fn targets(checker: &mut Checker<'_>, name: &Name, service: &Service) {
    let mounts = service.volumes.iter().map(|(purpose, mount)| {
        (mount.target.as_str(), service_path(name, "volumes").join(purpose.as_str()).join("target"))
    });
    let files = service
        .files
        .keys()
        .map(|target| (target.as_str(), service_path(name, "files").join(target.as_str())));
    let tmpfs = service
        .tmpfs
        .keys()
        .map(|target| (target.as_str(), service_path(name, "tmpfs").join(target.as_str())));
    let mut taken = HashMap::new();
    for (target, at) in mounts.chain(files).chain(tmpfs) {
        if let Some(other) = taken.insert(target, at.clone()) {
            let message = format!("two things are mounted at {target} in `{name}`");
            let places = [(&at, "this one"), (&other, "and this one")];
            checker.report_pair(Code::DuplicateTarget, places, message, "give each a path of its own");
        }
    }
}

fn dependencies<'a>(checker: &mut Checker<'a>, name: &Name, service: &'a Service) {
    for (index, other_name) in service.after.iter().enumerate() {
        let at = service_path(name, "after").join(index);
        let Some(other) = checker.resolve_service(other_name, &at) else { continue };
        let (zone, other_zone) = (checker.zone_of(service), checker.zone_of(other));
        if zone.zip(other_zone).is_some_and(|(zone, other_zone)| zone != other_zone) {
            let message = format!("`{name}` can't wait for `{other_name}`, which is in another zone");
            checker.report(
                Code::AfterOtherZone,
                &at,
                message,
                "zones start and fail on their own; remove it",
            );
        } else if other.health.is_none() {
            let message =
                format!("`{name}` waits until `{other_name}` is healthy, and nothing asks for its health");
            checker.report(
                Code::AfterWithoutHealth,
                &at,
                message,
                format!("give `{other_name}` a `health` test"),
            );
        }
    }
    // Each of a circle would find it; the first by name says it.
    if let Some(circle) =
        circle(checker, name).filter(|circle| circle.iter().all(|other| name.as_str() <= other))
    {
        let message = format!("`{name}` waits for itself: {}", circle.join(" -> "));
        checker.report(Code::AfterCircle, &service_path(name, "after"), message, "remove one of them");
    }
}

fn circle(checker: &Checker<'_>, start: &Name) -> Option<Vec<String>> {
    let mut way = vec![(start, vec![start.to_string()])];
    let mut seen = std::collections::HashSet::new();
    while let Some((name, trail)) = way.pop() {
        for next in &checker.blueprint.services.get(name)?.after {
            let mut trail = trail.clone();
            trail.push(next.to_string());
            if next == start {
                return Some(trail);
            }
            if seen.insert(next) && checker.blueprint.services.contains_key(next) {
                way.push((next, trail));
            }
        }
    }
    None
}

/// One database per service: whoever takes over one application reads only that application's data.
fn shared_databases(checker: &mut Checker<'_>) {
    let agent = checker.blueprint.backup.as_ref().map(|backup| &backup.agent);
    let mut users: HashMap<&Name, (&Name, &Name)> = HashMap::new();
    for (name, service) in checker.services().filter(|(name, _)| Some(*name) != agent) {
        for (purpose, flow) in &service.flows {
            let Peer::Service(database) = &flow.peer else { continue };
            let dump =
                checker.blueprint.services.get(database).and_then(|s| s.backup.as_ref()?.dump.as_ref());
            if dump.is_none_or(|dump| dump.port != flow.port) {
                continue;
            }
            let Some((first, first_purpose)) = users.insert(database, (name, purpose)) else { continue };
            if first == name {
                continue;
            }
            let at = service_path(name, "flows").join(purpose.as_str());
            let first_at = service_path(first, "flows").join(first_purpose.as_str());
            let message = format!("`{first}` and `{name}` share the database `{database}`");
            let places = [(&at, "this one"), (&first_at, "and this one")];
            checker.report_pair(
                Code::DatabaseShared,
                places,
                message,
                "give each a database service of its own",
            );
        }
    }
}
