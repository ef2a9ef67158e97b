//! The encoder against the only decoder, in real python3. All cases share one process.

use super::encode;
use crate::pack::user_data::bare;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::process::{Command, Stdio};

const CASES: usize = 1000;

/// Decodes lines of `LENGTH SPACE TEXT` and answers with lines of hex.
const DRIVER: &str = "
import sys
for line in sys.stdin:
    length, text = line.rstrip('\\n').split(' ', 1)
    print(u(int(length), (ord(c) - 33 for c in text)).hex())
";

/// The decoder's function, taking the length instead of having it written in.
fn decoder() -> String {
    let program = bare(include_str!("../bootstrap.py"));
    let function = program.split("\nb=u(").next().unwrap();
    function.replace("def u(g):", "def u(length,g):").replace("@LENGTH@", "length") + DRIVER
}

fn decode_all(texts: &[(usize, String)]) -> Vec<String> {
    let mut python = Command::new("python3")
        .args(["-c", &decoder()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = texts.iter().map(|(length, text)| format!("{length} {text}\n")).collect();
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect()
}

fn assert_python_reads(inputs: &[Vec<u8>]) {
    let encoded = inputs.iter().map(|input| encode(input, usize::MAX));
    let texts: Vec<_> = encoded.map(|encoded| (encoded.length, encoded.text.unwrap())).collect();
    let decoded = decode_all(&texts);
    assert_eq!(decoded.len(), inputs.len());
    for (input, hex) in inputs.iter().zip(decoded) {
        let expected: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }
}

/// Noise, text, one byte over and over, and pieces that come again: what moves the model in every way it can move.
fn inputs() -> impl Strategy<Value = Vec<u8>> {
    let noise = || proptest::collection::vec(any::<u8>(), 0..60);
    let text = proptest::collection::vec(
        prop::sample::select(b"ab01_=[]-  .\n\n\0\x01\xc3\xa9\x80\x84".to_vec()),
        0..80,
    );
    let run = (any::<u8>(), 0..100usize).prop_map(|(byte, length)| vec![byte; length]);
    let again =
        (noise(), 1..5usize, noise()).prop_map(|(piece, times, end)| [piece.repeat(times), end].concat());
    prop_oneof![noise(), text, run, again]
}

#[test]
fn python_reads_back_what_was_encoded() {
    let mut runner = TestRunner::deterministic();
    let inputs: Vec<_> = (0..CASES).map(|_| inputs().new_tree(&mut runner).unwrap().current()).collect();
    assert_python_reads(&inputs);
}

#[test]
fn python_reads_back_long_inputs() {
    let source = include_bytes!("tests.rs").to_vec();
    let longest_run = vec![0xff; 700];
    let all_pairs: Vec<u8> = (0..=255u8).flat_map(|byte| [byte, byte.wrapping_mul(37)]).collect();
    assert_python_reads(&[source, longest_run, all_pairs, Vec::new(), vec![0]]);
}

#[test]
fn the_text_is_printable_and_has_no_space() {
    let text = encode(include_bytes!("mod.rs"), usize::MAX).text.unwrap();
    assert!(text.bytes().all(|character| (b'!'..=b'~').contains(&character)));
}

#[test]
fn too_many_characters_end_the_work_and_the_rest_is_guessed() {
    let source = include_bytes!("tests.rs");
    let (whole, cut) = (encode(source, usize::MAX), encode(source, 300));
    assert!(cut.text.is_none());
    assert_eq!(cut.settled.len(), source.len());
    assert!(cut.settled.is_sorted());
    let same = cut.settled.iter().zip(&whole.settled).take_while(|(one, other)| one == other).count();
    assert!(whole.settled[same - 1] >= 300 && same < source.len());
}
