//! The units: one per step and zone in the order of their graph, relays of loopback ports, timers. What is free text
//! never comes here: a unit names a step or task, and the program finds its words in host.json.

use super::{Files, TemplateError};
use crate::host::{Host, RelayedPort};

const FILTER: &str = "vpsgen-filter.service";

/// The packet filter isn't a step: at every boot its unit comes before the network, and says so itself (`Before=`). What
/// starts it is Docker, which requires it, since without it no zone may start; before the first start of Docker there is
/// nothing to filter, and maybe no `nft`.
const STATIC: &[(&str, &str)] = &[
    (FILTER, include_str!("systemd/vpsgen-filter.service")),
    ("vpsgen@.service", include_str!("systemd/vpsgen@.service")),
    ("vpsgen-zone@.service", include_str!("systemd/vpsgen-zone@.service")),
    ("vpsgen-run@.service", include_str!("systemd/vpsgen-run@.service")),
    ("vpsgen-task@.service", include_str!("systemd/vpsgen-task@.service")),
];

pub(super) fn render(host: &Host, files: &mut Files) -> Result<(), TemplateError> {
    for (name, text) in STATIC {
        add(files, name, *text);
    }
    add(files, "docker.service.d/vpsgen.conf", format!("[Unit]\nRequires={FILTER}\nAfter={FILTER}\n"));
    order_steps(host, files);
    for port in host.relayed_ports() {
        relay(&port, files);
    }
    for (unit, schedule) in timers(host) {
        add(files, &unit, format!("[Timer]\nOnCalendar={schedule}\nPersistent=yes\n"));
    }
    for verb in host.backup.iter().flat_map(|_| ["backup", "rehearse"]) {
        // Until what it needs from outside is there, it isn't started, so that it can't fail every night.
        let step = "vpsgen@backup.service";
        let order = format!("[Unit]\nRequisite={step}\nAfter={step}\n");
        add(files, &format!("vpsgen-run@{verb}.service.d/order.conf"), order);
    }
    add(files, "vpsgen.target", target(host));
    Ok(())
}

fn add(files: &mut Files, unit: &str, text: impl Into<Vec<u8>>) {
    files.add(format!("/etc/systemd/system/{unit}"), text);
}

/// The target wants everything; it is wanted by the boot, but the boot doesn't wait for it.
fn target(host: &Host) -> String {
    let text = include_str!("systemd/vpsgen.target");
    let steps = host.steps().into_iter().filter_map(|step| step.unit());
    let relays = host.relayed_ports().map(|port| format!("{}.socket", relay_name(&port)));
    let all = steps.chain(relays).chain(timers(host).map(|(unit, _)| unit));
    let wants: String = all.map(|unit| format!("Wants={unit}\n")).collect();
    text.replace("Wants=\n", &wants)
}

fn order_steps(host: &Host, files: &mut Files) {
    for step in host.steps() {
        let required: Vec<String> = step.required_units().collect();
        if let (Some(unit), false) = (step.unit(), required.is_empty()) {
            let units = required.join(" ");
            let mounts = mounts_of(host, &step.name);
            let text = format!("[Unit]\nRequires={units}\nAfter={units}\n{mounts}");
            add(files, &format!("{unit}.d/order.conf"), text);
        }
    }
}

/// A zone stops when its volume goes away, and never starts without it: its storage step has mounted it. To require the
/// mount itself would start it before that step, when there is nothing to mount yet, and fail.
fn mounts_of(host: &Host, step: &str) -> String {
    let zones = host.zones.iter().filter(|zone| step.strip_prefix("zone-") == Some(zone.name.as_str()));
    let volumes = zones.flat_map(|zone| host.zone_volumes(zone)).filter(|volume| volume.device.is_some());
    let mounts: Vec<String> = volumes.map(|volume| mount_unit(volume.mount.as_str())).collect();
    let units = mounts.join(" ");
    if mounts.is_empty() { String::new() } else { format!("PartOf={units}\nAfter={units}\n") }
}

/// The name of a mount's unit, as `systemd-escape --path --suffix=mount` makes it.
fn mount_unit(path: &str) -> String {
    let escape = |(index, byte): (usize, u8)| match byte {
        b'/' => "-".into(),
        b'.' if index > 0 => ".".into(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    };
    path.trim_matches('/').bytes().enumerate().map(escape).chain([".mount".into()]).collect()
}

fn relay_name(relayed: &RelayedPort) -> String {
    format!("vpsgen-relay-{}-{}", relayed.port.address, relayed.port.host)
}

fn relay(relayed: &RelayedPort, files: &mut Files) {
    let RelayedPort { port, target, .. } = relayed;
    let name = relay_name(relayed);
    let socket = format!("[Socket]\nListenStream={}:{}\n", port.address, port.host);
    add(files, &format!("{name}.socket"), socket);
    let program =
        format!("/usr/lib/systemd/systemd-socket-proxyd --exit-idle-time=5min {target}:{}", port.container);
    let unit = include_str!("systemd/relay.service");
    add(files, &format!("{name}.service"), format!("{unit}IPAddressAllow={target}\nExecStart={program}\n"));
}

/// Every timer with its schedule: `vpsctl` by itself, and the tasks of services, whose instance is `SERVICE.NAME`.
fn timers(host: &Host) -> impl Iterator<Item = (String, String)> {
    let run = |verb: &str, schedule: String| (format!("vpsgen-run@{verb}.timer"), schedule);
    let metrics = run("metrics", "*:0/5".into());
    let certificates = (!host.certificates.is_empty()).then(|| run("certificates", "*:0/15".into()));
    let backup = host.backup.as_ref().map(|backup| run("backup", format!("*-*-* {}", backup.schedule)));
    let rehearsal = host.backup.as_ref().map(|_| run("rehearse", "Sun 05:00".into()));
    let tasks = host.services().flat_map(|service| {
        service.timers.iter().map(|(schedule, task)| {
            (format!("vpsgen-task@{}.{}.timer", service.name, task.name), schedule.to_string())
        })
    });
    [metrics].into_iter().chain(certificates).chain(backup).chain(rehearsal).chain(tasks)
}

#[cfg(test)]
mod tests {
    use super::mount_unit;

    /// From `systemd-escape --path --suffix=mount`.
    #[test]
    fn a_mount_has_the_name_that_systemd_gives_it() {
        assert_eq!(mount_unit("/mnt/private"), "mnt-private.mount");
        assert_eq!(mount_unit("/srv/my-data/.x.y"), "srv-my\\x2ddata-.x.y.mount");
        assert_eq!(mount_unit("/.hidden"), "\\x2ehidden.mount");
    }
}
