//! What the events of a market tell, kept apart from the state: per job, per session, per pot.

use crate::kit::*;
use std::collections::BTreeMap;
use workmint_core::block::Applied;
use workmint_core::modules::exchange::Event as PoolEvent;
use workmint_core::modules::governance::Event as Voted;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::market::jobs::{Event as JobEvent, Outcome};
use workmint_core::modules::market::{Event as MarketEvent, SessionEvent};
use workmint_core::modules::settlement::Event as Settled;
use workmint_core::modules::stake::{Event as Staked, Offence};
use workmint_core::{Address, Event};

/// What must happen in random markets for their test to mean anything.
pub(crate) const HAPPENINGS: [&str; 22] = [
    "Cancelled",
    "NotAccepted",
    "NotDelivered",
    "Paid",
    "NoEvidence",
    "CustomerWon",
    "ProviderWon",
    "Undecided",
    "redeemed",
    "session ended",
    "fees split",
    "withdrawal released",
    "slash: service level missed",
    "slash: false evidence of a tier",
    "slash: malice",
    "claimed",
    "expired",
    "liquidity removed",
    "swapped",
    "treasury spent",
    "parameters changed",
    "paid out of a pot",
];

#[derive(Default)]
struct Job {
    deposit: u128,
    bond: u128,
    dispute_bond: u128,
}

#[derive(Default)]
struct Session {
    deposit: u128,
    paid: u128,
    fee: u128,
    /// The last epoch that counted it as a job.
    paid_in: Option<u64>,
}

/// Amounts are base units of GNK unless they say otherwise.
#[derive(Default)]
pub(crate) struct Book {
    jobs: BTreeMap<(Address, u64), Job>,
    job_numbers: BTreeMap<Address, u64>,
    sessions: BTreeMap<(Address, u64), Session>,
    session_numbers: BTreeMap<Address, u64>,
    /// Fees that no close has split.
    fees: u128,
    /// Jobs sold and paid for, of the open epoch.
    sold: (u64, u128),
    treasury: u128,
    burned: u128,
    /// Of each stream of a pot: what it has not paid.
    pots: BTreeMap<&'static str, u128>,
    claims: u128,
    /// GNK and USD in the pool.
    pool: (u128, u128),
    times: BTreeMap<String, u64>,
}

impl Book {
    pub(crate) fn times(&self, what: &str) -> u64 {
        self.times.get(what).copied().unwrap_or(0)
    }

    fn note(&mut self, what: impl Into<String>) {
        *self.times.entry(what.into()).or_default() += 1;
    }

    /// Reads a block; `epoch` was open when it began.
    pub(crate) fn read(&mut self, applied: &Applied, epoch: u64) {
        for event in &applied.events {
            match event {
                Event::Market(MarketEvent::Job(event)) => self.job(event),
                Event::Market(MarketEvent::Session(event)) => self.session(event, epoch),
                Event::Market(MarketEvent::FeesSplit { total, parts }) => {
                    let parts: Vec<u128> = parts.iter().map(|part| part.get()).collect();
                    self.split(total.get(), &parts);
                }
                Event::Stake(event) => self.stake(event),
                Event::Exchange(event) => self.exchange(event),
                Event::Governance(event) => self.voted(event),
                Event::Settlement(event) => self.settlement(event),
                _ => (),
            }
        }
        let Some(closed) = &applied.closed else {
            return;
        };
        assert_eq!(self.sold, (0, 0), "a close says what was sold");
        for stream in &closed.record.header.streams {
            assert_eq!(stream.asset, GNK);
            assert_eq!((stream.forfeited.get(), stream.recovered.get()), (0, 0));
            self.claims += stream.paid.get();
            let pot = self.pots.get_mut(stream.name.as_str());
            if let Some(pot) = pot.filter(|_| !stream.paid.is_zero()) {
                *pot = pot.checked_sub(stream.paid.get()).expect("no pot pays what it lacks");
                self.note("paid out of a pot");
            }
        }
    }

    fn job(&mut self, event: &JobEvent) {
        match event {
            JobEvent::Created { customer, number, deposit, .. } => {
                let next = self.job_numbers.entry(*customer).or_default();
                assert_eq!(*number, *next, "numbers go on");
                *next += 1;
                let job = Job { deposit: deposit.get(), ..Job::default() };
                self.jobs.insert((*customer, *number), job);
            }
            JobEvent::Accepted { customer, number, bond, .. } => {
                self.jobs.get_mut(&(*customer, *number)).unwrap().bond = bond.get();
            }
            JobEvent::Disputed { customer, number, bond, .. } => {
                self.jobs.get_mut(&(*customer, *number)).unwrap().dispute_bond = bond.get();
            }
            JobEvent::Ended { customer, number, outcome, paid, fee, refunded, .. } => {
                let job = self.jobs.remove(&(*customer, *number)).expect("a job ends once");
                let (paid, fee) = (paid.get(), fee.get());
                assert_eq!(job.deposit, paid + fee + refunded.get(), "{outcome:?}");
                assert_eq!(fee, (paid + fee).div_ceil(10));
                self.fees += fee;
                let half = |bond: u128| bond - bond / 2;
                match outcome {
                    Outcome::Paid | Outcome::ProviderWon | Outcome::Undecided => {
                        self.sold = (self.sold.0 + 1, self.sold.1 + paid + fee);
                    }
                    _ => assert_eq!(paid + fee, 0, "{outcome:?}"),
                }
                self.burned += match outcome {
                    Outcome::NotDelivered => job.bond,
                    Outcome::NoEvidence | Outcome::CustomerWon => half(job.bond),
                    Outcome::ProviderWon => half(job.dispute_bond),
                    _ => 0,
                };
                self.note(format!("{outcome:?}"));
            }
            JobEvent::Sold { jobs, paid, .. } => {
                self.sold = (self.sold.0 - jobs, self.sold.1 - paid.get());
            }
            _ => (),
        }
    }

    fn session(&mut self, event: &SessionEvent, epoch: u64) {
        match event {
            SessionEvent::Opened { customer, session, deposit, .. } => {
                let next = self.session_numbers.entry(*customer).or_default();
                assert_eq!(*session, *next, "numbers go on");
                *next += 1;
                let row = Session { deposit: deposit.get(), ..Session::default() };
                self.sessions.insert((*customer, *session), row);
            }
            SessionEvent::ToppedUp { customer, session, amount, deposit } => {
                let row = self.sessions.get_mut(&(*customer, *session)).unwrap();
                row.deposit += amount.get();
                assert_eq!(row.deposit, deposit.get());
            }
            SessionEvent::Redeemed { customer, session, paid, fee, left, .. } => {
                let row = self.sessions.get_mut(&(*customer, *session)).unwrap();
                assert!(paid.get() + fee.get() > 0, "a voucher gives something, or is refused");
                row.paid += paid.get();
                row.fee += fee.get();
                let taken = row.paid + row.fee;
                assert_eq!(row.fee, taken.div_ceil(10), "of the whole, however it was cut");
                assert_eq!(row.deposit - taken, left.get());
                self.fees += fee.get();
                let is_new = row.paid_in != Some(epoch);
                row.paid_in = Some(epoch);
                self.sold.0 += u64::from(is_new);
                self.sold.1 += paid.get() + fee.get();
                self.note("redeemed");
            }
            SessionEvent::Ended { customer, session, paid, fee, refunded, .. } => {
                let row = self.sessions.remove(&(*customer, *session)).expect("it ends once");
                assert_eq!((row.paid, row.fee), (paid.get(), fee.get()));
                assert_eq!(row.deposit, row.paid + row.fee + refunded.get());
                self.note("session ended");
            }
            SessionEvent::Closing { .. } => (),
        }
    }

    /// Cumulative floors of 0.4, 0.7, 0.9, 1.
    fn split(&mut self, total: u128, parts: &[u128]) {
        let floors = [0, total * 4 / 10, total * 7 / 10, total * 9 / 10, total];
        let expected: Vec<u128> = floors.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(parts, expected);
        assert_eq!(self.fees, total, "all of it is split");
        self.fees = 0;
        self.burned += parts[0];
        *self.pots.entry("providers").or_default() += parts[1];
        self.treasury += parts[2];
        *self.pots.entry("liquidity").or_default() += parts[3];
        self.note("fees split");
    }

    fn stake(&mut self, event: &Staked) {
        match event {
            Staked::Released { burned, amount, .. } => {
                let whole = amount.get() + burned.get();
                assert_eq!(burned.get(), whole.div_ceil(100));
                self.burned += burned.get();
                self.note("withdrawal released");
            }
            Staked::Slashed { amount, bounty, offence, fraction, .. } => {
                let exact = match offence {
                    Offence::ServiceLevel => {
                        *fraction >= ratio("0.01") && *fraction <= ratio("0.05")
                    }
                    Offence::Attestation => *fraction == ratio("0.1"),
                    Offence::Malice => *fraction == ratio("0.5"),
                };
                assert!(exact, "{offence} costs {fraction}");
                self.burned += amount.get() - bounty.get();
                self.note(format!("slash: {offence}"));
            }
            _ => (),
        }
    }

    fn exchange(&mut self, event: &PoolEvent) {
        match event {
            PoolEvent::LiquidityAdded { amounts, .. } => {
                self.pool.0 += amounts.0.get();
                self.pool.1 += amounts.1.get();
            }
            PoolEvent::LiquidityRemoved { amounts, .. } => {
                self.pool.0 -= amounts.0.get();
                self.pool.1 -= amounts.1.get();
                self.note("liquidity removed");
            }
            PoolEvent::Swapped { asset_in, amount_in, amount_out, .. } => {
                let (first, second) = (&mut self.pool.0, &mut self.pool.1);
                let (into, out) = if *asset_in == GNK { (first, second) } else { (second, first) };
                *into += amount_in.get();
                *out -= amount_out.get();
                self.note("swapped");
            }
        }
    }

    fn voted(&mut self, event: &Voted) {
        match event {
            Voted::DepositLost { amount, .. } => self.treasury += amount.get(),
            Voted::TreasurySpent { amount, .. } => {
                self.treasury -= amount.get();
                self.note("treasury spent");
            }
            Voted::Executed { .. } => self.note("parameters changed"),
            _ => (),
        }
    }

    fn settlement(&mut self, event: &Settled) {
        match event {
            Settled::Claimed { amount, .. } => {
                self.claims -= amount.get();
                self.note("claimed");
            }
            Settled::Expired { amount, .. } => {
                self.claims -= amount.get();
                self.burned += amount.get();
                self.note("expired");
            }
            Settled::ClaimForfeited { .. }
            | Settled::ClaimRepaid { .. }
            | Settled::DustForfeited { .. } => panic!("{event:?}"),
            _ => (),
        }
    }

    /// Every sum of events is what the state holds.
    pub(crate) fn assert_matches(&self, chain: &Chain) {
        let market = &chain.state.market;
        assert_eq!(self.jobs.len(), market.jobs.jobs().count());
        assert_eq!(self.sessions.len(), market.sessions().count());
        let deposits: u128 = self.jobs.values().map(|job| job.deposit).sum();
        let bonds: u128 = self.jobs.values().map(|job| job.bond + job.dispute_bond).sum();
        let totals = market.jobs.totals();
        assert_eq!((totals.deposits.get(), totals.bonds.get()), (deposits, bonds));
        let left = |row: &Session| row.deposit - row.paid - row.fee;
        let held: u128 = self.sessions.values().map(left).sum();
        assert_eq!(market.session_totals().held().unwrap().get(), held);
        assert_eq!(chain.pot(&Pot::MarketFees), self.fees);
        assert_eq!(chain.pot(&Pot::Treasury), self.treasury);
        assert_eq!(chain.pot(&Pot::Claims), self.claims);
        assert_eq!(chain.burned(), self.burned);
        for (text, expected) in &self.pots {
            let held = [Pot::Named(name(text)), Pot::Carry(name(text))];
            let held: u128 = held.iter().map(|pot| chain.pot(pot)).sum();
            assert_eq!(held, *expected, "{text}");
        }
        let in_pool = |asset| chain.state.ledger.pot(asset, &Pot::Exchange).get();
        assert_eq!((in_pool(GNK), in_pool(USD)), self.pool);
    }

    /// Every job and session has ended.
    pub(crate) fn assert_over(&self) {
        assert!(self.jobs.is_empty() && self.sessions.is_empty());
        assert!(self.job_numbers.values().sum::<u64>() > 100, "too few jobs");
    }
}
