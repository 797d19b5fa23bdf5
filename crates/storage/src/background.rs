//! Work that nobody waits for.

/// How much less than the rest a thread is scheduled while others have work.
const NICE: i32 = 5;

/// Lets the calling thread, and those it starts, give way to the rest of the process. Elsewhere
/// than on Linux, where only whole processes have a priority, it does nothing.
///
/// # Errors
/// The system refuses.
pub fn give_way() -> std::io::Result<()> {
    if cfg!(target_os = "linux") {
        rustix::process::nice(NICE)?;
    }
    Ok(())
}
