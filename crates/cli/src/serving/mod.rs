//! What `node` and `demo --serve` have in common: threads, signals, keys beside the data.

pub(crate) mod keys;

use std::io::Write;
use std::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use workmint_api::{ApiConfig, ServeError, Server, serve};
use workmint_core::time::DAY_MS;
use workmint_node::{Node, NodeError};

use crate::failure::Failure;
pub(crate) use keys::Keys;

/// The threads that serve.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|error| Failure::Machine(format!("cannot start the threads that serve: {error}")))
}

/// Opens a node's port.
pub(crate) async fn listen(node: Node, api: ApiConfig) -> Result<Server, Failure> {
    serve(node, api).await.map_err(refused)
}

/// An error if an address cannot be listened on now.
pub(crate) fn require_free(api: &ApiConfig) -> Result<(), Failure> {
    let addresses = [Some(api.listen), api.admin].into_iter().flatten();
    // All at once: the two must also differ.
    let opened = addresses.map(|address| {
        TcpListener::bind(address).map_err(|error| refused(ServeError::Listen(address, error)))
    });
    opened.collect::<Result<Vec<TcpListener>, Failure>>().map(drop)
}

fn refused(error: ServeError) -> Failure {
    match error {
        ServeError::AdminNotLoopback(_) => Failure::input(error),
        ServeError::Listen(..) => Failure::Machine(error.to_string()),
    }
}

/// What tells a process to stop in order.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Waits for SIGINT and SIGTERM from now on; inside a runtime only.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listening = |error| Failure::Machine(format!("cannot wait for signals: {error}"));
        let interrupt = signal(SignalKind::interrupt()).map_err(listening)?;
        let terminate = signal(SignalKind::terminate()).map_err(listening)?;
        Ok(Self { interrupt, terminate })
    }

    /// Returns when somebody asks the process to stop.
    pub(crate) async fn wait(&mut self, server: &Server) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = server.stop_asked() => {}
        }
    }
}

/// For whoever watches; the log may be switched off.
pub(crate) fn say(line: &str) {
    // Nobody may be there to read it.
    writeln!(std::io::stderr(), "{line}").ok();
}

/// Why a node does not start, or ended.
pub(crate) fn failed(error: NodeError) -> Failure {
    match error {
        NodeError::Store(error) => Failure::from(error),
        NodeError::OtherNetwork { .. } | NodeError::NoNetwork | NodeError::Setting { .. } => {
            Failure::input(error)
        }
        NodeError::Clock(pause) => {
            // Whole days, and one more for whoever reads this tomorrow.
            let ahead = pause.now_ms.saturating_sub(pause.block_ms);
            let days = (ahead / DAY_MS).saturating_add(2);
            Failure::Machine(format!("{error} with --most-pause {days}d"))
        }
        NodeError::Thread(_) | NodeError::Stopping => Failure::Machine(error.to_string()),
        NodeError::Encoding(_) => Failure::damage(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workmint_node::Pause;

    /// The pause that is advised is one that lets the network go on.
    #[test]
    fn the_advised_pause_is_long_enough() {
        let advised = |days: u64| {
            let now_ms = days * DAY_MS + 1;
            failed(NodeError::Clock(Pause { now_ms, block_ms: 0, most_ms: DAY_MS })).to_string()
        };
        assert!(advised(686).ends_with("allow a longer pause with --most-pause 688d"));
        assert!(advised(1).ends_with(" --most-pause 3d"));
    }
}
