//! Networks: subnets, addresses, and who meets whom.

use super::{Checker, service_path};
use crate::blueprint::Network;
use crate::blueprint::path::path;
use crate::report::Code;
use crate::value::{Name, NetworkName};
use ipnet::Ipv4Net;
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// What a container network must stay away from, and why.
const RESERVED: [(&str, &str); 8] = [
    ("0.0.0.0/8", "is this host itself"),
    ("127.0.0.0/8", "is loopback"),
    ("169.254.0.0/16", "is link-local, where the metadata service is"),
    ("10.0.0.0/16", "is the default network of an Oracle cloud, so the way to its gateway"),
    ("172.17.0.0/16", "is Docker's default bridge, on which images are built"),
    ("192.0.2.0/24", "is the address that leads nowhere"),
    ("224.0.0.0/4", "is multicast"),
    ("240.0.0.0/4", "is reserved"),
];

pub(super) fn check(checker: &mut Checker<'_>) {
    let networks: Vec<(&NetworkName, &Network)> = checker.blueprint.networks.iter().collect();
    for (index, (name, network)) in networks.iter().enumerate() {
        subnet(checker, name, network.subnet);
        for (other_name, other) in &networks[..index] {
            overlap(checker, (other_name, other), (name, network));
        }
        members(checker, name, network);
    }
    addresses(checker);
}

fn subnet(checker: &mut Checker<'_>, name: &NetworkName, subnet: Ipv4Net) {
    let at = path!["networks", name.as_str(), "subnet"];
    if subnet != subnet.trunc() {
        let message = format!("{subnet} is an address in a subnet, not a subnet");
        checker.report(Code::BadSubnet, &at, message, format!("write {}", subnet.trunc()));
    } else if !(16..=29).contains(&subnet.prefix_len()) {
        let message = format!("{subnet} is too {}", if subnet.prefix_len() < 16 { "large" } else { "small" });
        checker.report(Code::BadSubnet, &at, message, "use a prefix from /16 to /29, such as 172.20.0.0/24");
    }
    for (reserved, reason) in RESERVED {
        if reserved.parse::<Ipv4Net>().is_ok_and(|reserved| overlaps(reserved, subnet)) {
            let message = format!("{subnet} overlaps {reserved}, which {reason}");
            checker.report(
                Code::SubnetReserved,
                &at,
                message,
                "use one of 172.16.0.0/12, such as 172.20.0.0/24",
            );
        }
    }
    let is_private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
        .iter()
        .any(|range| range.parse::<Ipv4Net>().is_ok_and(|range| range.contains(&subnet)));
    if !is_private {
        let message =
            format!("{subnet} belongs to somebody on the internet, who could not be reached from here");
        checker.report(Code::SubnetPublic, &at, message, "use one of 172.16.0.0/12, such as 172.20.0.0/24");
    }
}

fn overlaps(first: Ipv4Net, second: Ipv4Net) -> bool {
    first.contains(&second.network()) || second.contains(&first.network())
}

fn overlap(
    checker: &mut Checker<'_>,
    (first_name, first): (&NetworkName, &Network),
    (name, network): (&NetworkName, &Network),
) {
    if overlaps(first.subnet, network.subnet) {
        let message = format!("the subnets of `{first_name}` and `{name}` overlap");
        let at = path!["networks", name.as_str(), "subnet"];
        let first_at = path!["networks", first_name.as_str(), "subnet"];
        let places = [(&at, "this one"), (&first_at, "and this one")];
        checker.report_pair(Code::SubnetOverlap, places, message, "give each a subnet of its own");
    }
}

/// A network in which services of several zones meet is a way from one zone into another.
fn members(checker: &mut Checker<'_>, name: &NetworkName, network: &Network) {
    let members: Vec<(&Name, &Name)> = checker
        .services()
        .filter(|(_, service)| service.networks.contains_key(name))
        .filter_map(|(member, service)| Some((member, checker.zone_of(service)?)))
        .collect();
    let at = path!["networks", name.as_str()];
    if members.is_empty() && !checker.tree.dropped(&path!["services"]) {
        checker.report(Code::Unused, &at, format!("no service is in the network `{name}`"), "remove it");
    }
    let is_at_home =
        |zone: &Name| checker.blueprint.zones.get(zone).is_some_and(|zone| zone.network == *name);
    let native = members.iter().find(|(_, zone)| is_at_home(zone)).or(members.first());
    let stranger = native.and_then(|(_, home)| members.iter().find(|(_, zone)| zone != home));
    if let (Some((native, home)), Some((stranger, zone)), None) = (native, stranger, &network.shared) {
        let message =
            format!("through `{name}`, whoever takes over `{stranger}` ({zone}) reaches `{native}` ({home})");
        let places = [
            (&service_path(stranger, "networks").join(name.as_str()), "leaves its zone here"),
            (&service_path(native, "networks").join(name.as_str()), "is reached here"),
        ];
        let help = "take one of them out, or say in the network's `shared` why they have to meet";
        checker.report_pair(Code::ZoneCrossing, places, message, help);
    }
}

fn addresses(checker: &mut Checker<'_>) {
    let mut taken: HashMap<Ipv4Addr, &Name> = HashMap::new();
    let blueprint = checker.blueprint;
    for (name, service) in checker.services() {
        for (network_name, address) in &service.networks {
            let at = service_path(name, "networks").join(network_name.as_str());
            let names = blueprint.networks.keys().map(NetworkName::as_str);
            if checker.resolve(&path!["networks"], names, network_name.as_str(), &at) {
                address_in_subnet(checker, &at, *address, blueprint.networks[network_name].subnet);
            }
            let Some(other) = taken.insert(*address, name) else { continue };
            let other_at = service_path(other, "networks");
            let message = format!("`{other}` and `{name}` have the same address {address}");
            let places = [(&at, "this one"), (&other_at, "and one of these")];
            checker.report_pair(Code::DuplicateAddress, places, message, "give each an address of its own");
        }
    }
}

fn address_in_subnet(
    checker: &mut Checker<'_>,
    at: &crate::blueprint::path::Path,
    address: Ipv4Addr,
    subnet: Ipv4Net,
) {
    let gateway = subnet.hosts().next();
    let reason = if !subnet.contains(&address) {
        format!("{address} is not in {subnet}")
    } else if Some(address) == gateway {
        format!("{address} is the host's own address in {subnet}")
    } else if address == subnet.network() || address == subnet.broadcast() {
        format!("{address} can't be used: it is an end of {subnet}")
    } else {
        return;
    };
    let free = subnet.hosts().nth(1).map(|free| free.to_string()).unwrap_or_default();
    checker.report(Code::BadAddress, at, reason, format!("use one from {free} on"));
}
