//! The end of the process: after a failed write, since nobody knows any more what is on the disk,
//! and when the engine refuses to go on.

use std::fmt::Display;

/// The exit code of a failed write or sync.
pub const EXIT_CODE: i32 = 4;

/// Says what failed and what is safe, and ends the process without running anything else: no
/// destructor may write, no answer may be given.
pub(crate) fn stop(doing: &str, error: &dyn Display) -> ! {
    eprintln!(
        "workmint: {doing} failed: {error}\n\
         The node stopped at once. Every transaction that was acknowledged is in the journal, \
         those that were not may be lost: send them again. Mend the disk, then start the node; it \
         checks the journal and goes on behind its last whole block."
    );
    std::process::exit(EXIT_CODE)
}

/// The exit code when the engine stops.
pub const ENGINE_EXIT_CODE: i32 = 3;

/// Says why no further block can be made, and ends the process. The block was not written.
pub(crate) fn stop_engine(error: &dyn Display) -> ! {
    eprintln!(
        "workmint: the engine stopped: {error}\n\
         The block under way was not written; everything that was acknowledged is in the journal."
    );
    std::process::exit(ENGINE_EXIT_CODE)
}
