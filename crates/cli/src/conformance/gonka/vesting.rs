//! Adapters: vesting.

use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{GNK, Holding, LocalChain, address, built_in};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::VestingRemainder;
use workmint_core::modules::vesting::{
    Error as VestingError, Grant, GrantId, ReleaseVested, outlook,
};
use workmint_core::{Error, Message};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "AddVestedRewards", run: add_rewards },
    Adapter { file: "", function: "ProcessEpochUnlocks", run: process_unlocks },
];

fn id(start_epoch: u64, epochs: u64) -> GrantId {
    GrantId { account: AccountHandle(0), asset: GNK, start_epoch, epochs, earner: None }
}

fn amounts(list: &Node<'_>) -> Result<Vec<Amount>, Mismatch> {
    list.list()?.iter().map(Node::amount).collect()
}

/// A schedule that exists, one grant of one epoch for each of its amounts, and what is added to it.
fn add_rewards(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut grants = Vec::new();
    for (epoch, amount) in amounts(&input.at("schedule"))?.into_iter().enumerate() {
        let grant = Grant::of(amount, 1, VestingRemainder::First)?;
        grants.push((id(epoch as u64, 1), grant.unwrap_or_default()));
    }
    let added = match input.has("adds") {
        true => input.at("adds").list()?,
        false => vec![input],
    };
    let default = case.input().at("default_period");
    let mut at_once = false;
    for add in added {
        let epochs = if add.has("epochs") { add.at("epochs") } else { default.clone() };
        let (amount, epochs) = (add.at("amount").amount()?, epochs.number()?);
        let grant = Grant::of(amount, epochs, VestingRemainder::First)?;
        at_once |= grant.is_none() && epochs == 0;
        grants.extend(grant.map(|grant| (id(0, epochs), grant)));
    }
    if expected.has("err") || expected.has("error") {
        require("vests nothing", at_once, true)?;
        return Ok(Verdict::Deviates(Decision::ZeroEpochsPayAtOnce));
    }
    // A schedule of nothing is null.
    let theirs = if expected.has("result") { "result" } else { "schedule" };
    same("schedule", outlook(grants, 0)?.by_epoch, amounts(&expected.at(theirs))?)
}

fn process_unlocks(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = built_in("gonka-mainnet")?;
    let mut holdings = Vec::new();
    for (who, adds) in input.at("adds").members()? {
        for add in adds.list()? {
            let (amount, vesting_epochs) = (add.at("amount").amount()?, add.at("epochs").number()?);
            holdings.push(Holding { who, asset: GNK, amount, vesting_epochs });
        }
    }
    let mut chain = LocalChain::new(rules, &holdings)?;
    for _ in 0..input.at("unlock_epochs").number::<u64>()? {
        chain.close()?;
    }
    let mut owners: Vec<&str> = holdings.iter().map(|holding| holding.who).collect();
    owners.dedup();
    for who in owners {
        let asked = chain.send(address(who), Message::ReleaseVested(ReleaseVested {}))?;
        // A grant that ended was released by the close: then nothing is left to ask for.
        if !matches!(asked, Ok(()) | Err(Error::Vesting(VestingError::NothingVested {}))) {
            asked?;
        }
        let handle = chain.handle(who)?;
        let paid = chain.state.ledger.spendable(handle, GNK);
        require(&format!("paid to {who}"), paid, expected.at("paid").at(who).amount()?)?;
        let open = chain.state.chain().epoch;
        let waiting = chain.state.vesting.outlook(handle, GNK, open)?.by_epoch.len();
        let theirs = expected.at("remaining_epochs").at(who).number()?;
        require(&format!("epochs left of {who}"), waiting, theirs)?;
    }
    Ok(Verdict::Passed)
}
