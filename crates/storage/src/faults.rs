//! Named points at which tests kill the process or make one operation fail.
//!
//! `WORKMINT_CRASH_AT=<point>[:<n>]` aborts the process at the n-th time it passes the point
//! (first by default). `WORKMINT_IO_ERROR_AT=<operation>[:<n>]` makes the n-th such operation fail
//! with the error a full or broken disk would give. Both are read once. They are compiled into
//! every build, so that what is tested is what is shipped; unset, a point costs one atomic load.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Every point `WORKMINT_CRASH_AT` accepts, in the order a writer passes them.
pub const POINTS: &[&str] = &[
    "journal.before_write",
    "journal.torn_write",
    "journal.after_write_before_sync",
    "journal.after_sync",
    "journal.before_rotate",
    "journal.rotate_before_rename",
    "journal.rotate_after_rename_before_dirsync",
    "journal.after_rotate",
    "journal.before_truncate",
    "journal.after_truncate_before_sync",
    "snapshot.before_write",
    "snapshot.mid_write",
    "snapshot.before_rename",
    "snapshot.after_rename_before_dirsync",
    "snapshot.after_dirsync",
    "snapshot.before_prune",
    "snapshot.mid_prune",
    "snapshot.after_prune",
    "chunk.mid_write",
    "chunk.before_rename",
    "chunk.after_rename",
];

/// Every operation `WORKMINT_IO_ERROR_AT` accepts.
///
/// `*.write` fails with "no space left" after half of the bytes reached the file, the others fail
/// with "input/output error" and do nothing.
pub const IO_OPERATIONS: &[&str] = &[
    "journal.write",
    "journal.sync",
    "journal.rotate",
    "snapshot.write",
    "snapshot.sync",
    "snapshot.rename",
    "chunk.write",
    "chunk.rename",
    "directory.sync",
];

struct Target {
    name: String,
    strike_at: u64,
    passed: AtomicU64,
}

struct Plan {
    crash: Option<Target>,
    io_error: Option<Target>,
}

static PLAN: OnceLock<Plan> = OnceLock::new();

fn plan() -> &'static Plan {
    PLAN.get_or_init(|| Plan {
        crash: std::env::var("WORKMINT_CRASH_AT").ok().as_deref().and_then(parse),
        io_error: std::env::var("WORKMINT_IO_ERROR_AT").ok().as_deref().and_then(parse),
    })
}

fn parse(text: &str) -> Option<Target> {
    let (name, strike_at) = match text.split_once(':') {
        Some((name, number)) => (name, number.parse().ok()?),
        None => (text, 1),
    };
    Some(Target { name: name.to_owned(), strike_at, passed: AtomicU64::new(0) })
}

fn strikes(target: Option<&Target>, name: &str) -> bool {
    let Some(target) = target else { return false };
    target.name == name
        && target.passed.fetch_add(1, Ordering::Relaxed).checked_add(1) == Some(target.strike_at)
}

/// Aborts the process here if the environment asked for it.
pub fn point(name: &'static str) {
    if crashes(name) {
        crash();
    }
}

/// Whether the environment asked for a crash here. For points that first do half of the work.
pub(crate) fn crashes(name: &'static str) -> bool {
    debug_assert!(POINTS.contains(&name));
    strikes(plan().crash.as_ref(), name)
}

/// Ends the process as a power cut would: no destructors, no flushing.
pub(crate) fn crash() -> ! {
    std::process::abort()
}

/// Fails if the environment asked for this operation to fail.
///
/// # Errors
/// "No space left on device" for writes, "input/output error" for everything else.
pub fn io(name: &'static str) -> io::Result<()> {
    debug_assert!(IO_OPERATIONS.contains(&name));
    if !strikes(plan().io_error.as_ref(), name) {
        return Ok(());
    }
    if name.ends_with(".write") {
        return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left (injected)"));
    }
    Err(io::Error::other("input/output error (injected)"))
}

/// Writes all bytes, or only the first half when a failure of `name` was asked for.
pub(crate) fn write_all(
    file: &mut impl io::Write,
    name: &'static str,
    bytes: &[u8],
) -> io::Result<()> {
    if let Err(error) = io(name) {
        let (first, _) = bytes.split_at(bytes.len() / 2);
        file.write_all(first)?;
        return Err(error);
    }
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_strike_once_at_the_named_pass() {
        let target = parse("journal.after_sync:3").unwrap();
        let hits: Vec<bool> =
            (0..5).map(|_| strikes(Some(&target), "journal.after_sync")).collect();
        assert_eq!(hits, [false, false, true, false, false]);
        assert!(!strikes(Some(&target), "journal.before_write"));
    }

    #[test]
    fn should_strike_first_pass_by_default_and_ignore_nonsense() {
        assert!(strikes(parse("chunk.after_rename").as_ref(), "chunk.after_rename"));
        assert!(parse("chunk.after_rename:many").is_none());
        assert!(!strikes(None, "chunk.after_rename"));
    }

    #[test]
    fn names_should_be_unique() {
        for list in [POINTS, IO_OPERATIONS] {
            let mut names = list.to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), list.len());
        }
    }
}
