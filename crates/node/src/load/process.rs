//! What the operating system says of a process: memory, processor time, open files.

use std::time::Duration;

/// Memory of a process, bytes; zero where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Resident now.
    pub resident_bytes: u64,
    /// Most that was resident at once.
    pub peak_bytes: u64,
}

/// One unit of the times in `/proc`: 1/100 s on every Linux.
const TICK: Duration = Duration::from_millis(10);

fn folder(process: Option<u32>) -> String {
    process.map_or_else(|| "/proc/self".to_owned(), |process| format!("/proc/{process}"))
}

/// The memory of a process; of this one if none is named.
#[must_use]
pub fn memory(process: Option<u32>) -> Memory {
    let status = std::fs::read_to_string(folder(process) + "/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok());
        kib.map_or(0, |kib: u64| kib.saturating_mul(1_024))
    };
    Memory { resident_bytes: field("VmRSS:"), peak_bytes: field("VmHWM:") }
}

/// Processor time that all threads of this process have used, in steps of a hundredth of a second;
/// zero where the system does not say.
#[must_use]
pub fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field, a name in brackets, may hold anything; user and system time are the 12th
    // and 13th after it.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let times = fields.skip(11).take(2).filter_map(|time| time.parse::<u32>().ok());
    times.map(|ticks| TICK.saturating_mul(ticks)).sum()
}

/// Files, sockets and the like that a process has open; `None` where the system does not say.
#[must_use]
pub fn descriptors(process: u32) -> Option<u64> {
    let list = std::fs::read_dir(folder(Some(process)) + "/fd").ok()?;
    Some(list.count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn this_process_uses_memory_time_and_files() {
        let me = std::process::id();
        let before = memory(None);
        assert!(before.resident_bytes > 100_000 && before.peak_bytes >= before.resident_bytes);
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let after = memory(Some(me));
        assert!(after.resident_bytes >= before.resident_bytes + (32 << 20), "{after:?}");
        drop(block);
        let file = std::fs::File::open("/proc/self/stat").unwrap();
        let open = descriptors(me).unwrap();
        assert!(open >= 4, "{open}");
        drop(file);
        let (began, used) = (Instant::now(), processor_time());
        while processor_time() < used + Duration::from_millis(30) {
            assert!(began.elapsed() < Duration::from_secs(60), "no time passes");
        }
        assert_eq!(memory(Some(u32::MAX)), Memory::default());
        assert_eq!(descriptors(u32::MAX), None);
    }
}
