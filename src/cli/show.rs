//! `vpsgen show`: what a blueprint comes to, as tables or data.

use super::input::{Outcome, Printed};
use super::{BlueprintOptions, Failure, Format, build, table};
use crate::host::Host;
use crate::pack::Artifact;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// What to show
    #[arg(value_enum)]
    subject: Subject,
    #[command(flatten)]
    blueprint: BlueprintOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    /// The machine, its volumes and its services
    Host,
    /// Every network with its members and their addresses
    Networks,
    /// Every port, from the internet and on loopback
    Ports,
    /// Every file of the artifact
    Files,
    /// What takes the room in the paste
    Budget,
}

/// A heading and its rows; as data each row is an object with the heading's words as keys.
struct Sheet {
    title: String,
    heading: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let outcome = Outcome::of(&options.blueprint)?;
    outcome.finish(|format| {
        let compiled = outcome.compiled.as_ref();
        let host = compiled.and_then(|compiled| compiled.host.as_ref());
        let artifact = compiled.and_then(|compiled| compiled.artifact.as_ref());
        let (Some(host), Some(artifact)) = (host, artifact) else { return Printed::Text(String::new()) };
        let sheets = match options.subject {
            Subject::Host => machine(host),
            Subject::Networks => networks(host),
            Subject::Ports => ports(host),
            Subject::Files => files(artifact),
            Subject::Budget => budget(artifact),
        };
        match format {
            Format::Text => Printed::Text(sheets.iter().map(Sheet::text).collect::<Vec<_>>().join("\n")),
            Format::Json => Printed::Json("show", sheets.iter().map(Sheet::data).collect()),
        }
    })
}

impl Sheet {
    fn text(&self) -> String {
        format!("{}\n{}", self.title, table::render(&self.heading, &self.rows))
    }

    fn data(&self) -> Value {
        let object = |row: &Vec<String>| -> Value {
            self.heading
                .iter()
                .map(|key| key.to_lowercase())
                .zip(row.iter().map(|cell| json!(cell)))
                .collect()
        };
        json!({ "title": self.title, "rows": self.rows.iter().map(object).collect::<Vec<_>>() })
    }
}

fn machine(host: &Host) -> Vec<Sheet> {
    let volumes = host.volumes.iter().map(|volume| {
        let device = volume.device.as_ref().map_or("(boot volume)".into(), ToString::to_string);
        let encryption = format!("{:?}", volume.encryption).to_lowercase();
        vec![volume.name.to_string(), volume.mount.to_string(), volume.size.to_string(), encryption, device]
    });
    let services = host.services().map(|service| {
        let limits = &service.limits;
        vec![
            service.name.to_string(),
            service.zone.to_string(),
            service.image.clone(),
            limits.cpus.to_string(),
            limits.memory.to_string(),
        ]
    });
    vec![
        Sheet {
            title: format!(
                "{}: {}, {} CPUs, {} memory, {} boot volume",
                host.fqdn(),
                host.os.id,
                host.cpus,
                host.memory,
                host.boot_volume
            ),
            heading: vec!["VOLUME", "MOUNT", "SIZE", "ENCRYPTION", "DEVICE"],
            rows: volumes.collect(),
        },
        Sheet {
            title: "Services".into(),
            heading: vec!["SERVICE", "ZONE", "IMAGE", "CPUS", "MEMORY"],
            rows: services.collect(),
        },
    ]
}

fn networks(host: &Host) -> Vec<Sheet> {
    let sheet = |network: &crate::host::Network| {
        let members = host.services().flat_map(|service| {
            let here = service.attachments.iter().filter(|attachment| attachment.network == network.name);
            here.map(|attachment| {
                vec![service.name.to_string(), attachment.address.to_string(), attachment.mac_address()]
            })
        });
        let kind = if network.internal { ", internal" } else { "" };
        Sheet {
            title: format!("{}: {}, host at {}{kind}", network.name, network.subnet, network.gateway),
            heading: vec!["SERVICE", "ADDRESS", "MAC"],
            rows: members.collect(),
        }
    };
    host.networks.iter().map(sheet).collect()
}

fn ports(host: &Host) -> Vec<Sheet> {
    let external = host.firewall.external.iter().map(|(port, comment)| {
        let handler = host.services().find(|service| {
            service
                .ports
                .iter()
                .any(|p| !p.address.is_loopback() && p.host == port.port && p.protocol == port.protocol)
        });
        vec![
            port.to_string(),
            comment.clone(),
            handler.map_or("host".into(), |service| service.name.to_string()),
        ]
    });
    let loopback = host.services().flat_map(|service| {
        service.ports.iter().filter(|port| port.address.is_loopback()).map(|port| {
            let way = if service.is_published_by_docker { "docker" } else { "socket" };
            let address = format!("{}:{}", port.address, port.host);
            vec![
                address,
                service.name.to_string(),
                format!("{}/{}", port.container, port.protocol),
                way.into(),
            ]
        })
    });
    vec![
        Sheet {
            title: "From the internet".into(),
            heading: vec!["PORT", "WHAT", "HANDLER"],
            rows: external.collect(),
        },
        Sheet {
            title: "On loopback".into(),
            heading: vec!["ADDRESS", "SERVICE", "CONTAINER", "BY"],
            rows: loopback.collect(),
        },
    ]
}

fn files(artifact: &Artifact) -> Vec<Sheet> {
    let rows = artifact.manifest().files.iter();
    vec![Sheet {
        title: format!("{} files of the host", artifact.manifest().files.len()),
        heading: vec!["MODE", "SIZE", "PATH"],
        rows: rows.map(|file| vec![file.mode.clone(), file.size.to_string(), file.path.clone()]).collect(),
    }]
}

fn budget(artifact: &Artifact) -> Vec<Sheet> {
    let budget = &artifact.manifest().budget;
    let rows = budget.contributors.iter().map(|one| vec![one.bytes.to_string(), one.path.clone()]);
    vec![Sheet { title: build::budget_line(budget), heading: vec!["BYTES", "WHAT"], rows: rows.collect() }]
}
