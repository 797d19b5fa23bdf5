//! What the index keeps of an account: the events that name it, and every amount it gained or lost.
//!
//! Every posting of an account is in exactly one of its rows. So the sum of the changes of an
//! account's rows is what its balance rose by since the first block that is indexed.

use std::collections::{BTreeMap, btree_map};
use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError};
use workmint_core::modules::ledger::{self, Holder, Ledger, Posting, Reason};
use workmint_core::modules::parameters::Fees;
use workmint_core::modules::{fees, settlement, vesting};
use workmint_core::names::AssetId;
use workmint_core::{Address, Applied, DecodedTransaction, Event, Message, Reach};

/// A row of what happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AccountRow {
    /// What happened.
    pub what: What,
    /// What the account's balance changed by.
    pub change: Option<Change>,
}

impl AccountRow {
    /// The event, if it is one.
    #[must_use]
    pub fn into_event(self) -> Option<Event> {
        match self.what {
            What::Event(event) => Some(event),
            What::Fee { .. } | What::Moved(_) => None,
        }
    }
}

/// What a row tells.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum What {
    /// An event that names the account.
    Event(Event),
    /// What a transaction that the account signed cost, base units of the fee asset.
    Fee {
        /// The kind of its message.
        message: String,
        /// Fee and tip.
        paid: Amount,
        /// The fee alone.
        due: Amount,
    },
    /// An amount moved of which no event of the account tells.
    Moved(Reason),
}

/// How the balance of an account changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// The asset.
    pub asset: AssetId,
    /// Whether it rose.
    pub gained: bool,
    /// By what, base units.
    pub amount: Amount,
}

/// The accounts on both sides of a posting, giver and taker; `None`: a pot, or issuance.
pub type Sides = (Option<Address>, Option<Address>);

/// The sides of postings; `ledger` is any that followed, since accounts are never removed.
#[must_use]
pub fn sides(postings: &[Posting], ledger: &Ledger) -> Vec<Sides> {
    let of = |holder: &Holder| match holder {
        Holder::Account(handle) => Some(ledger.address(*handle)),
        Holder::Pot(_) | Holder::Issuance => None,
    };
    postings.iter().map(|posting| (of(&posting.from), of(&posting.to))).collect()
}

/// The part of what a transaction of so many bytes paid that was its fee; the rest was its tip.
#[must_use]
pub fn due_of(rules: &Fees, (message, bytes): (&Message, usize), paid: Amount) -> Amount {
    // What was charged could be computed.
    fees::due(rules, message, bytes).unwrap_or(paid).min(paid)
}

/// What a transaction cost its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Who signed it.
    pub sender: Address,
    /// The kind of its message.
    pub message: String,
    /// Fee and tip, base units of the fee asset; nothing if it could not pay.
    pub paid: Amount,
    /// The fee alone.
    pub due: Amount,
}

impl Charge {
    /// Those of a block's transactions, which have so many bytes.
    #[must_use]
    pub fn all(
        applied: &Applied,
        decoded: &[DecodedTransaction],
        bytes: impl Iterator<Item = usize>,
    ) -> Vec<Self> {
        let rules = &applied.parameters.fees;
        let all = decoded.iter().zip(bytes).zip(&applied.paid);
        all.map(|((one, bytes), paid)| {
            let paid = paid.unwrap_or_default();
            let due = due_of(rules, (&one.message, bytes), paid);
            Self { sender: one.sender, message: format!("{:?}", one.message.kind()), paid, due }
        })
        .collect()
    }
}

/// The rows of a block, each with its account and its number in the block: events have theirs, the
/// others follow.
///
/// # Errors
/// A sum leaves its range.
pub(super) fn rows(
    applied: &Applied,
    sides: &[Sides],
    charges: &[Charge],
) -> Result<Vec<(Address, u32, AccountRow)>, ArithmeticError> {
    let mut book = Book { applied, sides, of_events: BTreeMap::new(), others: Vec::new() };
    let first = applied.reached.first().copied().unwrap_or_default();
    let last = applied.reached.last().copied().unwrap_or_default();
    book.apart(0..first.postings);
    let ranges = applied.reached.iter().zip(applied.reached.iter().skip(1));
    for ((from, to), charge) in ranges.zip(charges) {
        book.transaction(*from, *to, charge)?;
    }
    book.apart(last.postings..applied.postings.len());
    Ok(book.rows())
}

/// The accounts an event names, each once.
fn accounts_of(event: &Event) -> Vec<Address> {
    let mut accounts = event.accounts();
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}

/// The amount that an event of money tells of, where it says the asset.
fn amount_of(event: &Event) -> Option<(AssetId, Amount)> {
    match event {
        Event::Ledger(ledger::Event::Transferred { asset, amount, .. })
        | Event::Settlement(settlement::Event::Claimed { asset, amount, .. }) => {
            Some((*asset, *amount))
        }
        _ => None,
    }
}

struct Book<'a> {
    applied: &'a Applied,
    sides: &'a [Sides],
    /// What changed by an event, by its number and account.
    of_events: BTreeMap<(usize, Address), Change>,
    others: Vec<(Address, AccountRow)>,
}

impl Book<'_> {
    /// Every posting of a range in rows of its own: what the begin and the end of a block do tells
    /// of many things at once.
    fn apart(&mut self, range: Range<usize>) {
        for at in range {
            for (account, change, reason) in self.changes(at).into_iter().flatten() {
                let row = AccountRow { what: What::Moved(reason), change: Some(change) };
                self.others.push((account, row));
            }
        }
    }

    /// What a posting changes: of its giver, and of its taker.
    fn changes(&self, at: usize) -> [Option<(Address, Change, Reason)>; 2] {
        let (Some(posting), Some((from, to))) =
            (self.applied.postings.get(at), self.sides.get(at).copied())
        else {
            return [None; 2];
        };
        if from == to {
            return [None; 2];
        }
        let Posting { asset, amount, reason, .. } = *posting;
        let change = |gained| Change { asset, gained, amount };
        let of = |account: Option<Address>, gained| Some((account?, change(gained), reason));
        [of(from, false), of(to, true)]
    }

    /// A transaction: its fee, then for each account and asset one change, told by the first event
    /// of the transaction that names the account.
    fn transaction(
        &mut self,
        from: Reach,
        to: Reach,
        charge: &Charge,
    ) -> Result<(), ArithmeticError> {
        let fee = self.charged(from, to, charge)?;
        let mut nets: BTreeMap<(Address, AssetId), Net> = BTreeMap::new();
        for at in from.postings.saturating_add(fee)..to.postings {
            for (account, change, reason) in self.changes(at).into_iter().flatten() {
                let net = match nets.entry((account, change.asset)) {
                    btree_map::Entry::Occupied(entry) => entry.into_mut(),
                    btree_map::Entry::Vacant(entry) => entry.insert(Net::of(reason)),
                };
                let side = if change.gained { &mut net.gained } else { &mut net.lost };
                *side = side.checked_add(change.amount)?;
            }
        }
        for ((account, asset), net) in nets {
            let Some(change) = net.change(asset)? else { continue };
            let free = self.telling(from.events..to.events, (account, &change));
            match free {
                Some(key) => {
                    self.of_events.insert(key, change);
                }
                None => {
                    let what = What::Moved(net.reason);
                    self.others.push((account, AccountRow { what, change: Some(change) }));
                }
            }
        }
        Ok(())
    }

    /// The event that a change of an account is told beside: of those that name the account and
    /// tell of no other change, one of this very amount, else the first. A grant only locks.
    fn telling(
        &self,
        range: Range<usize>,
        (account, change): (Address, &Change),
    ) -> Option<(usize, Address)> {
        let numbered = self.applied.events.iter().enumerate();
        let free = numbered.skip(range.start).take(range.len()).filter(|(at, event)| {
            let locks = matches!(event, Event::Vesting(vesting::Event::Granted { .. }));
            !locks
                && !self.of_events.contains_key(&(*at, account))
                && event.accounts().contains(&account)
        });
        let mut first = None;
        for (at, event) in free {
            match amount_of(event) {
                Some(told) if told == (change.asset, change.amount) => return Some((at, account)),
                // What tells of another asset tells of that one alone.
                Some((asset, _)) if asset != change.asset => {}
                Some(_) | None => first = first.or(Some((at, account))),
            }
        }
        first
    }

    /// The row of a transaction's fee; how many postings it was.
    fn charged(
        &mut self,
        from: Reach,
        to: Reach,
        charge: &Charge,
    ) -> Result<usize, ArithmeticError> {
        if charge.paid.is_zero() {
            return Ok(0);
        }
        let postings = self.applied.postings.get(from.postings..to.postings).unwrap_or_default();
        let (mut sum, mut count) = (Amount::ZERO, 0_usize);
        for posting in postings.iter().take_while(|posting| posting.reason == Reason::Fee) {
            if sum == charge.paid {
                break;
            }
            sum = sum.checked_add(posting.amount)?;
            count = count.saturating_add(1);
        }
        let asset = self.applied.parameters.fees.asset;
        let Charge { paid, due, .. } = *charge;
        let what = What::Fee { message: charge.message.clone(), paid, due };
        let change = Some(Change { asset, gained: false, amount: sum });
        self.others.push((charge.sender, AccountRow { what, change }));
        Ok(count)
    }

    fn rows(mut self) -> Vec<(Address, u32, AccountRow)> {
        let mut rows = Vec::with_capacity(self.applied.events.len().saturating_mul(2));
        let mut sequence = 0_u32;
        for (at, event) in self.applied.events.iter().enumerate() {
            for account in accounts_of(event) {
                let change = self.of_events.remove(&(at, account));
                let what = What::Event(event.clone());
                rows.push((account, sequence, AccountRow { what, change }));
            }
            sequence = sequence.saturating_add(1);
        }
        for (account, row) in self.others {
            rows.push((account, sequence, row));
            sequence = sequence.saturating_add(1);
        }
        rows
    }
}

/// What an account gained and lost of an asset.
struct Net {
    gained: Amount,
    lost: Amount,
    /// Of the first posting.
    reason: Reason,
}

impl Net {
    fn of(reason: Reason) -> Self {
        Self { gained: Amount::ZERO, lost: Amount::ZERO, reason }
    }

    fn change(&self, asset: AssetId) -> Result<Option<Change>, ArithmeticError> {
        let gained = self.gained > self.lost;
        let amount = match gained {
            true => self.gained.checked_sub(self.lost)?,
            false => self.lost.checked_sub(self.gained)?,
        };
        Ok((!amount.is_zero()).then_some(Change { asset, gained, amount }))
    }
}
