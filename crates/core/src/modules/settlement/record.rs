//! The record of a settlement: built from plan and inputs alone.

use super::Taken;
use crate::address::Address;
use crate::error::Error;
use crate::hash::Hash;
use crate::inputs::{EpochInputs, SeedSignature};
use crate::modules::fees::holder_of;
use crate::modules::ledger::{Holder, Pot, Reason};
use crate::modules::parameters::{Destination, Name, Payee, Remainder, Source};
use crate::modules::rewards::{BucketLine, EmissionLine, SettlementPlan, StreamPlan};
use crate::names::AssetId;
use crate::table::{Single, Table};
use crate::tree::{self, Leaf};
use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use std::ops::RangeBounds;
use std::sync::Arc;
use workmint_amounts::Amount;

/// What accounts may claim, as columns ascending by (account, asset).
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entries {
    /// Account.
    pub account: Vec<Address>,
    /// Asset.
    pub asset: Vec<AssetId>,
    /// Base units, above 0.
    pub amount: Vec<Amount>,
}

/// A performance summary per participant, as columns in the inputs' order.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Summaries {
    /// Account, ascending.
    pub account: Vec<Address>,
    /// Requests answered.
    pub requests: Vec<u64>,
    /// Requests not answered.
    pub missed: Vec<u64>,
    /// Units of work.
    pub units: Vec<u64>,
    /// Paid for work, base units of the market's asset (WorkCoins).
    pub earned: Vec<Amount>,
    /// Paid from emission and for blocks, base units of its asset (RewardCoins).
    pub rewarded: Vec<Amount>,
    /// Slashed at the close, base units of the collateral's asset.
    pub slashed: Vec<Amount>,
}

/// One participant's summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Requests answered.
    pub requests: u64,
    /// Requests not answered.
    pub missed: u64,
    /// Units of work.
    pub units: u64,
    /// Paid for work, base units.
    pub earned: Amount,
    /// Paid from emission and for blocks, base units.
    pub rewarded: Amount,
    /// Slashed at the close, base units.
    pub slashed: Amount,
}

/// What one stream did. Amounts are base units of `asset`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StreamLine {
    /// The stream.
    pub name: Name,
    /// Its asset.
    pub asset: AssetId,
    /// New money offered.
    pub fresh: Amount,
    /// Dust of earlier epochs.
    pub carried_in: Amount,
    /// What was split.
    pub budget: Amount,
    /// By what it was divided.
    pub denominator: u128,
    /// How many received something.
    pub recipients: u64,
    /// Paid.
    pub paid: Amount,
    /// Removed by penalties, readings and the power cap.
    pub forfeited: Amount,
    /// Where that went.
    pub forfeits_to: Destination,
    /// Taken out of rewards for debts to customers.
    pub recovered: Amount,
    /// Taken out of validators' rewards for those who delegated to them.
    pub delegated: Amount,
    /// What rounding left.
    pub dust: Amount,
    /// Where that went.
    pub remainder: Remainder,
    /// The account of its bucket; `None` for a stream without a rate.
    pub bucket: Option<BucketLine>,
    /// Code of the error that quarantined the stream.
    pub quarantined: Option<u16>,
}

/// The short form of a record, kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// The epoch.
    pub epoch: u64,
    /// Height of the closing block.
    pub height: u64,
    /// Its time, milliseconds.
    pub time_ms: u64,
    /// Version of the parameters it ran under.
    pub parameters_version: u64,
    /// The epoch's emission.
    pub emission: EmissionLine,
    /// Newly minted, base units of the emission's asset.
    pub minted: Amount,
    /// Re-issued from the recycling pool, base units of the emission's asset.
    pub recycled: Amount,
    /// The streams.
    pub streams: Vec<StreamLine>,
    /// Root of the settlement tree; zero without claims.
    pub root: Hash,
    /// Number of claims.
    pub claims: u64,
}

/// Everything a settlement recorded.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Record {
    /// The short form.
    pub header: Header,
    /// What may be claimed.
    pub entries: Entries,
    /// How participants did.
    pub summaries: Summaries,
    /// Seeds committed for the epoch.
    pub seeds: Vec<SeedSignature>,
    /// The last epoch at whose close unclaimed entries expire.
    pub expires_after: u64,
}

/// What all open records still owe, by asset.
pub type Totals = std::collections::BTreeMap<AssetId, Amount>;

/// State of `settlement`.
#[derive(Default)]
pub struct SettlementState {
    pub(crate) headers: Table<u64, Arc<Header>>,
    pub(crate) open: Table<u64, Arc<Record>>,
    /// One bit per entry of an open record, 64 entries a row.
    pub(crate) claimed: Table<(u64, u32), u64>,
    /// What was taken of an entry that is still open, by epoch and entry.
    pub(crate) taken: Table<(u64, u32), Taken>,
    pub(crate) totals: Single<Totals>,
}

impl SettlementState {
    /// The short form of any settled epoch's record.
    #[must_use]
    pub fn header(&self, epoch: u64) -> Option<&Header> {
        self.headers.get(&epoch).map(|header| &**header)
    }

    /// Short forms of these epochs, ascending.
    pub fn headers(
        &self,
        epochs: impl RangeBounds<u64>,
    ) -> impl DoubleEndedIterator<Item = &Header> {
        self.headers.range(epochs).map(|(_, header)| &**header)
    }

    /// The record of an epoch whose claims have not expired.
    #[must_use]
    pub fn record(&self, epoch: u64) -> Option<&Arc<Record>> {
        self.open.get(&epoch)
    }

    /// The records whose claims have not expired, by epoch.
    pub fn open_records(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.open.iter().map(|(_, record)| record)
    }

    /// Whether an entry was paid, or all of it taken.
    #[must_use]
    pub fn is_claimed(&self, epoch: u64, entry: usize) -> bool {
        let Ok(word) = u32::try_from(entry >> 6) else {
            return false;
        };
        let bits = self.claimed.get(&(epoch, word)).copied().unwrap_or(0);
        bits >> (entry & 63) & 1 == 1
    }
}

impl Entries {
    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.account.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.account.is_empty()
    }

    /// The entries of an account: a range of rows.
    #[must_use]
    pub fn of(&self, account: &Address) -> std::ops::Range<usize> {
        let start = self.account.partition_point(|other| other < account);
        let end = self.account.partition_point(|other| other <= account);
        start..end
    }

    /// One entry.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<(Address, AssetId, Amount)> {
        Some((*self.account.get(at)?, *self.asset.get(at)?, *self.amount.get(at)?))
    }

    /// The leaf hashes, in the entries' order.
    #[must_use]
    pub fn leaves(&self, epoch: u64) -> Vec<Hash> {
        (0..self.len())
            .into_par_iter()
            .with_min_len(1_024)
            .filter_map(|at| self.leaf(epoch, at).map(|leaf| leaf.hash()))
            .collect()
    }

    /// One leaf.
    #[must_use]
    pub fn leaf(&self, epoch: u64, at: usize) -> Option<Leaf> {
        let (account, asset, amount) = self.get(at)?;
        Some(Leaf { epoch, account, asset: tree::asset_address(asset), amount })
    }
}

impl Summaries {
    /// The summary of an account.
    #[must_use]
    pub fn of(&self, account: &Address) -> Option<Summary> {
        let at = self.account.binary_search(account).ok()?;
        Some(Summary {
            requests: *self.requests.get(at)?,
            missed: *self.missed.get(at)?,
            units: *self.units.get(at)?,
            earned: *self.earned.get(at)?,
            rewarded: *self.rewarded.get(at)?,
            slashed: *self.slashed.get(at)?,
        })
    }
}

/// The movements of money that one stream causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    /// The asset.
    pub asset: AssetId,
    /// From, to, amount, reason; amounts above 0.
    pub list: Vec<(Holder, Holder, Amount, Reason)>,
    /// Newly minted.
    pub minted: Amount,
    /// Re-issued from the recycling pool.
    pub recycled: Amount,
}

/// The movements of every stream that was planned, in order; `None` for a quarantined one.
/// `recycling` is what the recycling pool held when the inputs were frozen: what one stream puts
/// into it, the next re-issues.
pub fn moves_of_plan(
    plan: &SettlementPlan,
    mut recycling: Amount,
) -> Result<Vec<Option<Moves>>, Error> {
    let mut all = Vec::with_capacity(plan.streams.len());
    for stream in &plan.streams {
        if stream.quarantined.is_some() {
            all.push(None);
            continue;
        }
        let moves = moves_of(stream, recycling)?;
        if stream.source.mints() {
            let pool = Holder::Pot(Pot::Recycling);
            let into = moves.list.iter().filter(|(_, to, _, _)| *to == pool);
            let into = Amount::sum(into.map(|(_, _, amount, _)| *amount))?;
            recycling = recycling.checked_sub(moves.recycled)?.checked_add(into)?;
        }
        all.push(Some(moves));
    }
    Ok(all)
}

/// The movements of a stream: its carry, then recycled, then new money (or its pot) fill first the
/// rewards, then recovered debts, then what is delegators', then the dust, then kept forfeits. What
/// would be burned of new money is never minted. `recycling` is what the recycling pool still
/// holds.
pub fn moves_of(stream: &StreamPlan, recycling: Amount) -> Result<Moves, Error> {
    let carry = Holder::Pot(Pot::Carry(stream.name.clone()));
    let from_carry = stream.carried_in.min(stream.budget);
    let fresh = stream.budget.checked_sub(from_carry)?;
    let mut sources = vec![(carry.clone(), from_carry)];
    match stream.source {
        Source::Payments => sources.push((Holder::Pot(Pot::Payments), fresh)),
        Source::Pot { ref name } => sources.push((Holder::Pot(Pot::Named(name.clone())), fresh)),
        Source::Emission { .. } | Source::BlockRewards { .. } => {
            let kept = match stream.forfeits_to {
                Destination::Burn => fresh.checked_sub(ownerless(stream)?.min(fresh))?,
                Destination::Treasury | Destination::Recycling => fresh,
            };
            let recycled = recycling.min(kept);
            sources.push((Holder::Pot(Pot::Recycling), recycled));
            sources.push((Holder::Issuance, fresh.checked_sub(recycled)?));
        }
    }
    let paid_to = match &stream.payee {
        Some(Payee::Treasury) => Holder::Pot(Pot::Treasury),
        Some(Payee::Account(_)) | None => Holder::Pot(Pot::Claims),
    };
    let forfeits_to = holder_of(stream.forfeits_to);
    let dust_to = if stream.keeps_dust() { carry } else { forfeits_to.clone() };
    let sinks = vec![
        (paid_to, stream.paid, Reason::Reward),
        (Holder::Pot(Pot::Restitution), stream.recovered, Reason::Recovery),
        (Holder::Pot(Pot::Delegators), stream.delegated, Reason::Reward),
        (dust_to, stream.dust, Reason::Dust),
        (forfeits_to, stream.forfeited, Reason::Forfeit),
    ];
    pair(stream.asset, sources, sinks)
}

/// What goes where forfeits go.
fn ownerless(stream: &StreamPlan) -> Result<Amount, Error> {
    let dust = if stream.keeps_dust() { Amount::ZERO } else { stream.dust };
    Ok(stream.forfeited.checked_add(dust)?)
}

fn pair(
    asset: AssetId,
    sources: Vec<(Holder, Amount)>,
    sinks: Vec<(Holder, Amount, Reason)>,
) -> Result<Moves, Error> {
    let mut list = Vec::new();
    let (mut minted, mut recycled) = (Amount::ZERO, Amount::ZERO);
    let mut sources = sources.into_iter();
    let mut source = sources.next();
    for (to, mut wanted, reason) in sinks {
        while !wanted.is_zero() {
            let Some((from, left)) = source.as_mut() else {
                return Err(Error::Inconsistent { what: "a stream pays more than its budget" });
            };
            let amount = wanted.min(*left);
            wanted = wanted.checked_sub(amount)?;
            *left = left.checked_sub(amount)?;
            if *from != to && !amount.is_zero() {
                match from {
                    Holder::Issuance => minted = minted.checked_add(amount)?,
                    Holder::Pot(Pot::Recycling) => recycled = recycled.checked_add(amount)?,
                    Holder::Account(_) | Holder::Pot(_) => {}
                }
                list.push((from.clone(), to.clone(), amount, reason));
            }
            if left.is_zero() {
                source = sources.next();
            }
        }
    }
    Ok(Moves { asset, list, minted, recycled })
}

/// Builds the record of a plan. Pure; `minted` and `recycled` are what its moves issued.
pub fn build_record(
    inputs: &EpochInputs,
    plan: &SettlementPlan,
    (minted, recycled): (Amount, Amount),
    window_epochs: u64,
    with_root: bool,
) -> Result<Record, Error> {
    let entries = entries_of(inputs, plan)?;
    let root = if with_root { tree::root(entries.leaves(inputs.epoch)) } else { Hash::ZERO };
    let header = Header {
        epoch: inputs.epoch,
        height: inputs.height,
        time_ms: inputs.time_ms,
        parameters_version: inputs.parameters_version,
        emission: plan.emission,
        minted,
        recycled,
        streams: plan.streams.iter().map(line_of).collect(),
        root,
        claims: entries.len() as u64,
    };
    let expires_after = inputs.epoch.checked_add(window_epochs).ok_or(crate::error::OVERFLOW)?;
    let summaries = summaries_of(inputs, plan)?;
    Ok(Record { header, entries, summaries, seeds: inputs.seeds.clone(), expires_after })
}

fn line_of(stream: &StreamPlan) -> StreamLine {
    StreamLine {
        name: stream.name.clone(),
        asset: stream.asset,
        fresh: stream.fresh,
        carried_in: stream.carried_in,
        budget: stream.budget,
        denominator: stream.denominator,
        recipients: stream.recipients,
        paid: stream.paid,
        forfeited: stream.forfeited,
        forfeits_to: stream.forfeits_to,
        recovered: stream.recovered,
        delegated: stream.delegated,
        dust: stream.dust,
        remainder: stream.remainder,
        bucket: stream.bucket.as_ref().map(|bucket| bucket.line),
        quarantined: stream.quarantined,
    }
}

/// Sums the streams per account and asset.
fn entries_of(inputs: &EpochInputs, plan: &SettlementPlan) -> Result<Entries, Error> {
    let mut assets: Vec<AssetId> = plan.streams.iter().map(|stream| stream.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    let accounts = &inputs.participants.account;
    let mut entries = Entries::default();
    entries.account.reserve(accounts.len());
    entries.asset.reserve(accounts.len());
    entries.amount.reserve(accounts.len());
    let by_asset: Vec<(AssetId, Vec<&[Amount]>)> = assets
        .into_iter()
        .map(|asset| {
            let streams = plan.streams.iter().filter(|stream| stream.asset == asset);
            (asset, streams.map(|stream| &stream.rewards[..]).collect())
        })
        .collect();
    for (at, account) in accounts.iter().enumerate() {
        for (asset, columns) in &by_asset {
            let parts = columns.iter().filter_map(|rewards| rewards.get(at).copied());
            let amount = Amount::sum(parts)?;
            if !amount.is_zero() {
                entries.account.push(*account);
                entries.asset.push(*asset);
                entries.amount.push(amount);
            }
        }
    }
    for stream in &plan.streams {
        if let (Some(Payee::Account(account)), false) = (&stream.payee, stream.paid.is_zero()) {
            add_entry(&mut entries, *account, stream.asset, stream.paid)?;
        }
    }
    Ok(entries)
}

fn add_entry(
    entries: &mut Entries,
    account: Address,
    asset: AssetId,
    amount: Amount,
) -> Result<(), Error> {
    let mut at = entries.of(&account).start;
    while entries.get(at).is_some_and(|row| row.0 == account && row.1 < asset) {
        at = at.checked_add(1).ok_or(crate::error::OVERFLOW)?;
    }
    let same = entries.get(at).is_some_and(|row| (row.0, row.1) == (account, asset));
    match entries.amount.get_mut(at).filter(|_| same) {
        Some(sum) => *sum = sum.checked_add(amount)?,
        None => {
            entries.account.insert(at, account);
            entries.asset.insert(at, asset);
            entries.amount.insert(at, amount);
        }
    }
    Ok(())
}

fn summaries_of(inputs: &EpochInputs, plan: &SettlementPlan) -> Result<Summaries, Error> {
    let participants = &inputs.participants;
    let sum = |minted: bool| -> Result<Vec<Amount>, Error> {
        let mut total = vec![Amount::ZERO; participants.len()];
        let streams = plan.streams.iter().filter(|stream| stream.source.mints() == minted);
        for stream in streams {
            for (total, reward) in total.iter_mut().zip(&stream.rewards) {
                *total = total.checked_add(*reward)?;
            }
        }
        Ok(total)
    };
    Ok(Summaries {
        account: participants.account.clone(),
        requests: participants.requests.clone(),
        missed: participants.missed.clone(),
        units: participants.units.clone(),
        earned: sum(false)?,
        rewarded: sum(true)?,
        slashed: participants.slashed.clone(),
    })
}
