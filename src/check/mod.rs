//! Is it right? Blueprint -> Host, or a report with all mistakes.
//! One file per noun, each a list of small rules that say everything they find; `resolve` makes the host once no rule
//! objected. Rules never stop at the first mistake and never repeat what reading already said.

mod access;
mod backup;
mod budget;
mod hardening;
mod host;
mod isolation;
mod key;
mod mail;
mod monitoring;
mod mount;
mod network;
mod port;
mod resolve;
mod service;
mod site;
mod template;
mod volume;
mod zone;

pub use budget::budget;
pub use isolation::isolation;
pub use template::{template_error, templates};

use crate::blueprint::path::path;
use crate::blueprint::path::{Path, Step};
use crate::blueprint::tree::Tree;
use crate::blueprint::{Blueprint, Service};
use crate::host::{Host, Template};
use crate::report::{Code, Diagnostic, Report, suggest};
use crate::value::Name;
use std::collections::BTreeMap;

/// The texts of the NGINX templates that services name, by the name that they are given in the blueprint.
pub type Templates = BTreeMap<String, Template>;

type Rule = fn(&mut Checker<'_>);

/// Every rule, in the order of the blueprint's sections.
const RULES: &[Rule] = &[
    host::check,
    access::check,
    volume::check,
    network::check,
    zone::check,
    service::check,
    hardening::check,
    mount::check,
    port::check,
    site::check,
    mail::check,
    backup::check,
    monitoring::check,
];

/// Checks a blueprint, and makes the host if nothing in the report is an error.
pub fn check(blueprint: &Blueprint, tree: &Tree, templates: &Templates, report: &mut Report) -> Option<Host> {
    let mut checker = Checker { blueprint, tree, report };
    for rule in RULES {
        rule(&mut checker);
    }
    if report.has_errors() { None } else { resolve::host(blueprint, templates) }
}

/// A blueprint with its places, and the report that rules write to.
struct Checker<'a> {
    blueprint: &'a Blueprint,
    tree: &'a Tree,
    report: &'a mut Report,
}

impl<'a> Checker<'a> {
    /// Reports a mistake at a place; `help` is the fix.
    fn report(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.report.push(Diagnostic::new(code, message).at(self.tree.place(path), "").help(help));
    }

    /// Reports a mistake that has two places.
    fn report_pair(&mut self, code: Code, places: [(&Path, &str); 2], message: String, help: &str) {
        let mut diagnostic = Diagnostic::new(code, message).help(help);
        for (path, text) in places {
            diagnostic = diagnostic.at(self.tree.place(path), text);
        }
        self.report.push(diagnostic);
    }

    /// Says that a key has to be there, unless reading already complained about it.
    fn require(&mut self, is_there: bool, path: &Path, example: &str) {
        if !is_there && !self.tree.dropped(path) {
            let Some(Step::Key(key)) = path.last() else { return };
            let message = format!("`{path}` is missing");
            self.report(Code::MissingKey, path, message, format!("add it, such as `{key}: {example}`"));
        }
    }

    /// Reports a name that leads to nothing, unless what it names was dropped when it was read.
    /// `section` is the path of the collection that should have it.
    fn resolve<'b>(
        &mut self,
        section: &Path,
        names: impl Iterator<Item = &'b str>,
        name: &str,
        at: &Path,
    ) -> bool {
        let names: Vec<&str> = names.collect();
        if names.contains(&name) {
            return true;
        }
        if self.tree.dropped(&section.join(name)) {
            return false;
        }
        let mut diagnostic =
            Diagnostic::new(Code::UnknownName, format!("there is no `{name}` in `{section}`"));
        diagnostic = diagnostic.at(self.tree.place(at), "");
        diagnostic = match suggest(name, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("`{section}` has: {}", names.join(", "))),
        };
        self.report.push(diagnostic);
        false
    }

    /// Resolves the name of a service.
    fn resolve_service(&mut self, name: &Name, at: &Path) -> Option<&'a Service> {
        let blueprint = self.blueprint;
        self.resolve(&path!["services"], blueprint.services.keys().map(Name::as_str), name.as_str(), at);
        blueprint.services.get(name)
    }

    /// Resolves the name of a certificate.
    fn resolve_certificate(&mut self, name: &Name, at: &Path) -> bool {
        let blueprint = self.blueprint;
        self.resolve(
            &path!["certificates"],
            blueprint.certificates.keys().map(Name::as_str),
            name.as_str(),
            at,
        )
    }

    /// The zone of a service, if there is one of that name; an unknown name has been reported by itself.
    fn zone_of(&self, service: &'a Service) -> Option<&'a Name> {
        service.zone.as_ref().filter(|zone| self.blueprint.zones.contains_key(*zone))
    }

    /// Every service with its name.
    fn services(&self) -> impl Iterator<Item = (&'a Name, &'a Service)> + use<'a> {
        self.blueprint.services.iter()
    }
}

/// The path of a key of a service.
fn service_path(name: &Name, key: &str) -> Path {
    path!["services", name.as_str(), key]
}
