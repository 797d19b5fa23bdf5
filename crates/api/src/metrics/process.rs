//! The process, by the names every Prometheus client uses; read from `/proc` when it is scraped.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Ticks of `/proc` times in a second: fixed for programs on Linux.
const TICKS: f64 = 100.0;
/// Bytes of a page of memory as `/proc/self/stat` counts them.
const PAGE: u64 = 4_096;

/// Reads `/proc/self`.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(stat)
        else {
            return Ok(());
        };
        let help = "User and system time spent";
        let cpu = ConstCounter::new(stat.ticks / TICKS);
        let named = encoder.encode_descriptor("process_cpu_seconds", help, None, cpu.metric_type());
        cpu.encode(named?)?;
        let mut gauge = |name: &str, help: &str, value: f64| {
            let value = ConstGauge::new(value);
            let named = encoder.encode_descriptor(name, help, None, value.metric_type())?;
            value.encode(named)
        };
        let resident = resident().unwrap_or(stat.resident);
        gauge("process_resident_memory_bytes", "Resident memory", resident)?;
        gauge("process_virtual_memory_bytes", "Virtual memory", stat.memory)?;
        gauge("process_threads", "Threads", stat.threads)?;
        if let Some(started) = boot_time() {
            let help = "Start of the process since the Unix epoch";
            gauge("process_start_time_seconds", help, started + stat.started / TICKS)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            // The directory that is read is open too.
            let open = u32::try_from(open.count()).unwrap_or(u32::MAX).saturating_sub(1);
            gauge("process_open_fds", "Open file descriptors", f64::from(open))?;
        }
        if let Some(most) = most_fds() {
            gauge("process_max_fds", "Most open file descriptors", most)?;
        }
        Ok(())
    }
}

struct Stat {
    ticks: f64,
    threads: f64,
    started: f64,
    memory: f64,
    resident: f64,
}

/// Reads the line of `/proc/self/stat`; the name in parentheses may hold anything.
fn stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // Counted from the third field, the state.
    let field = |number: usize| fields.get(number.checked_sub(3)?)?.parse::<f64>().ok();
    Some(Stat {
        ticks: field(14)? + field(15)?,
        threads: field(20)?,
        started: field(22)?,
        memory: field(23)?,
        resident: field(24)? * f64::from(u32::try_from(PAGE).ok()?),
    })
}

/// Resident memory in bytes, whatever the size of a page is.
fn resident() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024.0)
}

/// When the machine started, seconds since the Unix epoch.
fn boot_time() -> Option<f64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn most_fds() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_is_skipped() {
        let text = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9 0 777 4096000 100 0";
        let stat = stat(text).unwrap();
        assert_eq!((stat.ticks, stat.threads, stat.started), (200.0, 9.0, 777.0));
        assert_eq!((stat.memory, stat.resident), (4_096_000.0, 409_600.0));
        assert!(super::stat("nothing").is_none());
    }

    #[test]
    fn this_process_is_read() {
        let text = fs::read_to_string("/proc/self/stat").unwrap();
        assert!(stat(&text).unwrap().threads >= 1.0);
        assert!(resident().unwrap() > 100_000.0);
        assert!(boot_time().unwrap() > 1_000_000_000.0);
        assert!(most_fds().unwrap() >= 3.0);
    }
}
