//! Monitoring: the collector reaches everything that has metrics.

use super::{Checker, service_path};
use crate::blueprint::path::path;
use crate::blueprint::{HostNamespace, Service};
use crate::report::Code;
use crate::value::{Name, Peer};

pub(super) fn check(checker: &mut Checker<'_>) {
    let Some(monitoring) = &checker.blueprint.monitoring else { return };
    let Some(collector) = checker.resolve_service(&monitoring.service, &path!["monitoring", "service"])
    else {
        return;
    };
    for (name, service) in checker.services() {
        let Some(metrics) = &service.metrics else { continue };
        if *name != monitoring.service && !is_reached(collector, name, service, metrics.port) {
            let message =
                format!("the collector `{}` can't reach the metrics of `{name}`", monitoring.service);
            let flows = service_path(&monitoring.service, "flows");
            let metrics_at = service_path(name, "metrics");
            let places = [(&flows, "no flow leads there"), (&metrics_at, "has metrics")];
            let peer = if is_on_host(service) { "host" } else { name.as_str() };
            let help =
                format!("add a flow `{peer}:{}` to the collector, or remove the metrics", metrics.port);
            checker.report_pair(Code::MetricsUnreached, places, message, &help);
        }
    }
}

fn is_on_host(service: &Service) -> bool {
    service.host_namespaces.contains(&HostNamespace::Network)
}

fn is_reached(collector: &Service, name: &Name, service: &Service, port: u16) -> bool {
    let peer = if is_on_host(service) { Peer::Host } else { Peer::Service(name.clone()) };
    collector.flows.values().any(|flow| flow.peer == peer && flow.port == port)
}
