//! The only template environment: undefined values are errors, and a value may stand bare in a file only if it can't
//! mean anything else there. Everything else goes through `| quote`, which quotes for the language of the file.
//! No functions, no loaders, no access to anything but the context.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

/// A template that could not be rendered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{template}, line {line}: {reason}")]
pub struct TemplateError {
    /// The template's name.
    pub template: String,
    /// The line in it, from 1; 0 if unknown.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// The language of a file, by the template's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// NGINX configuration (`*.conf.j2`).
    Nginx,
    /// POSIX shell (`*.sh.j2`).
    Shell,
    /// systemd units (`*.service.j2`, `*.timer.j2`, `*.socket.j2`, `*.target.j2`, `*.mount.j2`).
    Systemd,
    /// Line formats of words (fail2ban, ufw, fstab, ...): no quoting exists, only plain words pass.
    Words,
}

impl Language {
    fn of(template: &str) -> Self {
        let name = template.strip_suffix(".j2").unwrap_or(template);
        match name.rsplit('.').next() {
            Some("conf") => Self::Nginx,
            Some("sh") => Self::Shell,
            Some("service" | "timer" | "socket" | "target" | "mount") => Self::Systemd,
            _ => Self::Words,
        }
    }

    fn escape_name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Shell => "shell",
            Self::Systemd => "systemd",
            Self::Words => "words",
        }
    }

    /// The text as one word of the language; an error if it can't be said in it.
    pub fn quote(self, text: &str) -> Result<String, String> {
        let control = |c: char| c.is_control();
        match self {
            Self::Shell if !text.contains('\0') => Ok(format!("'{}'", text.replace('\'', r"'\''"))),
            Self::Nginx if !text.chars().any(control) && !text.contains('$') => {
                Ok(format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")))
            }
            Self::Systemd if !text.chars().any(control) => {
                let escaped =
                    text.replace('\\', r"\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
                Ok(format!("\"{escaped}\""))
            }
            Self::Words if is_plain(text) => Ok(text.to_string()),
            _ => Err(format!("{text:?} can't be said in a {} file", self.escape_name())),
        }
    }
}

/// Whether a text means only itself in every language here, without quotes.
pub fn is_plain(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._/:@+=,-".contains(&b);
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(allowed)
}

/// Renders one template. The language follows from its name, such as `site.conf.j2`.
pub fn render(name: &str, source: &str, context: impl Serialize) -> Result<String, TemplateError> {
    let mut environment = environment();
    environment.add_template(name, source).map_err(|error| describe(name, &error))?;
    let template = environment.get_template(name).map_err(|error| describe(name, &error))?;
    let text = template.render(Value::from(Serde(context))).map_err(|error| describe(name, &error))?;
    match text.find('\0') {
        None => Ok(text),
        Some(_) => {
            Err(TemplateError { template: name.into(), line: 0, reason: "it makes a NUL character".into() })
        }
    }
}

fn environment<'a>() -> Environment<'a> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_auto_escape_callback(|name| AutoEscape::Custom(Language::of(name).escape_name().into()));
    environment.set_formatter(format);
    environment.add_filter("quote", quote);
    environment.add_filter("join", minijinja::filters::join);
    environment
}

fn quote(state: &State, text: String) -> Result<Value, Error> {
    let quoted = Language::of(state.name()).quote(&text);
    quoted.map(Value::from_safe_string).map_err(|reason| Error::new(ErrorKind::InvalidOperation, reason))
}

fn format(output: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    let is_bare = value.is_safe()
        || matches!(value.kind(), ValueKind::Number if value.is_integer())
        || value.as_str().is_some_and(is_plain);
    if !is_bare {
        let reason = format!("the {} {value:?} has to go through `| quote`", value.kind());
        return Err(Error::new(ErrorKind::BadEscape, reason));
    }
    output.write_str(&value.to_string()).map_err(Error::from)
}

fn describe(name: &str, error: &Error) -> TemplateError {
    let reason = error.detail().map_or_else(|| error.kind().to_string(), ToString::to_string);
    TemplateError { template: name.to_string(), line: error.line().unwrap_or(0), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plain_word_stands_bare_and_others_are_refused() {
        assert_eq!(render("a.conf.j2", "listen {{ x }};", json!({"x": 80})), Ok("listen 80;".into()));
        assert_eq!(render("a.conf.j2", "root {{ x }};", json!({"x": "/a-b"})), Ok("root /a-b;".into()));
        for x in [json!("a;b"), json!("a b"), json!(""), json!("-x"), json!(true), json!(null), json!(["a"])]
        {
            assert!(render("a.conf.j2", "{{ x }}", json!({ "x": x })).is_err(), "{x}");
        }
    }

    #[test]
    fn quotes_follow_the_language() {
        let quoted = |name| render(name, "{{ x | quote }}", json!({"x": "it's 5% \"x\""})).expect("renders");
        assert_eq!(quoted("a.conf.j2"), r#""it's 5% \"x\"""#);
        assert_eq!(quoted("a.sh.j2"), r#"'it'\''s 5% "x"'"#);
        assert_eq!(quoted("a.service.j2"), r#""it's 5%% \"x\"""#);
        assert!(render("a.txt.j2", "{{ x | quote }}", json!({"x": "a b"})).is_err());
        assert!(render("a.service.j2", "{{ x | quote }}", json!({"x": "a\nb"})).is_err());
    }

    #[test]
    fn no_template_makes_a_nul() {
        for source in ["a\0b", "{{ \"\\x00\" | quote }}"] {
            assert!(render("a.conf.j2", source, json!({})).is_err(), "{source:?}");
        }
    }

    #[test]
    fn a_mistake_tells_template_and_line() {
        let error = render("a.conf.j2", "\n{{ missing }}", json!({})).expect_err("undefined");
        assert_eq!((error.template.as_str(), error.line), ("a.conf.j2", 2));
    }
}
