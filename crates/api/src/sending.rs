//! Transactions taken in: one way for JSON-RPC and REST, one count of what each account sends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use workmint_core::Address;
use workmint_node::{Included, Node, SubmitError};

use crate::limits::{Buckets, Limits, Rate};
use crate::metrics::Meters;

/// Takes transactions of all surfaces.
pub(crate) struct Sending {
    node: Node,
    /// Transactions by sender.
    accounts: Buckets<Address>,
    rate: Rate,
    meters: Meters,
}

/// Why a transaction was not taken, or not yet.
#[derive(Debug)]
pub(crate) enum NotSent {
    /// The node's answer.
    Refused(SubmitError),
    /// Its account sends too much; how long to wait, and that in words.
    TooMany(Duration, String),
    /// The node failed, at what.
    Failed(String),
}

impl Sending {
    pub(crate) fn new(node: Node, limits: &Limits, meters: Meters) -> Arc<Self> {
        let accounts = Buckets::new(limits.per_account, limits.remembered);
        Arc::new(Self { node, accounts, rate: limits.per_account, meters })
    }

    /// Checks the signature on a thread of its own, so that those of a batch are checked on all
    /// cores, then the sender's rate, and waits for the block.
    pub(crate) async fn submit(&self, bytes: Vec<u8>) -> Result<Included, NotSent> {
        let failed = |error: &dyn std::fmt::Display| NotSent::Failed(error.to_string());
        let (checked, receive) = oneshot::channel();
        let node = self.node.clone();
        rayon::spawn(move || {
            // Whoever asked may have gone.
            let _ = checked.send(node.verify(&bytes));
        });
        let verified = receive.await.map_err(|error| failed(&error))?;
        let verified = verified.map_err(NotSent::Refused)?;
        // Anybody can send again what a block shows: that costs its sender nothing.
        let (node, hash) = (self.node.clone(), verified.hash());
        let known = tokio::task::spawn_blocking(move || node.included(&hash)).await;
        let known = known.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        if let Some(included) = known {
            return Ok(included);
        }
        if let Err(wait) = self.accounts.take(verified.decoded().sender, 1, Instant::now()) {
            self.meters.limited("account");
            let Rate { per_second, burst } = self.rate;
            let text = format!(
                "transactions of one account: at most {per_second} a second, {burst} at once; \
                 wait {} ms",
                wait.as_millis(),
            );
            return Err(NotSent::TooMany(wait, text));
        }
        self.node.submit_verified(verified).await.map_err(NotSent::Refused)
    }
}
