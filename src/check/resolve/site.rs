//! One web site, resolved.

use super::super::Templates;
use crate::blueprint::{Blueprint, Service, Site as Section, Web};
use crate::host::{FastcgiRoot, Site, Upstream};
use crate::value::{AbsolutePath, Name, Size};

/// The largest request body unless the service says otherwise (NGINX' own default).
const BODY_LIMIT: Size = Size::from_bytes(1 << 20);
/// Requests per second and address unless the service says otherwise.
const RATE: u16 = 20;
/// Requests above the rate that are served at once unless the service says otherwise.
const BURST: u16 = 40;

pub(super) fn site(
    blueprint: &Blueprint,
    templates: &Templates,
    key: &Name,
    section: &Section,
) -> Option<Site> {
    let service = blueprint.services.get(&section.service)?;
    let web = service.web.as_ref()?;
    let template = match &web.template {
        Some(name) => Some(templates.get(name)?.clone()),
        None => None,
    };
    Some(Site {
        key: key.clone(),
        name: section.name.clone(),
        aliases: section.aliases.clone(),
        certificate: section.certificate.clone()?,
        allow: section.allow.clone(),
        upstream: upstream(section, service, web)?,
        root: root(service, web),
        template,
        body_limit: web.body_limit.unwrap_or(BODY_LIMIT),
        login_paths: web.login_paths.clone(),
        rate: web.rate.unwrap_or(RATE),
        burst: web.burst.unwrap_or(BURST),
        installed_marker: web.installed_marker.as_ref().and_then(|marker| host_path(service, marker)),
    })
}

fn upstream(section: &Section, service: &Service, web: &Web) -> Option<Upstream> {
    let address = *service.networks.values().next()?;
    Some(Upstream { service: section.service.clone(), address, port: web.port, protocol: web.protocol })
}

fn root(service: &Service, web: &Web) -> Option<FastcgiRoot> {
    let container = web.root.clone()?;
    Some(FastcgiRoot { host: host_path(service, &container)?, container })
}

/// Where a path of the container lies on the host, through the deepest volume that holds it.
fn host_path(service: &Service, path: &AbsolutePath) -> Option<AbsolutePath> {
    let holding = service.volumes.values().filter(|mount| path.is_within(&mount.target));
    let mount = holding.max_by_key(|mount| mount.target.as_str().len())?;
    match path.below(&mount.target) {
        Some(below) => format!("{}/{below}", mount.source).parse().ok(),
        None => Some(mount.source.clone()),
    }
}
