//! What waits for a block: one queue of nonces per sender, the best-paying heads first.
//!
//! Order is by tip, then by arrival; a sender's transactions keep the order of their nonces. The
//! producer alone adds and takes, so that every transaction is judged against the state it will run
//! on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use workmint_amounts::{Amount, Ratio};
use workmint_core::{Address, Hash};
use workmint_protocol::wire::Verified;

use crate::config::MempoolLimits;
use crate::error::SubmitError;
use crate::node::Included;

/// What becomes of a transaction.
pub(crate) type Outcome = Result<Included, SubmitError>;

/// Most who wait for one transaction.
const WAITERS: usize = 64;

/// Who wants to know it.
pub(crate) type Waiter = oneshot::Sender<Outcome>;

/// A replacement must pay so much more than what it replaces: a tenth.
const REPLACEMENT: (u32, u32) = (11, 10);

/// A verified transaction on its way into a block.
pub(crate) struct Pending {
    pub(crate) verified: Verified,
    pub(crate) waiters: Vec<Waiter>,
    /// Given back when it is answered.
    pub(crate) _permit: Permit,
    pub(crate) since: Instant,
}

impl Pending {
    /// Tells everybody who waits.
    pub(crate) fn answer(self, outcome: &Outcome) {
        let Self { waiters, _permit: permit, .. } = self;
        // Whoever has the answer finds the place free.
        drop(permit);
        for waiter in waiters {
            // Whoever stopped waiting does not want to know.
            drop(waiter.send(outcome.clone()));
        }
    }
}

/// Counts what is on its way, from the moment it comes in until it is answered.
pub(crate) struct Gate {
    limits: MempoolLimits,
    count: AtomicUsize,
    bytes: AtomicUsize,
}

/// One transaction's place.
pub(crate) struct Permit {
    gate: Arc<Gate>,
    bytes: usize,
}

impl Gate {
    pub(crate) fn new(limits: MempoolLimits) -> Self {
        Self { limits, count: AtomicUsize::new(0), bytes: AtomicUsize::new(0) }
    }

    /// Transactions and bytes on their way.
    pub(crate) fn load(&self) -> (usize, usize) {
        (self.count.load(Relaxed), self.bytes.load(Relaxed))
    }

    pub(crate) fn enter(self: &Arc<Self>, bytes: usize) -> Result<Permit, SubmitError> {
        let count = self.count.fetch_add(1, Relaxed);
        let held = self.bytes.fetch_add(bytes, Relaxed);
        // From here on, leaving early gives the place back.
        let permit = Permit { gate: Arc::clone(self), bytes };
        if count >= self.limits.count {
            return Err(SubmitError::Full { what: "transactions", limit: self.limits.count });
        }
        if held.saturating_add(bytes) > self.limits.bytes {
            let what = "bytes of transactions";
            return Err(SubmitError::Full { what, limit: self.limits.bytes });
        }
        Ok(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.count.fetch_sub(1, Relaxed);
        self.gate.bytes.fetch_sub(self.bytes, Relaxed);
    }
}

/// Best first.
type Rank = (Reverse<Amount>, u64);

struct Entry {
    pending: Pending,
    rank: Rank,
    cost: Amount,
}

#[derive(Default)]
struct Queue {
    /// The nonce the state wants next.
    next: u64,
    entries: BTreeMap<u64, Entry>,
    /// What they cost together, base units of the fee asset.
    cost: Amount,
}

impl Queue {
    /// How many entries run without a gap from `next` on.
    fn gapless(&self) -> usize {
        (self.next..).zip(self.entries.keys()).take_while(|(want, have)| want == *have).count()
    }

    fn remove(&mut self, nonce: u64) -> Option<Entry> {
        let entry = self.entries.remove(&nonce)?;
        self.cost = self.cost.checked_sub(entry.cost).unwrap_or(Amount::ZERO);
        Some(entry)
    }
}

/// What waits.
pub(crate) struct Mempool {
    limits: MempoolLimits,
    senders: HashMap<Address, Queue>,
    by_hash: HashMap<Hash, (Address, u64)>,
    /// The head of each queue that has the state's next nonce.
    ready: BTreeSet<(Rank, Address)>,
    /// Entries behind a gap.
    gapped: usize,
    arrivals: u64,
}

/// What the state says of a transaction and its sender.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) cost: Amount,
    pub(crate) spendable: Amount,
    pub(crate) nonce: u64,
}

impl Mempool {
    pub(crate) fn new(limits: MempoolLimits) -> Self {
        Self {
            limits,
            senders: HashMap::new(),
            by_hash: HashMap::new(),
            ready: BTreeSet::new(),
            gapped: 0,
            arrivals: 0,
        }
    }

    /// Whether a block could take something.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Transactions that wait, and those of them behind a gap.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.by_hash.len(), self.gapped)
    }

    /// The nonce after those of a sender that wait without a gap; `None` if none wait.
    pub(crate) fn pending_nonce(&self, sender: &Address) -> Option<u64> {
        let queue = self.senders.get(sender)?;
        queue.next.checked_add(u64::try_from(queue.gapless()).ok()?)
    }

    /// Whether anything of a sender waits.
    pub(crate) fn waits(&self, sender: &Address) -> bool {
        self.senders.contains_key(sender)
    }

    /// The waiting transaction of that hash.
    pub(crate) fn get(&self, hash: &Hash) -> Option<&Verified> {
        let (sender, nonce) = self.by_hash.get(hash)?;
        Some(&self.senders.get(sender)?.entries.get(nonce)?.pending.verified)
    }

    /// Lets one who asks for a transaction that already waits wait with it; gives the question back
    /// if it does not wait here.
    pub(crate) fn join(&mut self, pending: Pending) -> Option<Pending> {
        let place = self.by_hash.get(&pending.verified.hash());
        let entry = place.and_then(|(sender, nonce)| {
            self.senders.get_mut(sender).and_then(|queue| queue.entries.get_mut(nonce))
        });
        match entry {
            Some(entry) => {
                let waiters = &mut entry.pending.waiters;
                waiters.retain(|waiter| !waiter.is_closed());
                let room = WAITERS.saturating_sub(waiters.len());
                let hash = pending.verified.hash();
                let mut more = pending.waiters.into_iter();
                waiters.extend(more.by_ref().take(room));
                for waiter in more {
                    // Whoever finds no room learns at once that its transaction waits; one that has
                    // gone learns nothing.
                    drop(waiter.send(Err(SubmitError::Queued { hash })));
                }
                None
            }
            None => Some(pending),
        }
    }

    /// Adds a transaction; gives back the one that has no place, this or the one it replaces, with
    /// the reason.
    pub(crate) fn add(&mut self, pending: Pending, facts: Facts) -> Option<(Pending, SubmitError)> {
        let decoded = pending.verified.decoded();
        let (sender, nonce, tip) = (decoded.sender, decoded.nonce, decoded.tip);
        if let Err(error) = self.admits(&sender, (nonce, tip), facts) {
            return Some((pending, error));
        }
        self.unlist(&sender);
        self.arrivals = self.arrivals.saturating_add(1);
        let rank = (Reverse(tip), self.arrivals);
        let hash = pending.verified.hash();
        self.by_hash.insert(hash, (sender, nonce));
        let queue = self.senders.entry(sender).or_default();
        queue.next = facts.nonce;
        let replaced = queue.remove(nonce);
        queue.cost = queue.cost.checked_add(facts.cost).unwrap_or(Amount::MAX);
        queue.entries.insert(nonce, Entry { pending, rank, cost: facts.cost });
        self.list(&sender);
        if let Some(replaced) = replaced {
            self.by_hash.remove(&replaced.pending.verified.hash());
            return Some((replaced.pending, SubmitError::Replaced { by: hash }));
        }
        None
    }

    fn admits(
        &self,
        sender: &Address,
        (nonce, tip): (u64, Amount),
        facts: Facts,
    ) -> Result<(), SubmitError> {
        let expected = facts.nonce;
        if nonce < expected {
            return Err(SubmitError::NonceTooLow { expected, given: nonce });
        }
        let limit = self.limits.per_sender;
        if usize::try_from(nonce.abs_diff(expected)).is_ok_and(|ahead| ahead >= limit) {
            return Err(SubmitError::NonceTooHigh { expected, given: nonce, limit });
        }
        let queue = self.senders.get(sender);
        let replaced = queue.and_then(|queue| queue.entries.get(&nonce));
        if let Some(replaced) = replaced {
            let old = replaced.pending.verified.decoded().tip;
            let needed = least_replacement(old);
            if tip < needed {
                return Err(SubmitError::Underpriced { tip, needed });
            }
        }
        let waiting = queue.map_or(Amount::ZERO, |queue| queue.cost);
        let given_back = replaced.map_or(Amount::ZERO, |entry| entry.cost);
        let needed = waiting.checked_sub(given_back).and_then(|rest| rest.checked_add(facts.cost));
        let needed = needed.unwrap_or(Amount::MAX);
        if needed > facts.spendable {
            return Err(SubmitError::NotCovered { needed, spendable: facts.spendable });
        }
        if queue.is_some_and(|queue| queue.entries.len() >= limit) && replaced.is_none() {
            return Err(SubmitError::SenderFull { limit });
        }
        let follows = queue.map_or(0, Queue::gapless);
        let gap = usize::try_from(nonce.abs_diff(expected)).is_ok_and(|ahead| ahead > follows);
        if gap && self.gapped >= self.limits.gapped {
            let what = "transactions behind a missing nonce";
            return Err(SubmitError::Full { what, limit: self.limits.gapped });
        }
        Ok(())
    }

    /// Takes the best transactions that run now, at most so many and so many bytes.
    pub(crate) fn take(&mut self, count: usize, bytes: usize) -> Vec<Pending> {
        let mut taken = Vec::new();
        let mut room = bytes;
        while taken.len() < count {
            let Some((_, sender)) = self.ready.first().copied() else { break };
            let Some(queue) = self.senders.get_mut(&sender) else { break };
            let next = queue.next;
            let size =
                queue.entries.get(&next).map_or(0, |entry| entry.pending.verified.raw().len());
            let Some(rest) = room.checked_sub(size) else { break };
            self.ready.pop_first();
            let Some(entry) = queue.remove(next) else { continue };
            room = rest;
            queue.next = next.saturating_add(1);
            match queue.entries.get(&queue.next) {
                Some(head) => drop(self.ready.insert((head.rank, sender))),
                None if queue.entries.is_empty() => drop(self.senders.remove(&sender)),
                None => {}
            }
            self.by_hash.remove(&entry.pending.verified.hash());
            taken.push(entry.pending);
        }
        taken
    }

    /// Tells the queue of a sender the nonce that the state wants next; what is below it is given
    /// back.
    pub(crate) fn set_nonce(&mut self, sender: &Address, next: u64) -> Vec<Pending> {
        if !self.senders.contains_key(sender) {
            return Vec::new();
        }
        self.unlist(sender);
        let mut stale = Vec::new();
        if let Some(queue) = self.senders.get_mut(sender) {
            queue.next = next;
            while let Some(nonce) = queue.entries.keys().next().copied().filter(|old| *old < next) {
                stale.extend(queue.remove(nonce).map(|entry| entry.pending));
            }
        }
        self.list(sender);
        self.forget(&stale);
        stale
    }

    /// Gives back what waited longer than it may.
    pub(crate) fn expired(&mut self, now: Instant) -> Vec<Pending> {
        let limit = Duration::from_millis(self.limits.expire_ms);
        let over = |entry: &Entry| now.saturating_duration_since(entry.pending.since) > limit;
        let late: Vec<(Address, u64)> = self
            .senders
            .iter()
            .flat_map(|(sender, queue)| {
                queue.entries.iter().filter(|(_, entry)| over(entry)).map(|(at, _)| (*sender, *at))
            })
            .collect();
        let mut gone = Vec::new();
        for (sender, nonce) in late {
            self.unlist(&sender);
            let entry = self.senders.get_mut(&sender).and_then(|queue| queue.remove(nonce));
            gone.extend(entry.map(|entry| entry.pending));
            self.list(&sender);
        }
        self.forget(&gone);
        gone
    }

    /// Gives back everything.
    pub(crate) fn clear(&mut self) -> Vec<Pending> {
        self.ready.clear();
        self.by_hash.clear();
        self.gapped = 0;
        let queues = self.senders.drain().flat_map(|(_, queue)| queue.entries.into_values());
        queues.map(|entry| entry.pending).collect()
    }

    fn forget(&mut self, gone: &[Pending]) {
        for pending in gone {
            self.by_hash.remove(&pending.verified.hash());
        }
    }

    /// Takes a sender's queue out of the order and the count of gaps, before it changes.
    fn unlist(&mut self, sender: &Address) {
        let Some(queue) = self.senders.get(sender) else { return };
        if let Some(head) = queue.entries.get(&queue.next) {
            self.ready.remove(&(head.rank, *sender));
        }
        self.gapped -= queue.entries.len().abs_diff(queue.gapless()).min(self.gapped);
    }

    /// Puts it back, or forgets it if it is empty.
    fn list(&mut self, sender: &Address) {
        let Some(queue) = self.senders.get(sender) else { return };
        if queue.entries.is_empty() {
            self.senders.remove(sender);
            return;
        }
        if let Some(head) = queue.entries.get(&queue.next) {
            self.ready.insert((head.rank, *sender));
        }
        self.gapped += queue.entries.len().abs_diff(queue.gapless());
    }
}

/// The least tip that replaces one: a tenth more, and at least one base unit.
fn least_replacement(old: Amount) -> Amount {
    let (over, under) = REPLACEMENT;
    let more = Ratio::new(over.into(), under.into()).and_then(|ratio| ratio.apply_ceil(old));
    let one_more = old.checked_add(Amount::new(1)).unwrap_or(Amount::MAX);
    more.unwrap_or(Amount::MAX).max(one_more)
}
