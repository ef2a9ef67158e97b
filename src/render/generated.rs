//! Files of services that are made from the whole host: scrape targets, mail accounts.
//! What an application makes of them is written in its catalogue fragment.

use crate::host::{Generated, Host};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn content(host: &Host, kind: Generated) -> Value {
    match kind {
        Generated::ScrapeTargets => scrape_targets(host),
        Generated::MailAccounts => mail_accounts(host),
    }
}

/// The format of Prometheus' file_sd_config: <https://prometheus.io/docs/prometheus/latest/configuration/configuration/>
fn scrape_targets(host: &Host) -> Value {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for metrics in host.services().filter_map(|service| service.metrics.as_ref()) {
        groups
            .entry(metrics.path.as_str())
            .or_default()
            .push(format!("{}:{}", metrics.address, metrics.port));
    }
    groups.into_iter().map(|(path, targets)| scrape_group(path, &targets)).collect()
}

/// The targets whose metrics are at one path; the usual one goes without saying.
fn scrape_group(path: &str, targets: &[String]) -> Value {
    let mut group = json!({ "targets": targets });
    if path != "/metrics" {
        group["labels"] = json!({ "__metrics_path__": path });
    }
    group
}

fn mail_accounts(host: &Host) -> Value {
    let Some(mail) = &host.mail else { return json!({}) };
    let address = |user: &dyn std::fmt::Display| format!("{user}@{}", mail.domain);
    let accounts: Value = mail
        .accounts
        .iter()
        .map(|(user, quota)| json!([address(user), quota.map(|size| size.bytes())]))
        .collect();
    let aliases: Value =
        mail.aliases.iter().map(|(alias, account)| json!([address(alias), address(account)])).collect();
    json!({ "accounts": accounts, "virtual": aliases })
}
