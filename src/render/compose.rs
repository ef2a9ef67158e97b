//! The compose projects: one per zone below /opt/docker, with the files and build recipes of its services.
//! What Docker shall do by default for every container (logs, user namespaces) is in `docker`, not here.

use super::{Files, TemplateError, generated, yaml};
use crate::host::{
    Build, Content, Health, Host, HostNamespace, Limits, Mount, Network, Service, ServiceFile, Tmpfs, Zone,
};
use serde_json::{Map, Value, json};

/// The resolver of services that may not ask anybody outside: an address of TEST-NET-1 (RFC 5737), which leads nowhere.
/// Docker's own answers for names of the same network don't need it.
const NO_RESOLVER: &str = "192.0.2.1";

/// Docker's defaults of a health check: <https://docs.docker.com/reference/dockerfile/#healthcheck>.
const DOCKER_HEALTH_SPAN: &str = "30s";
const DOCKER_HEALTH_RETRIES: u8 = 3;

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    for zone in &host.zones {
        files.add(format!("/opt/docker/{}/compose.yaml", zone.name), yaml::to_string(&project(host, zone)));
        for service in &zone.services {
            if let Some(build) = &service.build {
                files.add(format!("{}/Dockerfile", service.directory()), dockerfile(build));
            }
            for file in &service.files {
                add_file(host, file, files);
            }
        }
    }
    Ok(())
}

fn add_file(host: &Host, file: &ServiceFile, files: &mut Files) {
    let text = match &file.content {
        Content::Text(text) => text.clone(),
        Content::Yaml(value) => yaml::to_string(value),
        Content::Json(value) => value.to_string(),
        Content::Generated(kind) => generated::content(host, *kind).to_string(),
    };
    if file.executable {
        files.add_executable(file.source.as_str(), text);
    } else {
        files.add(file.source.as_str(), text);
    }
}

fn dockerfile(build: &Build) -> String {
    let packages: Vec<&str> = build.packages.iter().map(AsRef::as_ref).collect();
    format!("FROM {}\nRUN apt-get update && apt-get install -y {}\n", build.from, packages.join(" "))
}

fn project(host: &Host, zone: &Zone) -> Value {
    let services: Map<String, Value> =
        zone.services.iter().map(|service| (service.name.to_string(), container(service))).collect();
    let mut project = json!({ "name": zone.name, "services": services });
    set_map(&mut project, "networks", networks(host, zone));
    without_interpolation(project)
}

fn set_map(target: &mut Value, key: &str, map: Map<String, Value>) {
    if !map.is_empty() {
        target[key] = Value::Object(map);
    }
}

fn networks(host: &Host, zone: &Zone) -> Map<String, Value> {
    let is_used = |network: &&Network| {
        zone.services.iter().flat_map(|s| &s.attachments).any(|a| a.network == network.name)
    };
    host.networks.iter().filter(is_used).map(|n| (n.name.to_string(), network(n, zone))).collect()
}

/// A network of this zone is made with it; one that several zones meet in was made before any of them.
fn network(network: &Network, zone: &Zone) -> Value {
    if network.zone.as_ref() != Some(&zone.name) {
        return json!({ "name": network.name, "external": true });
    }
    let mut value = json!({
        "name": network.name,
        "driver_opts": { "com.docker.network.bridge.name": network.name },
        "ipam": { "config": [{ "subnet": network.subnet }] },
    });
    if network.internal {
        value["internal"] = true.into();
    }
    value
}

fn container(service: &Service) -> Value {
    let mut value = json!({
        "image": service.image,
        "container_name": service.name,
        // Docker's daemon must not start it by itself after a boot: its zone's unit does, once the volume is there.
        "restart": "on-failure",
        "cap_drop": ["ALL"],
        "deploy": { "resources": { "limits": limits(&service.limits) } },
    });
    harden(service, &mut value);
    connect(service, &mut value);
    start(service, &mut value);
    store(service, &mut value);
    value
}

fn limits(limits: &Limits) -> Value {
    json!({ "cpus": limits.cpus.to_string(), "memory": limits.memory, "pids": limits.pids })
}

fn harden(service: &Service, value: &mut Value) {
    if service.no_new_privileges {
        value["security_opt"] = json!(["no-new-privileges:true"]);
    }
    if service.read_only {
        value["read_only"] = true.into();
    }
    if !service.cap_add.is_empty() {
        value["cap_add"] = json!(service.cap_add);
    }
    for namespace in &service.host_namespaces {
        let key = match namespace {
            HostNamespace::Network => "network_mode",
            HostNamespace::Pid => "pid",
            HostNamespace::User => continue,
        };
        value[key] = "host".into();
    }
    if !service.is_remapped() {
        value["userns_mode"] = "host".into();
    }
}

fn connect(service: &Service, value: &mut Value) {
    let attachments = service.attachments.iter().map(|attachment| {
        let settings = json!({ "ipv4_address": attachment.address, "mac_address": attachment.mac_address() });
        (attachment.network.to_string(), settings)
    });
    set_map(value, "networks", attachments.collect());
    if !service.attachments.is_empty() && !service.asks_outside_names() {
        value["dns"] = json!([NO_RESOLVER]);
    }
    if service.is_published_by_docker && !service.ports.is_empty() {
        value["ports"] = service.ports.iter().map(ToString::to_string).collect();
    }
}

fn start(service: &Service, value: &mut Value) {
    if service.build.is_some() {
        // On Docker's default bridge, which no container joins: a build in the host's network can't run in a user
        // namespace.
        value["build"] = json!({ "context": format!("./{}", service.name) });
    }
    for (key, words) in [("command", &service.command), ("entrypoint", &service.entrypoint)] {
        if let Some(words) = words {
            value[key] = json!(words);
        }
    }
    for (key, text) in [
        ("user", service.user.as_ref().map(ToString::to_string)),
        ("hostname", service.hostname.clone()),
        ("stop_grace_period", service.stop_grace_period.as_ref().map(ToString::to_string)),
    ] {
        if let Some(text) = text {
            value[key] = text.into();
        }
    }
    if service.init {
        value["init"] = true.into();
    }
    let environment = service.environment.iter().map(|(name, text)| (name.clone(), text.as_str().into()));
    set_map(value, "environment", environment.collect());
    if let Some(health) = &service.health {
        value["healthcheck"] = healthcheck(health);
    }
    let after =
        service.after.iter().map(|name| (name.to_string(), json!({ "condition": "service_healthy" })));
    set_map(value, "depends_on", after.collect());
}

/// What Docker does anyway is not said: every byte counts in the paste.
fn healthcheck(health: &Health) -> Value {
    let mut value = json!({ "test": ["CMD-SHELL", health.test], "start_period": health.start_period });
    for (key, span) in [("interval", &health.interval), ("timeout", &health.timeout)] {
        if span.as_str() != DOCKER_HEALTH_SPAN {
            value[key] = json!(span);
        }
    }
    if health.retries != DOCKER_HEALTH_RETRIES {
        value["retries"] = health.retries.into();
    }
    value
}

fn store(service: &Service, value: &mut Value) {
    let files = service.files.iter().map(|file| bind(file.source.as_str(), file.target.as_str(), true));
    let mounts = service
        .mounts
        .iter()
        .map(|Mount { source, target, read_only, .. }| bind(source.as_str(), target.as_str(), *read_only));
    // As Compose does with a secret of its own, but once for all of them.
    let secrets = service.secrets_directory().map(|directory| bind(&directory, "/run/secrets", true));
    let volumes: Vec<Value> = mounts.chain(files).chain(secrets).collect();
    if !volumes.is_empty() {
        value["volumes"] = volumes.into();
    }
    if !service.tmpfs.is_empty() {
        value["tmpfs"] = service.tmpfs.iter().map(tmpfs).collect();
    }
}

/// A missing source is an error, never a fresh directory that belongs to root.
fn bind(source: &str, target: &str, read_only: bool) -> Value {
    let mut value = json!({ "type": "bind", "source": source, "target": target });
    if read_only {
        value["read_only"] = true.into();
    }
    value["bind"] = json!({ "create_host_path": false });
    value
}

/// Docker mounts it noexec, nosuid and nodev unless told otherwise.
fn tmpfs(tmpfs: &Tmpfs) -> Value {
    let exec = if tmpfs.exec { ",exec" } else { "" };
    let owner = match (tmpfs.owner.user, tmpfs.owner.group) {
        (0, 0) => String::new(),
        (user, group) => format!(",uid={user},gid={group}"),
    };
    format!("{}:size={},mode={:o}{exec}{owner}", tmpfs.target, tmpfs.size, tmpfs.mode).into()
}

/// Compose replaces `$NAME` in every value; doubling the dollar keeps it.
fn without_interpolation(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('$', "$$")),
        Value::Array(items) => items.into_iter().map(without_interpolation).collect(),
        Value::Object(entries) => {
            entries.into_iter().map(|(key, value)| (key, without_interpolation(value))).collect()
        }
        other => other,
    }
}
