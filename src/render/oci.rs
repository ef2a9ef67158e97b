//! What the owner's side of Oracle Cloud needs: the security list that equals the host's exposure, and the commands
//! that launch the instance and attach its volumes. Field names: <https://docs.oracle.com/en-us/iaas/api/>

use crate::host::{Architecture, Host, Volume};
use crate::value::{ExternalPort, Protocol, Size};
use serde_json::{Value, json};
use std::fmt::Write;

/// The smallest boot volume that the console accepts, in GB.
const MINIMUM_VOLUME: u64 = 50;

/// The rules of a security list, as `oci network security-list update` takes them.
pub fn security_list(host: &Host) -> String {
    let external = host.firewall.external.iter().map(|(port, comment)| ingress(*port, comment));
    // Path MTU discovery: without it large packets vanish.
    let fragmentation = json!({
        "protocol": "1",
        "source": "0.0.0.0/0",
        "sourceType": "CIDR_BLOCK",
        "isStateless": false,
        "icmpOptions": { "type": 3, "code": 4 },
        "description": "ICMP fragmentation needed",
    });
    let rules: Vec<Value> = external.chain([fragmentation]).collect();
    let egress = json!([{
        "protocol": "all",
        "destination": "0.0.0.0/0",
        "destinationType": "CIDR_BLOCK",
        "isStateless": false,
        "description": "The host's own flow table decides",
    }]);
    format!("{:#}\n", json!({ "ingressSecurityRules": rules, "egressSecurityRules": egress }))
}

fn ingress(port: ExternalPort, comment: &str) -> Value {
    let (number, options) = match port.protocol {
        Protocol::Tcp => ("6", "tcpOptions"),
        Protocol::Udp => ("17", "udpOptions"),
    };
    json!({
        "protocol": number,
        "source": "0.0.0.0/0",
        "sourceType": "CIDR_BLOCK",
        "isStateless": false,
        (options): { "destinationPortRange": { "min": port.port, "max": port.port } },
        "description": comment,
    })
}

/// A shell script with the commands; what only the owner knows comes from the environment.
pub fn launch(host: &Host) -> String {
    let shape = match host.arch {
        Architecture::Arm64 => "VM.Standard.A1.Flex",
        Architecture::Amd64 => "VM.Standard.E5.Flex",
    };
    let mut script = format!(
        "#!/bin/sh\n# Launches {name} and attaches its volumes.\nset -eu\n\
         : \"${{COMPARTMENT:?OCID of the compartment}}\" \"${{AVAILABILITY_DOMAIN:?name of the availability domain}}\"\n\
         : \"${{SUBNET:?OCID of the subnet}}\" \"${{IMAGE:?OCID of the image ({os})}}\" \"${{SSH_KEY:?file of your public key}}\"\n\
         oci compute instance launch --display-name {name} --compartment-id \"$COMPARTMENT\" \\\n  \
         --availability-domain \"$AVAILABILITY_DOMAIN\" --subnet-id \"$SUBNET\" --image-id \"$IMAGE\" \\\n  \
         --shape {shape} --shape-config '{{\"ocpus\":{cpus},\"memoryInGBs\":{memory}}}' \\\n  \
         --boot-volume-size-in-gbs {boot} --user-data-file \"$(dirname \"$0\")/../user-data.gz\" --ssh-authorized-keys-file \"$SSH_KEY\" \\\n  \
         --wait-for-state RUNNING\n",
        name = host.name,
        os = host.os.id,
        cpus = host.cpus,
        memory = gigabytes(host.memory),
        boot = gigabytes(host.boot_volume).max(MINIMUM_VOLUME),
    );
    let volumes: Vec<&Volume> = host.volumes.iter().filter(|volume| volume.device.is_some()).collect();
    if volumes.is_empty() {
        return script;
    }
    script.push_str(
        "instance=$(oci compute instance list --compartment-id \"$COMPARTMENT\" --lifecycle-state RUNNING \\\n  ",
    );
    let _ = writeln!(
        script,
        "--display-name {} --sort-by TIMECREATED --query 'data[0].id' --raw-output)",
        host.name
    );
    for volume in volumes {
        script.push_str(&attach(host, volume));
    }
    script
}

/// A volume of that name is attached if there is one, so that a rebuilt host gets its data back.
fn attach(host: &Host, volume: &Volume) -> String {
    let device = volume.device.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = format!("{}-{}", host.name, volume.name);
    format!(
        "volume=$(oci bv volume list --compartment-id \"$COMPARTMENT\" --lifecycle-state AVAILABLE \\\n  \
         --display-name {name} --query 'data[0].id' --raw-output)\n\
         [ -n \"$volume\" ] || volume=$(oci bv volume create --compartment-id \"$COMPARTMENT\" --display-name {name} \\\n  \
         --availability-domain \"$AVAILABILITY_DOMAIN\" --size-in-gbs {size} --wait-for-state AVAILABLE \\\n  \
         --query data.id --raw-output)\n\
         oci compute volume-attachment attach-paravirtualized-volume --instance-id \"$instance\" \\\n  \
         --volume-id \"$volume\" --device {device} --wait-for-state ATTACHED\n",
        size = gigabytes(volume.size).max(MINIMUM_VOLUME),
    )
}

fn gigabytes(size: Size) -> u64 {
    size.bytes().div_ceil(1 << 30)
}
