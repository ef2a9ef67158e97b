//! Files that are absent, are not text or cannot be read.

use super::*;
use crate::blueprint::read::{Library, OpenError};

struct Attempt {
    loaded: Result<bool, LoadError>,
    codes: Vec<&'static str>,
    report: String,
}

fn attempt(path: &Path) -> Attempt {
    let (mut sources, mut report) = (Sources::default(), Report::new());
    let loaded = load(path, &[], &mut sources, &mut report).map(|loaded| loaded.is_some());
    let codes = report.iter().map(|diagnostic| diagnostic.code.id()).collect();
    let text = crate::report::text::render(&report, &sources, crate::report::text::Colour::Never);
    Attempt { loaded, codes, report: text }
}

fn directory_with(name: &str, content: &[u8]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join(name), content).expect("a file in it");
    directory
}

#[test]
fn a_misspelled_file_name_is_a_mistake_with_the_right_name() {
    let directory = directory_with("server.yaml", b"host: {}");
    let attempt = attempt(&directory.path().join("sevrer.yaml"));
    assert_eq!((attempt.loaded, attempt.codes), (Ok(false), vec!["missing-file"]));
    assert!(attempt.report.contains("server.yaml`?"), "{}", attempt.report);
}

#[test]
fn the_first_byte_that_is_not_utf8_is_shown() {
    let directory = directory_with("latin.yaml", b"host:\n  name: caf\xe9\n");
    let attempt = attempt(&directory.path().join("latin.yaml"));
    assert_eq!((attempt.loaded, attempt.codes), (Ok(false), vec!["not-utf8"]));
    assert!(attempt.report.contains("latin.yaml:2:12"), "{}", attempt.report);
}

#[test]
fn directories_and_huge_files_are_mistakes() {
    let directory = directory_with("huge.yaml", &vec![b'#'; MAX_BYTES as usize + 1]);
    assert_eq!(attempt(directory.path()).codes, ["not-a-file"]);
    assert_eq!(attempt(&directory.path().join("huge.yaml")).codes, ["too-large"]);
    assert_eq!(attempt(&directory.path().join("huge.yaml/x.yaml")).codes, ["missing-file"]);
}

#[test]
fn a_file_that_cannot_be_read_is_a_failure_of_the_environment() {
    // A process may not read its own memory at address 0: an I/O error for every user, root too.
    let attempt = attempt(Path::new("/proc/self/mem"));
    assert!(attempt.loaded.is_err_and(|error| error.to_string().starts_with("can't read /proc/self/mem")));
    assert!(attempt.codes.is_empty());
}

#[test]
fn shipped_blueprints_are_found_without_a_disk_and_suggested() {
    assert_eq!(attempt(Path::new("./blueprints/oracle-vps.yaml")).loaded, Ok(true));
    let attempt = attempt(Path::new("nowhere/blueprints/oracle-vps.yaml"));
    assert_eq!(attempt.codes, ["missing-file"]);
}

#[test]
fn the_library_opens_the_catalogue_and_files_beside_the_blueprint() {
    let directory = directory_with("my-app.yaml", b"image: my-app:1");
    let library = Catalogue::beside(&directory.path().join("server.yaml"));
    let (name, text) = library.open("./my-app.yaml").expect("a file beside the blueprint");
    assert!(name.ends_with("my-app.yaml") && text == "image: my-app:1");
    let (name, _) = library.open("mariadb").expect("a fragment of the catalogue");
    assert_eq!(name, "blueprints/catalogue/mariadb.yaml");
    assert_eq!(library.open("./absent.yaml"), Err(OpenError::Unknown));
    assert_eq!(library.open("../oracle-vps"), Err(OpenError::Unknown));
    assert!(matches!(library.open("./"), Err(OpenError::Unusable(_))));
    assert!(["./my-app.yaml", "mariadb"].iter().all(|name| library.names().contains(&(*name).to_owned())));
}

#[test]
fn a_failure_behind_the_library_is_remembered() {
    let library = Catalogue::beside(Path::new("/proc/self/server.yaml"));
    assert!(matches!(library.open("./mem"), Err(OpenError::Unusable(_))));
    assert!(library.failure().is_some());
}
