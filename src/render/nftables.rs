//! The packet filter: who may talk to whom, as sets that rules look into, so that a packet costs the same with ten
//! services and with a thousand. It only drops: what it lets through, Docker's, UFW's and Fail2Ban's chains still judge.
//!
//! - The bridge family sees what stays within one bridge, and checks at every port that address and MAC are those of one
//!   member. It keeps no state, since not every kernel can there (nf_conntrack_bridge): an answer is what comes from a
//!   declared port, and opens no connection. IPv6 has no member, so it ends here.
//! - The inet family sees what is routed, and with br_netfilter what is bridged, too. It closes every interface that has a
//!   kind, whether somebody named it or not: cards and loopback have none, and `outer` lists what machines are connected
//!   by. What is for the internet reaches no private network; names are asked of the cloud's resolver only; and NGINX' user
//!   reaches nothing but what it serves.
//!
//! Deliberately absent: names of interfaces of the cloud, and any rule about what reaches the host from outside.

use super::{Files, TemplateError};
use crate::host::{BUILD_NETWORK, Host, Outlet};
use std::fmt::Display;

/// Where it lies, and whence its unit loads it.
const PATH: &str = "/etc/vpsgen/filter.nft";

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    let mut tables = include_str!("nftables/tables.nft").replace("BUILD", BUILD_NETWORK.0);
    let mut definitions = String::new();
    for (name, elements) in sets(host) {
        if elements.is_empty() {
            tables = tables.replace(&format!(" elements = ${name}"), "");
        } else {
            definitions += &format!("define {name} = {{ {} }}\n", elements.join(", "));
        }
    }
    files.add(PATH, format!("{definitions}{tables}"));
    Ok(())
}

/// The elements of every set, each once. A definition without elements would be an error of syntax.
fn sets(host: &Host) -> [(&'static str, Vec<String>); 10] {
    let attachments = || host.services().flat_map(|service| &service.attachments);
    let members = attachments().map(|it| format!("{} . {}", it.mac_address(), it.address));
    let build = (BUILD_NETWORK.0.to_string(), BUILD_NETWORK.1);
    let networks = host.networks.iter().map(|it| (it.subnet.to_string(), it.name.as_str()));
    let places = networks.chain([build]).map(|(subnet, name)| format!("{subnet} . {name:?}"));
    let flows = host.container_flows().map(|it| format!("{} . {}", it.source, outlet(it.target)));
    let users = host.user_flows().map(|it| format!("{} . {}", it.user.label(), outlet(it.target)));
    let port = |it: Outlet| format!("{} . {}", it.protocol, it.port);
    let loopback = host.loopback_ports().map(|(_, target, _)| port(target));
    let openers = host.loopback_flows().map(|it| format!("{} . {}", it.user.label(), port(it.target)));
    [
        ("members", each_once(members)),
        ("places", each_once(places)),
        ("flows", each_once(flows)),
        ("outward", each_once(host.outward_flows().map(|(_, it)| outlet(it)))),
        ("resolving", each_once(host.resolving().map(|(_, it)| it))),
        ("inward", each_once(host.inward_flows().map(|(_, it)| outlet(it)))),
        ("published", each_once(host.published().map(|(_, it)| outlet(it)))),
        ("users", each_once(users)),
        ("loopback", each_once(loopback)),
        ("openers", each_once(openers)),
    ]
}

fn each_once(elements: impl Iterator<Item = impl Display>) -> Vec<String> {
    let mut texts: Vec<String> = elements.map(|it| it.to_string()).collect();
    texts.sort();
    texts.dedup();
    texts
}

fn outlet(outlet: Outlet) -> String {
    format!("{} . {} . {}", outlet.address, outlet.protocol, outlet.port)
}
