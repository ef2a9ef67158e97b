//! The steps that make the host, and what each needs before it: the graph that systemd walks.
//! A step does one thing, may be done again at any time, and its name says what it is about: `verb` or `verb-name`.

use super::{Encryption, Host, Volume, Zone};

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, as `vpsctl status` shows it.
    pub name: String,
    /// The steps that have to be done first.
    pub requires: Vec<String>,
}

impl Step {
    fn new(name: impl Into<String>, requires: &[&str]) -> Self {
        Self { name: name.into(), requires: requires.iter().map(ToString::to_string).collect() }
    }

    fn and(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.requires.extend(more);
        self
    }

    /// The unit that does it; none for a certificate, which its timer asks for again and again.
    pub fn unit(&self) -> Option<String> {
        match self.name.split_once('-') {
            Some(("certificate", _)) => None,
            _ => Some(unit(&self.name)),
        }
    }

    /// The units that have to be done first.
    pub fn required_units(&self) -> impl Iterator<Item = String> {
        self.requires.iter().map(|name| unit(name))
    }
}

fn unit(step: &str) -> String {
    match step.split_once('-') {
        Some(("zone", zone)) => format!("vpsgen-zone@{zone}.service"),
        _ => format!("vpsgen@{step}.service"),
    }
}

impl Host {
    /// Every step, each after those that it requires.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![
            Step::new("packages", &[]),
            Step::new("system", &["packages"]),
            Step::new("firewall", &["packages"]),
            Step::new("docker", &["packages", "firewall"]),
            Step::new("bans", &["firewall", "docker"]),
        ];
        if self.shared_networks().next().is_some() {
            steps.push(Step::new("networks", &["docker"]));
        }
        steps.extend(self.storage_steps());
        if !self.certificates.is_empty() {
            steps.push(Step::new("certificates", &["packages"]));
            steps.push(Step::new("web", &["packages", "firewall", "certificates"]));
        }
        steps.extend(self.zones.iter().flat_map(zone_parts));
        steps.extend(self.backup.iter().map(|_| Step::new("backup", &["packages"])));
        steps.extend(self.restore_step());
        steps.extend(self.zones.iter().flat_map(|zone| self.zone_steps(zone)));
        steps.extend(self.certificates.iter().map(|it| Step::new(format!("certificate-{}", it.name), &[])));
        steps
    }

    /// A new seed is made only when no volume knows an old one, so the volumes that can be mounted without come first.
    fn storage_steps(&self) -> Vec<Step> {
        let (encrypted, plain): (Vec<_>, Vec<_>) =
            self.volumes.iter().partition(|volume| volume.encryption == Encryption::Luks);
        let mut steps: Vec<Step> = plain.iter().map(|it| Step::new(storage(it), &[])).collect();
        let attached = plain.iter().filter(|volume| volume.device.is_some());
        steps.push(Step::new("seed", &["packages"]).and(attached.map(|volume| storage(volume))));
        steps.extend(encrypted.iter().map(|volume| Step::new(storage(volume), &["seed"])));
        steps
    }

    /// Between all that zones need and the zones: no application starts on data that is about to be replaced.
    fn restore_step(&self) -> Option<Step> {
        self.backup.as_ref()?.restore.as_ref()?;
        let mut requires: Vec<String> = self.zones.iter().flat_map(|zone| self.zone_requires(zone)).collect();
        requires.sort();
        requires.dedup();
        Some(Step::new("restore", &["backup"]).and(requires))
    }

    fn zone_requires(&self, zone: &Zone) -> Vec<String> {
        let mut requires: Vec<String> = zone_parts(zone).into_iter().map(|step| step.name).collect();
        requires.extend(self.shared_networks().next().map(|_| "networks".into()));
        requires.extend((!self.certificates.is_empty()).then(|| "certificates".into()));
        requires.extend(self.zone_volumes(zone).map(storage));
        requires
    }

    fn zone_steps(&self, zone: &Zone) -> Vec<Step> {
        let name = &zone.name;
        let mut steps = Vec::new();
        let mut requires = self.zone_requires(zone);
        requires.extend(self.restore_step().map(|step| step.name));
        steps.push(Step::new(format!("zone-{name}"), &[]).and(requires));
        if zone.services.iter().any(|service| !service.setup.is_empty()) {
            steps.push(Step::new(format!("setup-{name}"), &[]).and([format!("zone-{name}")]));
        }
        steps
    }

    /// The volumes that a zone's services lie on: the zone's own, and those that they mount from.
    pub fn zone_volumes<'a>(&'a self, zone: &'a Zone) -> impl Iterator<Item = &'a Volume> {
        let mounts = || zone.services.iter().flat_map(|service| &service.mounts);
        self.volumes.iter().filter(move |volume| {
            zone.volume.as_ref() == Some(&volume.name)
                || mounts().any(|mount| mount.volume.as_ref() == Some(&volume.name))
        })
    }
}

/// What of a zone can be there before its data is.
fn zone_parts(zone: &Zone) -> Vec<Step> {
    let name = &zone.name;
    let mut steps = vec![Step::new(format!("images-{name}"), &["docker"])];
    if zone.services.iter().any(|service| !service.secrets.is_empty()) {
        steps.push(Step::new(format!("secrets-{name}"), &["seed"]));
    }
    steps
}

fn storage(volume: &Volume) -> String {
    format!("storage-{}", volume.name)
}
