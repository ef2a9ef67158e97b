//! The same files as a tar archive, for people and tools: ustar, sorted, everything root's, time zero.

use crate::render::Files;
use std::io;
use tar::{Builder, EntryType, Header};

/// The archive. A path too long for ustar's fields gets GNU's long name, which every tar reads.
pub fn tarball(files: &Files) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    for file in files.iter() {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(file.mode);
        header.set_size(file.bytes.len() as u64);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        archive.append_data(&mut header, file.path.trim_start_matches('/'), file.bytes.as_slice())?;
    }
    archive.into_inner()
}
