//! Measures how fast frames become durable: `cargo run --release --example journal_throughput`.
//!
//! Arguments: directory (default: a temporary one), seconds per line (default 2).

use std::path::PathBuf;
use std::time::{Duration, Instant};

use workmint_storage::journal::{Journal, JournalReader, Limits};

const GENESIS: [u8; 32] = [0; 32];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let seconds = arguments.next().map_or(Ok(2), |text| text.parse())?;
    println!("body bytes | frames/group | frames/s |  groups/s | MB/s | p50 us | p99 us");
    for (body_bytes, group) in
        [(176, 1), (176, 64), (176, 1024), (45_000, 1), (45_000, 8), (1_000_000, 1), (4_000_000, 1)]
    {
        let directory =
            directory.join(format!("journal-{}-{body_bytes}-{group}", std::process::id()));
        measure(&directory, body_bytes, group, Duration::from_secs(seconds))?;
        std::fs::remove_dir_all(directory)?;
    }
    Ok(())
}

fn measure(
    directory: &std::path::Path,
    body_bytes: usize,
    group: usize,
    duration: Duration,
) -> Result<(), Box<dyn std::error::Error>> {
    let (mut journal, _) = Journal::create(directory, GENESIS, Limits::default())?;
    let body = vec![0x5a; body_bytes];
    let mut latencies = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < duration {
        let next = journal.last_height() + 1;
        let frames: Vec<(u64, &[u8])> =
            (next..).take(group).map(|height| (height, body.as_slice())).collect();
        let start = Instant::now();
        journal.append(&frames)?;
        journal.sync()?;
        latencies.push(start.elapsed().as_micros());
    }
    let micros = begin.elapsed().as_micros();
    let (frames, bytes) = (u128::from(journal.last_height()), u128::from(journal.total_bytes()));
    drop(journal);
    latencies.sort_unstable();
    let groups = u128::try_from(latencies.len())?;
    println!(
        "{body_bytes:>10} | {group:>12} | {:>8} | {:>9} | {:>4} | {:>6} | {:>6}",
        frames * 1_000_000 / micros,
        groups * 1_000_000 / micros,
        bytes / micros,
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
    );
    let start = Instant::now();
    let (reader, _) = JournalReader::open(directory, GENESIS, Limits::default())?;
    let opened = start.elapsed().as_micros().max(1);
    let verified = reader.verify()?;
    let read = (start.elapsed().as_micros() - opened).max(1);
    println!(
        "           open {} ms, verify {} frames, {} MB in {} ms ({} MB/s)",
        opened / 1000,
        verified.frames,
        verified.bytes / 1_000_000,
        read / 1000,
        u128::from(verified.bytes) / read,
    );
    Ok(())
}
