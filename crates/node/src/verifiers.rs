//! Checks signatures on threads of their own, as many as there are cores, in the order in which
//! they came. The threads that blocks and closes share their work over stay free of them.

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::NodeError;

/// The threads.
pub(crate) struct Verifiers {
    pool: ThreadPool,
}

impl Verifiers {
    pub(crate) fn start() -> Result<Self, NodeError> {
        let named = ThreadPoolBuilder::new().thread_name(|number| format!("verifier-{number}"));
        let pool = named.build();
        let pool = pool.map_err(|error| NodeError::Thread(std::io::Error::other(error)))?;
        Ok(Self { pool })
    }

    /// Runs a short piece of work when those before it have begun. It must not wait for another:
    /// nothing here does, so what came first is answered first.
    pub(crate) fn run(&self, work: impl FnOnce() + Send + 'static) {
        self.pool.spawn_fifo(work);
    }
}
