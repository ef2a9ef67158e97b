//! Paths into the tree of values: `services.web.ports[1]`.

use std::fmt;

/// One step down: into a mapping by key or into a list by index.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// The element at an index, counted from 0.
    Index(usize),
}

/// The way from the root to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

/// A path from its steps: `path!["services", name, "ports", 1]`.
///
/// Exported under another name, because `path` alone could also be the attribute of the language.
#[doc(hidden)]
#[macro_export]
macro_rules! __path {
    ($($step:expr),* $(,)?) => {
        <$crate::blueprint::path::Path as ::std::iter::FromIterator<$crate::blueprint::path::Step>>::from_iter(
            [$($crate::blueprint::path::Step::from($step)),*]
        )
    };
}
#[doc(inline)]
pub use crate::__path as path;

impl Path {
    /// The path of the root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path one step further down.
    #[must_use]
    pub fn join(&self, step: impl Into<Step>) -> Self {
        let mut path = self.clone();
        path.0.push(step.into());
        path
    }

    /// The path of what holds this value; none for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The last step; none for the root.
    pub fn last(&self) -> Option<&Step> {
        self.0.last()
    }

    /// Goes one step further down.
    pub fn push(&mut self, step: impl Into<Step>) {
        self.0.push(step.into());
    }

    /// Goes one step back up.
    pub fn pop(&mut self) {
        self.0.pop();
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl<'a> FromIterator<&'a str> for Path {
    fn from_iter<I: IntoIterator<Item = &'a str>>(keys: I) -> Self {
        Self(keys.into_iter().map(Step::from).collect())
    }
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<&String> for Step {
    fn from(key: &String) -> Self {
        Self::Key(key.clone())
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => formatter.write_str(key),
            Self::Index(index) => write!(formatter, "[{index}]"),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            if position > 0 && matches!(step, Step::Key(_)) {
                formatter.write_str(".")?;
            }
            write!(formatter, "{step}")?;
        }
        Ok(())
    }
}

/// Reads what [`Path`] displays: `vpsgen explain services.web.ports[1]`. Keys that contain a dot can
/// be written with an escaped one (`\.`).
impl std::str::FromStr for Path {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(split_at_dots(text).iter().flat_map(|part| steps_of(part)).collect())
    }
}

fn split_at_dots(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = character == '\\' && characters.peek() == Some(&'.');
        let next = if escaped { characters.next() } else { Some(character) };
        match (next, parts.last_mut()) {
            (Some('.'), _) if !escaped => parts.push(String::new()),
            (Some(character), Some(part)) => part.push(character),
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// `ports[1]` is a key and an index; brackets without a number belong to the key.
fn steps_of(part: &str) -> Vec<Step> {
    let indexed = part.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match indexed.and_then(|(before, index)| Some((before, index.parse::<usize>().ok()?))) {
        Some((before, index)) => {
            let mut steps = if before.is_empty() { Vec::new() } else { steps_of(before) };
            steps.push(Step::Index(index));
            steps
        }
        None => vec![Step::from(part)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_people_write_it_and_read_back() {
        let name = String::from("web");
        let path = path!["services", &name, "ports", 1, 0, "host"];
        assert_eq!(path.to_string(), "services.web.ports[1][0].host");
        assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        assert_eq!(path![].to_string(), "");
    }

    #[test]
    fn a_dot_in_a_key_can_be_escaped() {
        let path: Path = r"tmpfs.a\.b".parse().unwrap_or_default();
        assert_eq!(path, path!["tmpfs", "a.b"]);
    }

    #[test]
    fn a_path_knows_what_holds_it() {
        assert_eq!(path!["a", 2].parent(), Some(path!["a"]));
        assert_eq!(Path::root().parent(), None);
    }
}
