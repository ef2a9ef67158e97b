//! What serde says is wrong, and at which value: made without a place, placed on the way out.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::pass::Trail;
use crate::blueprint::path::Path;

/// The first mistake of one pass.
#[derive(Debug)]
pub struct Error {
    pub problem: Problem,
    place: Option<Place>,
}

#[derive(Debug)]
struct Place {
    path: Path,
    on_key: bool,
}

/// The ways in which a value can be wrong.
#[derive(Debug)]
pub enum Problem {
    /// Another kind of value is needed.
    Type { expected: String },
    /// The kind is right, the value is not.
    Value { expected: String },
    /// A list has the wrong number of elements.
    Length { length: usize, expected: String },
    /// A word that is not one of a few.
    Variant { found: String, known: &'static [&'static str] },
    /// A key that is not one of a few, in a type that reads its keys itself.
    Field { found: String, known: &'static [&'static str] },
    /// A key is needed, by the struct of this name.
    Missing { key: &'static str, holder: &'static str },
    /// What the type itself says about the value.
    Own(String),
    /// What was needed has been dropped.
    Dropped,
}

impl Error {
    /// An error whose place is set on the way out.
    pub fn new(problem: Problem) -> Self {
        Self { problem, place: None }
    }

    /// A type asked for a value before its key, which only a mistake in its own code can do.
    pub fn out_of_order() -> Self {
        Self::new(Problem::Own("the value was asked for before its key".to_owned()))
    }

    /// Places the error at a value, unless it has a place: the innermost value wins.
    pub fn at(self, trail: &Trail<'_>) -> Self {
        self.placed(trail, false)
    }

    /// Places the error at a struct, unless it has a place, and says which struct misses a key.
    pub fn at_struct(mut self, trail: &Trail<'_>, name: &'static str) -> Self {
        if let (None, Problem::Missing { holder, .. }) = (&self.place, &mut self.problem) {
            *holder = name;
        }
        self.at(trail)
    }

    /// Places the error at the key of a value, unless it has a place.
    pub fn at_key(self, trail: &Trail<'_>) -> Self {
        self.placed(trail, true)
    }

    fn placed(mut self, trail: &Trail<'_>, on_key: bool) -> Self {
        self.place.get_or_insert_with(|| Place { path: trail.path(), on_key });
        self
    }

    /// The value that is wrong, or whose key is.
    pub fn path(&self) -> Path {
        self.place.as_ref().map(|place| place.path.clone()).unwrap_or_default()
    }

    /// Whether the key is wrong and not its value.
    pub fn is_on_key(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.on_key)
    }

    /// Whether the error is about the value at `path` or about something that holds it.
    pub fn is_at_or_above(&self, path: &Path) -> bool {
        path.steps().starts_with(self.path().steps())
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Problem::Own(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Type { expected: expected.to_string() })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Value { expected: expected.to_string() })
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(Problem::Length { length, expected: expected.to_string() })
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::Variant { found: variant.to_owned(), known })
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::Field { found: field.to_owned(), known })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Problem::Missing { key: field, holder: "" })
    }
}

/// Required by serde, and only seen while debugging: people read the diagnostic.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}", self.path(), self.problem)
    }
}

impl std::error::Error for Error {}
