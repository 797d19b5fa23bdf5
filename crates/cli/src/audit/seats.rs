//! Who holds which seat and what it cost, followed from the events and postings of blocks.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio, SignedRatio, exp_floor};
use workmint_core::block::Applied;
use workmint_core::modules::ledger::{Holder, Posting, Reason};
use workmint_core::modules::opinions::Event as Said;
use workmint_core::modules::parameters::{Destination, Opinions, Parameters, SeatRegistration};
use workmint_core::{Address, EpochInputs, Event, State};

use super::{Fallible, failed};

/// ln 2, parts of 10^30.
const LN_2: u128 = 693_147_180_559_945_309_417_232_121_458;
const PARTS: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// A network's seats, without a look at its state.
#[derive(Debug, Default)]
pub(crate) struct Seats {
    rules: Option<Opinions>,
    /// What a seat cost after the last registration, and its height.
    price: (Amount, u64),
    /// Holder and height of registration by seat.
    held: BTreeMap<u16, (Address, u64)>,
}

impl Seats {
    /// Those of a genesis: none.
    pub(crate) fn opening(state: &State) -> Self {
        let parameters = state.active_parameters();
        let rules = parameters.and_then(|parameters| parameters.opinions.clone());
        let first = rules.as_ref().map(|rules| rules.registration.initial);
        Self { price: (first.unwrap_or_default(), 0), rules, held: BTreeMap::new() }
    }

    /// Follows one block; `after` are the parameters that hold from the next one on.
    pub(crate) fn follow(
        &mut self,
        height: u64,
        applied: &Applied,
        after: &Parameters,
    ) -> Fallible<()> {
        let (mut paid, mut burned) = (Amount::ZERO, Amount::ZERO);
        for event in &applied.events {
            let Event::Opinions(event) = event else { continue };
            match event {
                Said::SeatTaken { account, seat, price, burned: part, replaced } => {
                    self.take(height, (*account, *seat), (*price, *part), *replaced)?;
                    paid = paid.checked_add(*price).map_err(failed)?;
                    burned = burned.checked_add(*part).map_err(failed)?;
                }
                Said::WeightsSet { account, seat, .. }
                | Said::WeightsCommitted { account, seat, .. } => {
                    if self.held.get(seat).map(|(holder, _)| holder) != Some(account) {
                        return Err(format!("{account} speaks for seat {seat}, of another"));
                    }
                }
                // Of the close, after the freeze, or of no seat.
                Said::SeatEnded { .. }
                | Said::CommitmentLapsed { .. }
                | Said::ChildrenSet { .. }
                | Said::TakeSet { .. } => {}
            }
        }
        posted(&applied.postings, paid, burned)?;
        if let Some(closed) = &applied.closed {
            self.compare(&closed.inputs)?;
        }
        applied.events.iter().try_for_each(|event| self.end(event))?;
        self.adopt(height, after.opinions.as_ref())
    }

    /// Other rules end seats after the freeze.
    fn end(&mut self, event: &Event) -> Fallible<()> {
        let Event::Opinions(Said::SeatEnded { account, seat }) = event else {
            return Ok(());
        };
        let held = self.held.remove(seat).map(|(holder, _)| holder);
        if held == Some(*account) {
            return Ok(());
        }
        Err(format!("seat {seat} ends, which {account} did not hold"))
    }

    fn take(
        &mut self,
        height: u64,
        (account, seat): (Address, u16),
        (price, burned): (Amount, Amount),
        replaced: Option<Address>,
    ) -> Fallible<()> {
        let rules = self.rules.as_ref().ok_or("a seat was taken where there are none")?;
        let terms = &rules.registration;
        let due = price_at(terms, self.price, height)?;
        let to_burn = match terms.rest {
            Destination::Burn => due,
            Destination::Treasury | Destination::Recycling => {
                terms.burned_share.apply_ceil(due).map_err(failed)?
            }
        };
        if (price, burned) != (due, to_burn) {
            return Err(format!(
                "seat {seat} cost {price}, {burned} burned; by its rules {due}, {to_burn} burned"
            ));
        }
        if self.held.values().any(|(holder, _)| *holder == account) || seat >= rules.seats {
            return Err(format!("{account} cannot hold seat {seat}"));
        }
        let before = self.held.insert(seat, (account, height)).map(|(holder, _)| holder);
        if before != replaced {
            return Err(format!("seat {seat} was of {before:?}, not of {replaced:?}"));
        }
        let risen = terms.rise.apply_floor(due).map_err(failed)?;
        self.price = (risen.max(terms.minimum).min(terms.maximum), height);
        Ok(())
    }

    /// The frozen seats are those that were taken.
    fn compare(&self, inputs: &EpochInputs) -> Fallible<()> {
        let Some(frozen) = &inputs.opinions else {
            let none = self.held.is_empty();
            return if none { Ok(()) } else { Err("seats are held and not frozen".to_owned()) };
        };
        let account = |row: &Option<u32>| {
            row.and_then(|row| inputs.participants.account.get(row as usize)).copied()
        };
        let found = frozen.holder.iter().map(account).zip(&frozen.seats.registered);
        let found: Vec<_> = found.map(|(holder, since)| (holder, *since)).collect();
        let held: Vec<_> = self.held.values().map(|(who, since)| (Some(*who), *since)).collect();
        if found == held { Ok(()) } else { Err("frozen seats are not those taken".to_owned()) }
    }

    /// The price goes on from where it is under other rules.
    fn adopt(&mut self, height: u64, after: Option<&Opinions>) -> Fallible<()> {
        if self.rules.as_ref() == after {
            return Ok(());
        }
        if let Some(new) = after.map(|rules| &rules.registration) {
            let now = match &self.rules {
                Some(old) => price_at(&old.registration, self.price, height)?,
                None => new.initial,
            };
            self.price = (now.max(new.minimum).min(new.maximum), height);
        }
        self.rules = after.cloned();
        Ok(())
    }
}

/// What a seat costs at a height: whole half-lives are halvings, the rest is a power of e.
fn price_at(
    terms: &SeatRegistration,
    (price, since): (Amount, u64),
    height: u64,
) -> Fallible<Amount> {
    let blocks = height.checked_sub(since).ok_or("a price of the future")?;
    let (whole, rest) = (blocks / terms.half_life_blocks, blocks % terms.half_life_blocks);
    let mut left = price.get();
    if rest > 0 {
        let part = Ratio::new(u128::from(rest), u128::from(terms.half_life_blocks));
        let ln_2 = Ratio::new(LN_2, PARTS).map_err(failed)?;
        let exponent = part.and_then(|part| part.checked_mul(ln_2)).map_err(failed)?;
        left = exp_floor(left, SignedRatio::new(true, exponent)).map_err(failed)?;
    }
    for _ in 0..whole.min(128) {
        left /= 2;
    }
    Ok(Amount::new(left).max(terms.minimum).min(terms.maximum))
}

/// What was posted for seats is their price, and what of it went to issuance is what was burned.
fn posted(postings: &[Posting], paid: Amount, burned: Amount) -> Fallible<()> {
    let of_seats = postings.iter().filter(|posting| posting.reason == Reason::Seat);
    let all = Amount::sum(of_seats.clone().map(|posting| posting.amount)).map_err(failed)?;
    let gone = of_seats.filter(|posting| posting.to == Holder::Issuance);
    let gone = Amount::sum(gone.map(|posting| posting.amount)).map_err(failed)?;
    if (all, gone) == (paid, burned) {
        return Ok(());
    }
    Err(format!("{all} was posted for seats, {gone} burned; they cost {paid}, {burned} burned"))
}
