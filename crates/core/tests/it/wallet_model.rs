//! Allowances and storage deposits in long random runs, against a plain model of both.

use crate::allowances::{allow, take};
use crate::draw::{Draw, is_full};
use crate::errors::transfer;
use crate::kit::*;
use crate::storage_deposits::with_deposit;
use std::collections::{BTreeMap, BTreeSet};
use workmint_core::Message;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::{MessageKind, ScheduleParameters};
use workmint_core::modules::registry::RetireNode;

const FLAT: u128 = 2;
const APPROVE: u128 = 5;
const PER_BYTE: u128 = 1;
const SENDERS: [&str; 6] = ["alice", "bob", "carol", "new0", "new1", "new2"];

/// What one message does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Pay(&'static str, u128),
    Allow(&'static str, u128),
    Take(&'static str, &'static str, u128),
    Join,
    Node(u32),
    Retire(u32),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    deposit: u128,
    balances: BTreeMap<&'static str, u128>,
    allowed: BTreeMap<(&'static str, &'static str), u128>,
    accounts: BTreeSet<&'static str>,
    joined: BTreeSet<&'static str>,
    nodes: BTreeSet<(&'static str, u32)>,
    locked: BTreeMap<&'static str, (u128, u128)>,
}

impl Model {
    fn rows(&self) -> usize {
        self.accounts.len() + self.allowed.len() + self.joined.len() + self.nodes.len()
    }

    fn spendable(&self, who: &str) -> u128 {
        let balance = self.balances.get(who).copied().unwrap_or(0);
        balance - self.locked.get(who).map_or(0, |(_, amount)| *amount)
    }

    fn send(&mut self, from: &'static str, to: &'static str, units: u128) -> Result<(), u16> {
        if self.spendable(from) < units {
            return Err(104);
        }
        *self.balances.get_mut(from).unwrap() -= units;
        *self.balances.entry(to).or_default() += units;
        Ok(())
    }

    fn step(&mut self, who: &'static str, step: Step) -> Result<(), u16> {
        match step {
            Step::Pay(to, units) => {
                if units == 0 {
                    return Err(102);
                }
                self.accounts.insert(to);
                self.send(who, to, units)
            }
            Step::Allow(spender, 0) => {
                self.allowed.remove(&(who, spender));
                Ok(())
            }
            Step::Allow(spender, units) => {
                self.accounts.insert(spender);
                self.allowed.insert((who, spender), units);
                Ok(())
            }
            Step::Take(from, to, units) => {
                if units == 0 {
                    return Err(102);
                }
                self.accounts.insert(to);
                let allowed = self.allowed.get(&(from, who)).copied().unwrap_or(0);
                if allowed < units {
                    return Err(109);
                }
                if allowed == units {
                    self.allowed.remove(&(from, who));
                } else if allowed != u128::MAX {
                    self.allowed.insert((from, who), allowed - units);
                }
                self.send(from, to, units)
            }
            Step::Join => self.joined.insert(who).then_some(()).ok_or(301),
            Step::Node(node) => {
                self.joined.contains(who).then_some(()).ok_or(302_u16)?;
                self.nodes.insert((who, node));
                Ok(())
            }
            Step::Retire(node) => {
                self.joined.contains(who).then_some(()).ok_or(302_u16)?;
                self.nodes.remove(&(who, node)).then_some(()).ok_or(306)
            }
        }
    }

    /// Locks or frees for the sender what its rows changed.
    fn settle(&mut self, who: &'static str, before: usize) -> Result<(), u16> {
        let (rows, after) = (before as u128, self.rows() as u128);
        let (held, amount) = self.locked.get(who).copied().unwrap_or_default();
        if after > rows && self.deposit > 0 {
            let more = (after - rows) * self.deposit;
            if self.spendable(who) < more {
                return Err(403);
            }
            self.locked.insert(who, (held + after - rows, amount + more));
        }
        if after < rows && held > 0 {
            let gone = (rows - after).min(held);
            let left = (held - gone, amount - amount * gone / held);
            self.locked.insert(who, left);
            if left.0 == 0 {
                self.locked.remove(who);
            }
        }
        Ok(())
    }

    /// One transaction; the code of its error, 0 if it succeeds.
    fn transact(&mut self, who: &'static str, step: Step, fee: u128) -> u16 {
        if self.spendable(who) < fee {
            return 401;
        }
        *self.balances.get_mut(who).unwrap() -= fee;
        let kept = self.clone();
        let before = self.rows();
        let result = self.step(who, step).and_then(|()| self.settle(who, before));
        result.map_or_else(
            |code| {
                *self = kept;
                code
            },
            |()| 0,
        )
    }
}

fn message(step: Step) -> Message {
    match step {
        Step::Pay(to, units) => transfer(address(to), 0, units),
        Step::Allow(spender, units) => allow(spender, GNK, units),
        Step::Take(from, to, units) => take(from, to, GNK, units),
        Step::Join => join("boss", None),
        Step::Node(number) => node(number, &[0]),
        Step::Retire(node) => Message::RetireNode(RetireNode { node }),
    }
}

fn drawn(draw: &mut Draw) -> Step {
    let number = u32::try_from(draw.below(3)).unwrap();
    let units = u128::from(draw.below(40));
    let (one, two) = (draw.of(&SENDERS), draw.of(&SENDERS));
    match draw.below(9) {
        0 | 1 => Step::Pay(one, draw.of(&[units, units * 30, 60_000])),
        2 => Step::Allow(one, draw.of(&[0, units, units, u128::MAX])),
        3 => Step::Allow(one, 0),
        4 | 5 => Step::Take(one, two, draw.of(&[units, units, 50_000])),
        6 => Step::Join,
        7 => Step::Node(number),
        _ => Step::Retire(number),
    }
}

fn compare(chain: &Chain, model: &Model) {
    for who in SENDERS {
        let Some(handle) = chain.state.ledger.handle(&address(who)) else {
            assert!(!model.accounts.contains(who), "{who}");
            continue;
        };
        assert_eq!(chain.balance(who), model.balances.get(who).copied().unwrap_or(0), "{who}");
        let stored = chain.state.fees.stored(handle, GNK);
        let locked = model.locked.get(who).copied().unwrap_or_default();
        assert_eq!((u128::from(stored.rows), stored.amount.get()), locked, "{who}");
        assert_eq!(chain.locked(who, LockKind::Storage), locked.1, "{who}");
        for spender in SENDERS.iter().filter(|spender| model.accounts.contains(*spender)) {
            let told = chain.state.ledger.allowance(handle, chain.handle(spender), GNK).get();
            let allowed = model.allowed.get(&(who, *spender)).copied().unwrap_or(0);
            assert_eq!(told, allowed, "{who} to {spender}");
        }
    }
    assert_eq!(chain.state.ledger.allowances().count(), model.allowed.len());
}

fn life(seed: u64, steps: usize) {
    let mut draw = Draw::from_seed(seed);
    let priced = |deposit| {
        let mut parameters = with_deposit(deposit);
        parameters.fees.flat = amount(FLAT);
        parameters.fees.per_byte = amount(PER_BYTE);
        parameters.fees.kinds = vec![(MessageKind::Approve, amount(APPROVE))];
        parameters
    };
    let mut chain = Chain::new(priced(20_000));
    let rich = ["alice", "bob", "carol"];
    let mut model = Model { deposit: 20_000, accounts: rich.into(), ..Model::default() };
    model.balances.extend(rich.map(|who| (who, RICH)));
    let mut codes: BTreeMap<u16, usize> = BTreeMap::new();
    for at in 0..steps {
        if at % 150 == 149 {
            let deposit = draw.of(&[0, 1, 333, 30_000]);
            let (epoch, parameters) = (chain.epoch() + 1, Box::new(priced(deposit)));
            let change = ScheduleParameters { epoch, parameters };
            chain.ok("friend", Message::ScheduleParameters(change));
            chain.close();
            model.deposit = deposit;
        }
        let who = draw.of(&SENDERS);
        if !model.accounts.contains(who) {
            continue;
        }
        let step = drawn(&mut draw);
        let own = if matches!(step, Step::Allow(..)) { APPROVE } else { FLAT };
        let signed = sign(who, chain.nonce(who), message(step));
        let bytes = signed.encode_local().unwrap().len() as u128;
        let expected = model.transact(who, step, own + PER_BYTE * bytes);
        let applied = chain.apply(chain.now() + 1_000, vec![(who, message(step))], Vec::new());
        let code = applied.results[0].as_ref().err().map_or(0, workmint_core::Error::code);
        assert_eq!(code, expected, "seed {seed}, step {at}: {who} {step:?}");
        *codes.entry(code).or_default() += 1;
        compare(&chain, &model);
    }
    chain.close();
    compare(&chain, &model);
    for code in [0, 104, 109, 306, 403] {
        assert!(codes.contains_key(&code), "seed {seed}: nothing ended with {code}: {codes:?}");
    }
}

#[test]
fn random_wallets_are_what_a_plain_model_says() {
    let (seeds, steps) = if is_full() { (40, 2_000) } else { (4, 700) };
    (1..=seeds).for_each(|seed| life(seed, steps));
}
