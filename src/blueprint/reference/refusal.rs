//! What is told about a reference that stands for nothing.

use std::collections::HashSet;
use std::ops::Range;

use super::scope::Scope;
use super::text::Text;
use crate::blueprint::node::Node;
use crate::blueprint::path::path;
use crate::blueprint::tree::Tree;
use crate::report::{Code, Diagnostic, FileId, Report, Sources, Span, suggest};

/// One reference in a text.
pub struct Use<'a> {
    pub text: &'a Text<'a>,
    /// What stands between `${` and `}`.
    pub name: &'a str,
    /// Where the whole stands in the text.
    pub range: Range<usize>,
    /// Whether it has a default, so that its absence is no mistake.
    pub optional: bool,
}

/// Tells mistakes in references.
pub struct Refusals<'a> {
    pub tree: &'a Tree,
    /// The files that came in through `use:`.
    pub fragments: &'a HashSet<FileId>,
    pub sources: &'a Sources,
    pub report: &'a mut Report,
}

impl Refusals<'_> {
    /// Where a reference stands in its file; the whole value if escapes or line breaks make the file
    /// differ from the text.
    pub fn place(&self, used: &Use<'_>) -> Span {
        let Text { node, text, .. } = used.text;
        let part = &text[used.range.clone()];
        let before = text.match_indices(part).take_while(|(start, _)| *start < used.range.start).count();
        match self.sources.slice(node.span).match_indices(part).nth(before) {
            Some((offset, _)) => {
                let start = node.span.start + offset;
                Span { start, end: start + part.len(), ..node.span }
            }
            None => node.span,
        }
    }

    fn is_in_fragment(&self, used: &Use<'_>) -> bool {
        self.fragments.contains(&used.text.node.span.file)
    }

    /// `${` that begins no reference.
    pub fn malformed(&mut self, used: &Use<'_>) {
        let closed = used.text.text[used.range.clone()].ends_with('}');
        let message = if closed { "this is not a reference" } else { "this reference is never closed" };
        let span = self.place(used);
        let help = "a reference is `${`, names joined by dots, and `}`; write `$${` for the characters `${`";
        self.report.push(Diagnostic::new(Code::MalformedReference, message).at(span, "").help(help));
    }

    /// The last of these steps is no key of the holder.
    pub fn missing(&mut self, used: &Use<'_>, steps: &[&str], holder: &Node) {
        let diagnostic = match used.text.scope {
            Scope::Service(service) if self.is_in_fragment(used) && used.name.starts_with("with.") => {
                self.missing_parameter(used, service, holder)
            }
            _ => self.unknown(used, steps, holder),
        };
        self.report.push(diagnostic);
    }

    fn unknown(&self, used: &Use<'_>, steps: &[&str], holder: &Node) -> Diagnostic {
        let mistake = self.mistake(used, format!("there is no `{}`", steps.join(".")));
        let step = steps.last().copied().unwrap_or_default();
        let foreign = steps.len() == 1 && (is_scope(step) || step.contains(char::is_uppercase));
        let near = if foreign { None } else { suggest(step, holder.keys()) };
        match near {
            Some(near) => {
                let name = replace_step(used.name, step, near);
                let mistake = mistake.help(format!("did you mean `${{{name}}}`?"));
                let written = &used.text.text[used.range.clone()];
                // The name is not written as it is where references inside it make it up.
                if written.contains(used.name) {
                    mistake.replace(self.place(used), written.replacen(used.name, &name, 1))
                } else {
                    mistake
                }
            }
            None => mistake.help(Self::advice(steps, holder)),
        }
    }

    fn advice(steps: &[&str], holder: &Node) -> String {
        let (Some((last, above)), known) = (steps.split_last(), holder.keys().collect::<Vec<_>>()) else {
            return String::new();
        };
        match *last {
            "site" if above.is_empty() => "`site` is known inside a site only".to_owned(),
            first if above.is_empty() && is_scope(first) => {
                format!("`{first}` is known inside a service only")
            }
            _ if above.is_empty() => "write `$${` for the two characters `${`".to_owned(),
            _ if known.is_empty() => format!("nothing is below `{}`", above.join(".")),
            _ => format!("known there: {}", known.join(", ")),
        }
    }

    /// The fragment is right and the service that uses it is not.
    fn missing_parameter(&self, used: &Use<'_>, service: &str, holder: &Node) -> Diagnostic {
        let parameter = used.name.trim_start_matches("with.");
        let with = path!["services", service, "with"];
        let place = self.tree.key_span(&with).unwrap_or_else(|| self.tree.place(&with));
        let message = format!("`{service}` does not give the parameter `{parameter}`");
        let mistake = Diagnostic::new(Code::MissingParameter, message)
            .at(place, format!("`{parameter}` is missing here"))
            .at(self.place(used), "the fragment needs it here");
        let given = self.tree.node(&with).filter(|with| std::ptr::eq(*with, holder));
        match suggest(parameter, given.into_iter().flat_map(Node::keys)) {
            Some(near) => {
                let place = self.tree.key_span(&with.join(near)).unwrap_or(place);
                mistake.help(format!("did you mean `{parameter}`?")).replace(place, parameter)
            }
            None => mistake.help(format!("add it to the service: `with: {{{parameter}: …}}`")),
        }
    }

    /// A value that cannot stand inside a text.
    pub fn no_scalar(&mut self, used: &Use<'_>, steps: &[&str], found: &Node) {
        let (target, path) = (steps.join("."), steps.iter().copied().collect());
        let diagnostic = if found.is_null() {
            let mistake = self.mistake(used, format!("`{target}` is empty"));
            mistake.at(self.tree.key_span(&path).unwrap_or(found.span), "empty here").help("give it a value")
        } else {
            let mistake = self.mistake(used, format!("`{target}` is {}, not one value", found.describe()));
            match found.keys().collect::<Vec<_>>() {
                known if known.is_empty() => mistake.at(self.tree.place(&path), "defined here"),
                known => mistake.help(format!("name one of its values: {}", known.join(", "))),
            }
        };
        self.report.push(diagnostic);
    }

    /// References that lead back to where they started.
    pub fn cycle(&mut self, chain: &[(&Node, Span)]) {
        let first = chain.iter().enumerate().min_by_key(|(_, (_, span))| *span).map_or(0, |(index, _)| index);
        let circle = || chain.iter().cycle().skip(first).take(chain.len());
        let names: Vec<String> = circle().map(|(node, _)| format!("`{}`", self.tree.path_to(node))).collect();
        let message = match names.as_slice() {
            [name] => format!("{name} refers to itself"),
            names => format!("{} refer to each other in a circle", names.join(", ")),
        };
        let mistake = Diagnostic::new(Code::ReferenceCycle, message);
        let labelled = circle().fold(mistake, |mistake, (_, span)| mistake.at(*span, ""));
        self.report.push(labelled.help("write one of the values out"));
    }

    /// So many references in a row that no person follows them.
    pub fn too_long(&mut self, used: &Use<'_>, limit: usize) {
        let message = format!("more than {limit} references lead from one to the next");
        self.report
            .push(Diagnostic::new(Code::TooDeep, message).at(self.place(used), "the limit is passed here"));
    }

    /// So many references inside each other that no person follows them.
    pub fn too_nested(&mut self, node: &Node, limit: usize) {
        let message = format!("more than {limit} references stand inside each other");
        self.report.push(Diagnostic::new(Code::TooDeep, message).at(node.span, ""));
    }

    /// References of references multiply.
    pub fn over_budget(&mut self, node: &Node, limit: usize) {
        let message = format!("references expand to more than {limit} bytes");
        self.report
            .push(Diagnostic::new(Code::ReferenceBudget, message).at(node.span, "the limit is passed here"));
    }

    fn mistake(&self, used: &Use<'_>, message: String) -> Diagnostic {
        let mistake = Diagnostic::new(Code::UnknownReference, message).at(self.place(used), "");
        let user = used.text.scope.holder().filter(|_| self.is_in_fragment(used));
        match user.and_then(|steps| self.tree.key_span(&steps.into_iter().collect())) {
            Some(user) => mistake.at(user, "used by this one"),
            None => mistake,
        }
    }
}

/// Whether a first step means something inside services or sites, and nothing elsewhere.
fn is_scope(step: &str) -> bool {
    matches!(step, "service" | "with" | "zone" | "site")
}

/// The same reference with one step spelled otherwise.
fn replace_step(name: &str, step: &str, near: &str) -> String {
    let steps = name.split('.').map(|own| if own == step { near } else { own });
    steps.collect::<Vec<_>>().join(".")
}
