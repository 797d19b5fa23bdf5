//! Long random runs of bonding, delegating, slashing and claiming, with a book kept beside that
//! knows shares and rewards by its own arithmetic.

use crate::draw::{Draw, is_full};
use crate::kit::*;
use crate::validators::*;
use std::collections::{BTreeMap, BTreeSet};
use workmint_core::block::Applied;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::Validators;
use workmint_core::modules::validators::{Bond, Event, Why};
use workmint_core::time::DAY_MS;
use workmint_core::{Address, Commitments, Event as Any, Message};

const VALIDATORS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const OTHERS: [&str; 6] = ["cust", "buyer", "hunter", "friend", "r1", "r2"];
/// The book counts rewards in 2^-64 of a base unit.
const ONE: i128 = 1 << 64;
/// Closer to a whole unit than this is one: divisions were rounded down.
const NEARLY: i128 = 1 << 32;

/// Shares that earn, and those that came in the open epoch.
#[derive(Clone, Copy, Default)]
struct Shares {
    earning: u128,
    pending: u128,
}

impl Shares {
    fn all(self) -> u128 {
        self.earning + self.pending
    }
}

#[derive(Default)]
struct Pool {
    tokens: u128,
    own: Shares,
    delegated: BTreeMap<Address, Shares>,
    /// Earned and not collected, 2^-64 units.
    earned: BTreeMap<Address, i128>,
    /// What collecting left of a unit.
    carry: i128,
    credited: u128,
    collected: u128,
}

impl Pool {
    fn shares(&self) -> u128 {
        self.own.all() + self.delegated.values().map(|one| one.all()).sum::<u128>()
    }

    fn of(&mut self, validator: Address, who: Address) -> &mut Shares {
        if who == validator { &mut self.own } else { self.delegated.entry(who).or_default() }
    }

    fn credit(&mut self, amount: u128) {
        self.credited += amount;
        let all: u128 = self.delegated.values().map(|one| one.earning).sum();
        let whole = i128::try_from(amount).unwrap() * ONE + self.carry;
        if all == 0 {
            self.carry = whole;
            return;
        }
        let all = i128::try_from(all).unwrap();
        for (who, shares) in &self.delegated {
            // No reward here is above 2^32, no share count above 2^31.
            let (each, rest) = (whole / all, whole % all);
            let mine = i128::try_from(shares.earning).unwrap();
            *self.earned.entry(*who).or_default() += each * mine + rest * mine / all;
        }
        self.carry = 0;
    }

    /// The whole units that a delegator is paid now; the rest is carried.
    fn settle(&mut self, who: Address, paid: u128) {
        let earned = self.earned.remove(&who).unwrap_or(0);
        let expected = (earned + NEARLY).div_euclid(ONE);
        let paid = i128::try_from(paid).unwrap();
        let edge = (earned + NEARLY).rem_euclid(ONE) < 2 * NEARLY;
        assert!(paid == expected || edge && paid + 1 == expected, "{paid} of {earned} / 2^64");
        self.carry += earned - paid * ONE;
        self.collected += u128::try_from(paid).unwrap();
        assert!(self.collected <= self.credited, "never more than was credited");
    }
}

#[derive(Default)]
struct Book {
    pools: BTreeMap<Address, Pool>,
    /// On its way out, base units.
    leaving: u128,
    churn_limit: u32,
    slashes: u32,
    payouts: u32,
    ended: u32,
}

impl Book {
    /// Takes in a block; `settled` is the pair whose message settled a delegation.
    fn read(&mut self, applied: &Applied, settled: Option<(Address, Address)>) {
        let events: Vec<&Event> = applied
            .events
            .iter()
            .filter_map(|event| match event {
                Any::Validators(event) => Some(event),
                _ => None,
            })
            .collect();
        if let Some((who, validator)) = settled {
            let paid = events.iter().find_map(|event| match event {
                Event::Collected { amount, .. } => Some(amount.get()),
                _ => None,
            });
            self.payouts += u32::from(paid.is_some());
            self.pools.entry(validator).or_default().settle(who, paid.unwrap_or(0));
        }
        let (mut joined, mut left) = (0, 0);
        for event in events {
            match event {
                Event::Joined { .. } => joined += 1,
                Event::Left { why: Why::Retired | Why::Displaced, .. } => left += 1,
                _ => self.count(event),
            }
        }
        assert!(joined <= self.churn_limit && left <= self.churn_limit, "{joined} in, {left} out");
        if applied.closed.is_some() {
            for pool in self.pools.values_mut() {
                for shares in pool.delegated.values_mut().chain([&mut pool.own]) {
                    *shares = Shares { earning: shares.all(), pending: 0 };
                }
            }
        }
    }

    fn count(&mut self, event: &Event) {
        match *event {
            Event::Bonded { account, validator, amount, shares } => {
                let pool = self.pools.entry(validator).or_default();
                let (all, tokens, amount) = (pool.shares(), pool.tokens, amount.get());
                let expected = if all == 0 { amount } else { amount * all / tokens };
                assert_eq!(shares, expected);
                pool.tokens += amount;
                pool.of(validator, account).pending += shares;
            }
            Event::WithdrawalBegan { account, validator, amount, .. } => {
                let pool = self.pools.entry(validator).or_default();
                let (all, tokens, amount) = (pool.shares(), pool.tokens, amount.get());
                let own = *pool.of(validator, account);
                let whole = own.all() * tokens / all == amount;
                let out = if whole { own.all() } else { (amount * all).div_ceil(tokens) };
                let fresh = out.min(own.pending);
                let left =
                    Shares { earning: own.earning - (out - fresh), pending: own.pending - fresh };
                *pool.of(validator, account) = left;
                if left.all() == 0 {
                    pool.delegated.remove(&account);
                }
                pool.tokens -= amount;
                self.leaving += amount;
            }
            Event::Withdrawn { amount, .. } => self.leaving -= amount.get(),
            Event::Slashed { validator, amount, from_unbonding, .. } => {
                let pool = self.pools.entry(validator).or_default();
                pool.tokens -= amount.get() - from_unbonding.get();
                self.leaving -= from_unbonding.get();
                self.slashes += 1;
                if pool.tokens == 0 {
                    self.ended += u32::from(!pool.delegated.is_empty());
                    (pool.own, pool.delegated) = (Shares::default(), BTreeMap::new());
                }
            }
            Event::Credited { validator, amount } => {
                self.pools.entry(validator).or_default().credit(amount.get());
            }
            _ => {}
        }
    }

    fn compare(&self, chain: &Chain) {
        let bonded: u128 = self.pools.values().map(|pool| pool.tokens).sum();
        assert_eq!(chain.pot(&Pot::Bonds), bonded + self.leaving);
        let mut owed = 0;
        for (validator, pool) in &self.pools {
            let handle = chain.state.ledger.handle(validator).unwrap();
            // Of which nothing is left is removed.
            let found = chain.state.validators.pool(handle);
            let held = found.map_or((0, 0), |it| (it.tokens.get(), it.shares().unwrap()));
            assert_eq!(held, (pool.tokens, pool.shares()));
            assert!(pool.tokens <= pool.shares());
            let unclaimed = found.map_or(0, |it| it.unclaimed.get());
            assert_eq!(unclaimed, pool.credited - pool.collected);
            owed += unclaimed;
        }
        assert_eq!(chain.pot(&Pot::Delegators), owed);
    }
}

struct Run {
    chain: Chain,
    book: Book,
    draw: Draw,
    faults: u8,
}

impl Run {
    fn new(seed: u64) -> Self {
        let rules = Validators {
            minimum: amount(500),
            churn_limit: 1,
            jail_epochs: 1,
            most_active: 3,
            max_withdrawals: 200,
            ..rules()
        };
        let (book, draw) = (Book { churn_limit: 1, ..Book::default() }, Draw::from_seed(seed));
        let mut chain = Chain::new(bonded(rules));
        chain.commitments = Commitments::Off;
        let mut run = Self { chain, book, draw, faults: 0 };
        for who in VALIDATORS {
            run.send(who, bond(1_000, "0.1"), None);
        }
        run
    }

    fn send(&mut self, who: &str, message: Message, pair: Option<(Address, Address)>) {
        let applied = self.chain.apply(self.chain.now() + 1_000, vec![(who, message)], Vec::new());
        let ok = applied.results[0].is_ok();
        self.book.read(&applied, pair.filter(|_| ok));
    }

    fn act(&mut self) {
        let validator = self.draw.of(&VALIDATORS);
        let other = self.draw.of(&OTHERS);
        let units = 1 + u128::from(self.draw.below(900));
        let pair = Some((address(other), address(validator)));
        match self.draw.below(20) {
            0..=4 => self.send(other, delegate(validator, units), pair),
            5..=7 => {
                let some = (self.draw.below(3) > 0).then_some(units);
                self.send(other, undelegate(validator, some), pair);
            }
            8..=10 => self.send(other, collect(validator), pair),
            11 => self.send(other, withdraw(validator), None),
            12 => self.send(validator, withdraw(validator), None),
            13 => {
                let more = Bond { amount: amount(units), commission: None };
                self.send(validator, say(Say::Bond(more)), None);
            }
            14 => self.send(validator, say(Say::Unbond(Some(amount(units)))), None),
            15 | 16 => self.send(validator, say(Say::Activate), None),
            17 => self.send(validator, say(Say::LeaveJail), None),
            18 => self.send(validator, say(Say::Retire), None),
            _ => self.misdeed(validator),
        }
    }

    /// A fault, now and then of everything; or a commission.
    fn misdeed(&mut self, validator: &'static str) {
        if self.draw.below(3) > 0 {
            let commission = ["0", "0.12", "0.3"][usize::try_from(self.draw.below(3)).unwrap()];
            return self.send(validator, say(Say::SetCommission(ratio(commission))), None);
        }
        self.faults = self.faults.wrapping_add(1);
        let fraction = if self.draw.below(4) == 0 { "1" } else { "0.07" };
        let now = self.chain.now();
        let evidence = guilty(validator, fraction, self.faults, now);
        let applied = self.chain.evidence(evidence);
        self.book.read(&applied, None);
    }

    fn close(&mut self) {
        let end = START + (self.chain.epoch() + 1) * DAY_MS;
        let applied = self.chain.apply(end, Vec::new(), Vec::new());
        assert!(applied.closed.is_some());
        assert_eq!(quarantined(&applied), Vec::new());
        self.book.read(&applied, None);
        self.book.compare(&self.chain);
        self.chain.absent = BTreeSet::new();
        if self.draw.below(3) == 0 {
            self.chain.absent.insert(address(self.draw.of(&VALIDATORS)));
        }
    }
}

/// Whatever the order of bonding, slashing and claiming: every payment is what the book says, the
/// pots are what it says, and the active set never changes by more than it may.
#[test]
fn a_book_kept_beside_agrees() {
    let (runs, messages) = if is_full() { (40, 4_000) } else { (4, 1_500) };
    let (mut slashes, mut payouts, mut ended) = (0, 0, 0);
    for seed in 0..runs {
        let mut run = Run::new(seed);
        for step in 0..messages {
            run.act();
            if step % 9 == 8 {
                run.close();
            }
        }
        for who in OTHERS {
            for validator in VALIDATORS {
                let pair = (address(who), address(validator));
                run.send(who, collect(validator), Some(pair));
            }
        }
        run.close();
        slashes += run.book.slashes;
        payouts += run.book.payouts;
        ended += run.book.ended;
    }
    assert!(slashes > 50 && payouts > 500 && ended > 3, "{slashes}, {payouts}, {ended}");
}
