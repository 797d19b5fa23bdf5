//! Single checksummed files.

use std::fs;

use tempfile::tempdir;
use workmint_storage::FileError;
use workmint_storage::chunk::{self, ChunkInfo, Durability};

use crate::support::full;

const INPUTS: chunk::Kind = *b"INPT";

#[test]
fn payloads_should_come_back() {
    let dir = tempdir().unwrap();
    let epochs = dir.path().join("epochs");
    for (number, durability) in [(12, Durability::Synced), (13, Durability::Rebuildable)] {
        let path = chunk::path(&epochs, number, "inputs");
        for payload in [b"".as_slice(), b"frozen inputs"] {
            chunk::write(&path, INPUTS, number, payload, durability).unwrap();
            assert_eq!(chunk::read(&path, INPUTS, number).unwrap(), payload);
            let bytes = u64::try_from(payload.len()).unwrap();
            assert_eq!(chunk::verify(&path).unwrap(), ChunkInfo { kind: INPUTS, number, bytes });
        }
    }
    assert!(epochs.join("0000000012.inputs").exists());
    assert_eq!(fs::read_dir(&epochs).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn every_flipped_bit_every_cut_and_every_addition_should_be_damage() {
    let dir = tempdir().unwrap();
    let path = chunk::path(dir.path(), 3, "inputs");
    chunk::write(&path, INPUTS, 3, &[5; 200], Durability::Rebuildable).unwrap();
    let whole = fs::read(&path).unwrap();
    let refused = |bytes: &[u8], what: String| {
        fs::write(&path, bytes).unwrap();
        let error = chunk::verify(&path).expect_err(&what);
        assert!(matches!(error, FileError::Damaged { .. }), "{what}: {error}");
        assert!(error.to_string().contains("at byte "), "{error}");
    };
    for bit in 0..whole.len() * 8 {
        if !full() && bit / 8 >= 64 && bit % 7 != 0 {
            continue;
        }
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        refused(&flipped, format!("bit {bit}"));
    }
    for length in 0..whole.len() {
        refused(&whole[..length], format!("cut at {length}"));
    }
    refused(&[whole.as_slice(), b"x"].concat(), "addition".to_owned());
}

#[test]
fn one_chunk_should_not_be_taken_for_another() {
    let dir = tempdir().unwrap();
    let path = chunk::path(dir.path(), 3, "inputs");
    chunk::write(&path, INPUTS, 3, b"payload", Durability::Synced).unwrap();
    assert!(matches!(chunk::read(&path, *b"RCRD", 3), Err(FileError::Damaged { .. })));
    assert!(matches!(chunk::read(&path, INPUTS, 4), Err(FileError::Damaged { .. })));
    let missing = chunk::read(&chunk::path(dir.path(), 4, "inputs"), INPUTS, 4);
    assert!(matches!(missing, Err(FileError::Io(_))));
}

#[test]
fn leftovers_should_be_removed() {
    let dir = tempdir().unwrap();
    let path = chunk::path(dir.path(), 3, "inputs");
    chunk::write(&path, INPUTS, 3, b"payload", Durability::Synced).unwrap();
    fs::write(dir.path().join("0000000004.inputs.tmp"), b"half").unwrap();
    chunk::remove_leftovers(dir.path()).unwrap();
    chunk::remove_leftovers(&dir.path().join("none")).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
