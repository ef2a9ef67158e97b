//! `vpsgen audit`: who could reach what, as text, as data, or as a graph for Graphviz.

use super::input::{Outcome, Printed};
use super::{BlueprintOptions, Failure, Format, ReadingOptions, table};
use crate::audit::{Blast, Edge, Node, Reached, blast_radius, edges, with_host_ids};
use crate::host::{Host, Outlet};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The blueprint
    #[arg(default_value = "blueprints/oracle-vps.yaml")]
    blueprint: PathBuf,
    /// A file that is laid over the blueprint; can be given several times, the last wins
    #[arg(short = 'O', long = "overlay", value_name = "FILE")]
    overlays: Vec<PathBuf>,
    /// Let warnings fail, too
    #[arg(long)]
    strict: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For machines
    Json,
    /// For Graphviz
    Dot,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let format = if options.format == Form::Json { Format::Json } else { Format::Text };
    let reading = ReadingOptions { overlays: options.overlays.clone(), strict: options.strict, format };
    let outcome = Outcome::of(&BlueprintOptions { blueprint: options.blueprint.clone(), reading })?;
    outcome.finish(|format| {
        let host = outcome.compiled.as_ref().and_then(|compiled| compiled.host.as_ref());
        let Some(host) = host else { return Printed::Text(String::new()) };
        match format {
            Format::Json => Printed::Json("audit", document(host)),
            Format::Text if options.format == Form::Dot => Printed::Text(graph(host)),
            Format::Text => Printed::Text(text(host)),
        }
    })
}

fn blasts<'a>(host: &'a Host, edges: &[Edge<'a>]) -> Vec<Blast<'a>> {
    host.services().filter_map(|service| blast_radius(host, edges, &service.name)).collect()
}

fn text(host: &Host) -> String {
    let edges = edges(host);
    let rows: Vec<Vec<String>> =
        edges.iter().map(|it| vec![it.from.to_string(), it.to.to_string(), it.means.to_string()]).collect();
    let excepted = excepted(host);
    let mut text = format!("Who reaches whom\n{}", table::render(&["FROM", "TO", "BY"], &rows));
    for blast in blasts(host, &edges) {
        text += &format!("\nWhoever holds {} (zone {})\n", blast.service.name, blast.service.zone);
        text += &said("reaches", blast.reached.iter().map(Reached::path));
        text += &said("writes", blast.writes.iter().map(ToString::to_string));
        text += &said("reads", blast.reads.iter().map(ToString::to_string));
        text += &said("holds the secrets", blast.secrets.iter().map(ToString::to_string));
        if excepted.contains(&blast.service.name.as_str()) {
            text += "  has the host's user ids\n";
        }
    }
    text + &counted(host, &excepted)
}

/// The names of those whose user ids are the host's.
fn excepted(host: &Host) -> Vec<&str> {
    with_host_ids(host).into_iter().map(|service| service.name.as_str()).collect()
}

fn counted(host: &Host, excepted: &[&str]) -> String {
    let of_all = format!("{} of {} services", excepted.len(), host.services().count());
    let names = if excepted.is_empty() { String::new() } else { format!(": {}", excepted.join(", ")) };
    format!("\nWith the host's user ids: {of_all}{names}\n")
}

fn said(verb: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.is_empty() {
        true => String::new(),
        false => format!("  {verb}\n{}", items.iter().map(|it| format!("    {it}\n")).collect::<String>()),
    }
}

fn document(host: &Host) -> Value {
    let edges = edges(host);
    let services = blasts(host, &edges).into_iter().map(|blast| {
        let reached = blast.reached.iter().map(|it| json!({"node": it.node.to_string(), "way": it.path()}));
        let described = json!({
            "zone": blast.service.zone,
            "reaches": reached.collect::<Vec<_>>(),
            "writes": blast.writes,
            "reads": blast.reads,
            "secrets": blast.secrets,
            "remapped": host.user_namespaces && blast.service.is_remapped(),
        });
        (blast.service.name.to_string(), described)
    });
    let services: serde_json::Map<String, Value> = services.collect();
    let edge = |it: &Edge<'_>| json!({"from": it.from.to_string(), "to": it.to.to_string(), "by": it.means.to_string()});
    let edges: Vec<Value> = edges.iter().map(edge).collect();
    json!({
        "edges": edges,
        "services": services,
        "with_host_ids": excepted(host),
        "prediction": prediction(host),
    })
}

/// Every connection that the packet filter lets through, by addresses: what a measurement is compared with.
fn prediction(host: &Host) -> Value {
    let addresses = host.services().flat_map(|service| {
        let here = move |it: &crate::host::Attachment| {
            json!({"service": service.name, "network": it.network, "address": it.address, "mac": it.mac_address()})
        };
        service.attachments.iter().map(here)
    });
    let between = host.container_flows().map(|it| json!({"source": it.source, "to": place(it.target)}));
    let user = |it: crate::host::UserFlow<'_>| json!({"user": it.user.label(), "to": place(it.target)});
    json!({
        "addresses": addresses.collect::<Vec<_>>(),
        "containers": between.collect::<Vec<_>>(),
        "outward": host.outward_flows().map(|(_, it)| place(it)).collect::<Vec<_>>(),
        "resolving": host.resolving().map(|(_, address)| address).collect::<Vec<_>>(),
        "inward": host.inward_flows().map(|(_, it)| place(it)).collect::<Vec<_>>(),
        "published": host.published().map(|(_, it)| place(it)).collect::<Vec<_>>(),
        "users": host.user_flows().map(user).collect::<Vec<_>>(),
        "loopback": host.loopback_ports().map(|(_, it, _)| place(it)).collect::<Vec<_>>(),
        "openers": host.loopback_flows().map(user).collect::<Vec<_>>(),
    })
}

fn place(outlet: Outlet) -> Value {
    json!([outlet.address, outlet.protocol.to_string(), outlet.port])
}

fn graph(host: &Host) -> String {
    let mut text = String::from("digraph host {\n  rankdir=LR;\n");
    for (index, zone) in host.zones.iter().enumerate() {
        text += &format!("  subgraph cluster_{index} {{\n    label={:?};\n", zone.name.as_str());
        for service in &zone.services {
            text += &format!("    {:?};\n", Node::Service(&service.name).to_string());
        }
        text += "  }\n";
    }
    for edge in edges(host) {
        let [from, to, by] = [edge.from.to_string(), edge.to.to_string(), edge.means.to_string()];
        text += &format!("  {from:?} -> {to:?} [label={by:?}];\n");
    }
    text + "}\n"
}
