//! The blueprints, overlays and catalogue that come with the program.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

static BLUEPRINTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");
static OVERLAYS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/overlays");

/// Every shipped file, by the path that it has in the project.
pub fn shipped() -> Vec<(PathBuf, &'static [u8])> {
    let mut all = Vec::new();
    for (name, directory) in [("blueprints", &BLUEPRINTS), ("overlays", &OVERLAYS)] {
        collect(Path::new(name), directory, &mut all);
    }
    all
}

/// The text of a shipped file.
pub fn text(path: &Path) -> Option<&'static str> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let (_, bytes) = shipped().into_iter().find(|(shipped, _)| shipped == path)?;
    std::str::from_utf8(bytes).ok()
}

/// The names of the shipped files of one directory.
pub fn in_directory(directory: &Path) -> Vec<String> {
    let directory = directory.strip_prefix("./").unwrap_or(directory);
    let inside = shipped().into_iter().filter(|(path, _)| path.parent() == Some(directory));
    inside.filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned())).collect()
}

fn collect(prefix: &Path, directory: &'static Dir<'_>, all: &mut Vec<(PathBuf, &'static [u8])>) {
    all.extend(directory.files().map(|file| (prefix.join(file.path()), file.contents())));
    directory.dirs().for_each(|below| collect(prefix, below, all));
}
