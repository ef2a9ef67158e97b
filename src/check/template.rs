//! NGINX templates that services name: opened before the host is made, and judged when they are rendered.

use super::{Templates, service_path};
use crate::blueprint::Blueprint;
use crate::blueprint::read::{Library, OpenError};
use crate::blueprint::tree::Tree;
use crate::host::{Host, Template};
use crate::render::TemplateError;
use crate::report::{Code, Diagnostic, Report, suggest};

/// Opens every template that a service names.
pub fn templates(
    blueprint: &Blueprint,
    tree: &Tree,
    library: &dyn Library,
    report: &mut Report,
) -> Templates {
    let mut templates = Templates::new();
    for (name, service) in &blueprint.services {
        let Some(template) = service.web.as_ref().and_then(|web| web.template.as_ref()) else { continue };
        let place = tree.place(&service_path(name, "web").join("template"));
        match library.open(template) {
            Ok((_, text)) => {
                templates.insert(template.clone(), Template { name: template.clone(), text });
            }
            Err(OpenError::Unknown) => {
                let message = format!("there is no template `{template}`");
                let mut diagnostic = Diagnostic::new(Code::UnknownFragment, message).at(place, "");
                let names = library.names();
                if let Some(near) = suggest(template, names.iter().map(String::as_str)) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                report.push(diagnostic);
            }
            Err(OpenError::Unusable(reason)) => {
                report.push(Diagnostic::new(Code::UnknownFragment, reason).at(place, ""));
            }
        }
    }
    templates
}

/// Reports a template that can't be rendered, at the service that names it.
pub fn template_error(host: &Host, error: &TemplateError, tree: &Tree, report: &mut Report) {
    let site =
        host.sites.iter().find(|site| site.template.as_ref().is_some_and(|t| t.name == error.template));
    let place = match site {
        Some(site) => tree.place(&service_path(&site.upstream.service, "web").join("template")),
        None => tree.place(&crate::blueprint::path::path!["sites"]),
    };
    report.push(Diagnostic::new(Code::BadTemplate, error.to_string()).at(place, "named here"));
}
