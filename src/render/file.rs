//! A file of the host, and the set of them that a blueprint renders to.
//! Deliberately absent: an owner (root owns every file; what a service must own is made by a unit when the service's
//! user exists), links, and directories (a directory exists because a file lies in it, root's, mode 0755).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// One regular file of the host, owned by root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Absolute path on the host, in normal form, printable ASCII without spaces.
    pub path: String,
    /// Permission bits, at most 0o777: nothing that vpsgen writes is setuid.
    pub mode: u32,
    /// The content: text, without the NUL that separates files in the bundle.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file that everybody may read (0644).
    pub fn text(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode: 0o644, bytes: content.into() }
    }

    /// A program (0755).
    pub fn program(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { mode: 0o755, ..Self::text(path, content) }
    }

    /// A file that only root may read (0600).
    pub fn private(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { mode: 0o600, ..Self::text(path, content) }
    }
}

/// Files by path. Two renderers never write one path, and no file lies where another needs a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    by_path: BTreeMap<String, File>,
}

impl Files {
    /// Adds a file that everybody may read (0644). Panics as [`Files::insert`] does.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.insert(File::text(path, text));
    }

    /// Adds a program (0755). Panics as [`Files::insert`] does.
    pub fn add_executable(&mut self, path: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.insert(File::program(path, text));
    }

    /// Adds a file.
    ///
    /// # Panics
    /// When the path, mode or content breaks the rules of [`File`], or when the path, a directory above it or a file below it is
    /// already taken. Values are checked when they are read, so each of these is a mistake in a renderer.
    pub fn insert(&mut self, file: File) {
        assert!(is_plain_absolute(&file.path), "not an absolute path in normal form: {:?}", file.path);
        assert!(file.mode <= 0o777, "mode {:o} of {} has more than permission bits", file.mode, file.path);
        assert!(!file.bytes.contains(&0), "{} contains NUL", file.path);
        if let Some((above, below)) = self.conflict(&file.path) {
            panic!("{above} is a file, and {below} needs it as a directory");
        }
        match self.by_path.entry(file.path.clone()) {
            Entry::Vacant(place) => place.insert(file),
            Entry::Occupied(_) => panic!("{} is rendered twice", file.path),
        };
    }

    /// A file and a path below it, one of them `path` and the other already here.
    fn conflict<'a>(&'a self, path: &'a str) -> Option<(&'a str, &'a str)> {
        let mut above = path.match_indices('/').skip(1).map(|(end, _)| &path[..end]);
        if let Some(taken) = above.find(|directory| self.by_path.contains_key(*directory)) {
            return Some((taken, path));
        }
        let directory = format!("{path}/");
        let (next, _) = self.by_path.range(directory.clone()..).next()?;
        next.starts_with(&directory).then_some((path, next.as_str()))
    }

    /// The file at this path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.by_path.get(path)
    }

    /// All files, in the byte order of their paths.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &File> + Clone {
        self.by_path.values()
    }
}

impl Extend<File> for Files {
    fn extend<T: IntoIterator<Item = File>>(&mut self, files: T) {
        files.into_iter().for_each(|file| self.insert(file));
    }
}

impl FromIterator<File> for Files {
    fn from_iter<T: IntoIterator<Item = File>>(files: T) -> Self {
        let mut all = Self::default();
        all.extend(files);
        all
    }
}

fn is_plain_absolute(path: &str) -> bool {
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.len() <= 255
            && part.bytes().all(|byte| byte.is_ascii_graphic())
    };
    path.len() < 4096 && path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(list: &[&str]) -> Files {
        list.iter().map(|path| File::text(*path, "x")).collect()
    }

    #[test]
    fn files_come_out_sorted_whatever_the_order_they_went_in() {
        let sorted: Vec<_> =
            paths(&["/b", "/a/c", "/a-b", "/a/b"]).iter().map(|file| file.path.clone()).collect();
        assert_eq!(sorted, ["/a-b", "/a/b", "/a/c", "/b"]);
    }

    #[test]
    #[should_panic(expected = "/etc/motd is rendered twice")]
    fn one_path_twice_is_a_mistake() {
        paths(&["/etc/motd", "/etc/motd"]);
    }

    #[test]
    #[should_panic(expected = "/etc/a is a file, and /etc/a/b needs it as a directory")]
    fn a_file_cannot_lie_below_a_file() {
        paths(&["/etc/a", "/etc/a-c", "/etc/a/b"]);
    }

    #[test]
    #[should_panic(expected = "/etc/a is a file, and /etc/a/b needs it as a directory")]
    fn a_file_cannot_replace_a_directory() {
        paths(&["/etc/a-c", "/etc/a/b", "/etc/a"]);
    }

    #[test]
    fn only_plain_absolute_paths_are_taken() {
        for path in ["etc", "", "/", "/etc/", "//etc", "/etc/../root", "/etc/./a", "/a b", "/a\nb", "/\u{e9}"]
        {
            assert!(!is_plain_absolute(path), "{path:?}");
        }
        assert!(is_plain_absolute("/etc/systemd/system/mnt-a\\x2db.mount"));
    }
}
