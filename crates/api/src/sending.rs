//! Transactions taken in: one way for JSON-RPC and REST, one count of what each account sends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use workmint_core::Address;
use workmint_node::{Examined, Included, Node, SubmitError};

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
}

impl Sending {
    pub(crate) fn new(node: Node, limits: &Limits, meters: Meters) -> Arc<Self> {
        let accounts = Buckets::new(limits.per_account, limits.remembered);
        Arc::new(Self { node, accounts, rate: limits.per_account, meters })
    }

    /// Checks the signature on a thread for that, so that those of a batch are checked on all
    /// cores, then the sender's rate, and waits for the block.
    pub(crate) async fn submit(&self, bytes: Vec<u8>) -> Result<Included, NotSent> {
        let verified = match self.node.examine(bytes).await.map_err(NotSent::Refused)? {
            // Anybody can send again what a block shows: that costs its sender nothing.
            Examined::Included(included) => return Ok(included),
            Examined::New(verified) => *verified,
        };
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
