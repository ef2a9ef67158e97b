//! The machine's own values, and what services ask of it together.

use super::{Checker, service_path};
use crate::blueprint::path::path;
use crate::report::Code;
use crate::value::{CpuCount, Size};

/// What the host keeps for itself: the system, NGINX, Docker, page cache for the databases' writes.
const HOST_MEMORY: Size = Size::from_bytes(1 << 30);

pub(super) fn check(checker: &mut Checker<'_>) {
    let host = &checker.blueprint.host;
    for (key, is_there, example) in [
        ("name", host.name.is_some(), "my-server"),
        ("domain", host.domain.is_some(), "example.com"),
        ("cpus", host.cpus.is_some(), "4"),
        ("memory", host.memory.is_some(), "24G"),
        ("boot_volume", host.boot_volume.is_some(), "47G"),
    ] {
        checker.require(is_there, &path!["host", key], example);
    }
    memory(checker);
    processors(checker);
}

fn memory(checker: &mut Checker<'_>) {
    let Some(memory) = checker.blueprint.host.memory else { return };
    let limits = checker.services().filter_map(|(_, service)| service.limits.as_ref());
    let sum: u64 = limits.map(|limits| limits.memory.bytes()).sum();
    let available = memory.bytes().saturating_sub(HOST_MEMORY.bytes());
    if sum > available {
        let message = format!(
            "the services' memory limits add up to {}, and the host has {} for them",
            megabytes(sum),
            megabytes(available)
        );
        let help =
            format!("lower limits, or take a larger shape; {HOST_MEMORY} of {memory} is the host's own");
        checker.report(Code::MemoryExceeded, &path!["host", "memory"], message, help);
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}M", bytes >> 20)
}

fn processors(checker: &mut Checker<'_>) {
    let Some(cpus) = checker.blueprint.host.cpus else { return };
    let mut sum = 0;
    for (name, service) in checker.services() {
        let Some(limits) = &service.limits else { continue };
        sum += limits.cpus.thousandths();
        if limits.cpus > cpus {
            let message = format!("`{name}` may use {} CPUs, and the host has {cpus}", limits.cpus);
            let at = service_path(name, "limits").join("cpus");
            checker.report(Code::CpusExceeded, &at, message, format!("set it to {cpus} or less"));
        }
    }
    let factor = checker.blueprint.host.cpu_overcommit.unwrap_or(CpuCount::from_thousandths(1000));
    let allowed = u64::from(cpus.thousandths()) * u64::from(factor.thousandths()) / 1000;
    if u64::from(sum) > allowed {
        let sum = CpuCount::from_thousandths(sum);
        let message =
            format!("the services' CPU limits add up to {sum}, more than {factor} times the host's {cpus}");
        let help = "lower limits, or say with `host.cpu_overcommit` how far they may add up";
        checker.report(Code::CpusOvercommitted, &path!["host", "cpus"], message, help);
    }
}
