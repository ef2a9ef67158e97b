//! The library of one run: the shipped catalogue, and files beside the blueprint.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::{Content, LoadError, MAX_BYTES, content, files_in, shipped};
use crate::blueprint::read::{Library, OpenError};
use crate::report::{Sources, Span};

const CATALOGUE: &str = "blueprints/catalogue";

/// The catalogue, and files beside the blueprint.
#[derive(Debug)]
pub struct Catalogue {
    directory: PathBuf,
    failure: RefCell<Option<LoadError>>,
}

impl Catalogue {
    /// The catalogue, and files beside this blueprint.
    pub fn beside(blueprint: &Path) -> Self {
        let directory = blueprint.parent().unwrap_or(Path::new("")).to_path_buf();
        Self { directory, failure: RefCell::default() }
    }

    /// The first failure of the environment while something was opened.
    pub fn failure(&self) -> Option<LoadError> {
        self.failure.borrow().clone()
    }

    fn open_beside(&self, name: &str) -> Result<(String, String), OpenError> {
        let path = self.directory.join(name.trim_start_matches("./"));
        let content = content(&path).map_err(|error| {
            let reason = error.to_string();
            self.failure.borrow_mut().get_or_insert(error);
            OpenError::Unusable(reason)
        })?;
        match content {
            Content::Text(text) => Ok((path.display().to_string(), text)),
            Content::Missing => Err(OpenError::Unknown),
            Content::Directory => Err(OpenError::Unusable("it is a directory".to_owned())),
            Content::TooLarge => Err(OpenError::Unusable(format!("it is larger than {MAX_BYTES} bytes"))),
            Content::NotUtf8 { readable, first_bad } => {
                Err(OpenError::Unusable(not_utf8(&readable, first_bad)))
            }
        }
    }
}

fn not_utf8(readable: &str, first_bad: usize) -> String {
    let mut sources = Sources::default();
    let file = sources.add("", readable);
    let (line, column) = sources.line_column(Span { file, start: first_bad, end: first_bad });
    format!("it is not UTF-8 text (line {line}, column {column})")
}

impl Library for Catalogue {
    fn open(&self, name: &str) -> Result<(String, String), OpenError> {
        if name.starts_with("./") {
            return self.open_beside(name);
        }
        let extension = if name.ends_with(".j2") { "" } else { ".yaml" };
        let shown = format!("{CATALOGUE}/{name}{extension}");
        match shipped::text(Path::new(&shown)) {
            Some(text) => Ok((shown, text.to_owned())),
            None => Err(OpenError::Unknown),
        }
    }

    fn names(&self) -> Vec<String> {
        let catalogue = shipped::in_directory(Path::new(CATALOGUE));
        let catalogue = catalogue.into_iter().map(|name| name.trim_end_matches(".yaml").to_owned());
        let beside = files_in(&self.directory).into_iter().map(|name| format!("./{name}"));
        catalogue.chain(beside).collect()
    }
}
