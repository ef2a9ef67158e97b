//! The text that is pasted: cloud-config with the bundle inside, plain ASCII, in lines that no form folds.
//! cloud-init only writes one program and runs it. It is a per-boot script that removes itself when all is unpacked,
//! not a runcmd: cloud-init marks runcmd as done before it starts, so power lost in between would leave a host that
//! never sets itself up. Deliberately absent: secrets, packages, users; the units in the bundle do the rest.

use super::{Facts, MEMORY, sha256};
use flate2::{Compression, write::ZlibEncoder};
use std::io::{self, Write};

const BOOTSTRAP: &str = include_str!("bootstrap.py");

/// Characters in a line of the payload: long, because each line costs five bytes of the limit, and still below the
/// 4096 at which a terminal cuts a pasted line.
const LINE: usize = 4000;

/// The whole text. `payload` is the compressed form of `bundle`, of which the decoder reads `length` bytes.
pub fn user_data(facts: &Facts, bundle: &[u8], payload: &str, length: usize) -> String {
    let mut text = String::from("#cloud-config\n");
    // The name of the host is the first label.
    text.push_str(&format!("fqdn: {}\n", quoted(&format!("{}.{}", facts.host, facts.domain))));
    // One line for the host's name in /etc/hosts, the rest of the file left alone. Without it sudo and mail programs
    // cannot resolve the name; `true`, which Debian's image sets, writes the file anew at every boot.
    text.push_str("manage_etc_hosts: localhost\n");
    if !facts.login_keys.is_empty() {
        text.push_str("ssh_authorized_keys:\n");
        facts.login_keys.iter().for_each(|key| text.push_str(&format!("- {}\n", quoted(key))));
    }
    text.push_str(
        "write_files:\n- path: /var/lib/cloud/scripts/per-boot/vpsgen\n  permissions: '0755'\n  content: |\n",
    );
    program(bundle, payload, length).lines().for_each(|line| text.push_str(&format!("   {line}\n")));
    text
}

/// The program: the bootstrap, which zlib's checksum protects as it protects the bundle, then the payload as comments.
fn program(bundle: &[u8], payload: &str, length: usize) -> String {
    let bootstrap =
        bare(BOOTSTRAP).replace("@LENGTH@", &length.to_string()).replace("@SHA256@", &sha256(bundle));
    let mut program = String::from("#!/usr/bin/python3\n");
    program.push_str("import zlib,base64\nexec(zlib.decompress(base64.b85decode('");
    program.push_str(&base85(&zlib(bootstrap.as_bytes()).expect(MEMORY)));
    program.push_str("')))\n");
    for line in payload.as_bytes().chunks(LINE) {
        program.push('#');
        program.extend(line.iter().map(|byte| char::from(*byte)));
        program.push('\n');
    }
    program
}

/// A Python text without what is there for its reader: comment lines, blank lines, and three of four spaces of
/// indentation. Only for the bootstrap, which has no text that spans lines.
pub(super) fn bare(python: &str) -> String {
    let has_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("# ");
    let lines = python.lines().filter(has_code).map(|line| {
        let code = line.trim_start();
        format!("{}{code}\n", " ".repeat((line.len() - code.len()) / 4))
    });
    lines.collect()
}

fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = ZlibEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

/// What Python's `b85decode` reads: five characters for four bytes, none of them a quote or a backslash.
fn base85(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 85] =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let mut text = String::new();
    for group in bytes.chunks(4) {
        let mut padded = [0; 4];
        padded[..group.len()].copy_from_slice(group);
        let number = u32::from_be_bytes(padded);
        let digit = |place: u32| char::from(DIGITS[(number / 85u32.pow(4 - place) % 85) as usize]);
        text.extend((0..=group.len() as u32).map(digit));
    }
    text
}

/// A YAML double-quoted scalar in ASCII.
fn quoted(text: &str) -> String {
    let escape = |character: char| match character {
        '"' | '\\' => format!("\\{character}"),
        ' '..='~' => character.to_string(),
        other => format!("\\U{:08x}", u32::from(other)),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}
