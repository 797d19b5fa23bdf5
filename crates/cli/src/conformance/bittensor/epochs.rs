//! Adapters: whole epochs, upstream's production path (`epoch_mechanism`, sparse) and the dense one
//! that only its tests run.

use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::subtensor::{Backing, Epoch, epoch};
use workmint_core::modules::opinions::yuma::{Limits, Run, Seats};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

use super::read;
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "epoch_sparse", run: sparse },
    Adapter { file: "", function: "epoch_dense", run: dense },
];

/// The rules of a record.
pub(super) fn rules(input: &Node<'_>) -> Result<Yuma, Mismatch> {
    let liquid = LiquidAlpha {
        low: read::one(&input.at("alpha_low"))?,
        high: read::one(&input.at("alpha_high"))?,
        steepness: input.at("alpha_sigmoid_steepness").number()?,
    };
    let yuma3 = input.at("yuma3_on").flag()?;
    Ok(Yuma {
        mode: YumaMode::Subtensor,
        kind: if yuma3 { YumaKind::Yuma3 } else { YumaKind::Yuma1 },
        kappa: read::one(&input.at("kappa"))?,
        bonds_penalty: read::one(&input.at("bonds_penalty"))?,
        bonds_moving_average: read::one(&input.at("bonds_moving_average"))?,
        liquid: input.at("liquid_alpha_on").flag()?.then_some(liquid),
    })
}

fn limits(input: &Node<'_>) -> Result<Limits, Mismatch> {
    Ok(Limits {
        least_power: Amount::new(u128::from(read::one::<u64>(&input.at("min_stake"))?)),
        most_validators: read::one(&input.at("max_allowed_validators"))?,
        activity_cutoff_blocks: read::one(&input.at("activity_cutoff"))?,
        commit_reveal: input.at("commit_reveal_enabled").flag()?,
    })
}

/// The seats of a record, without their power, which is given as upstream's number.
fn seats(input: &Node<'_>) -> Result<Seats, Mismatch> {
    Ok(Seats {
        height: read::one(&input.at("current_block"))?,
        blocks: read::one(&input.at("tempo"))?,
        last_run: read::one(&input.at("last_mechanism_step_block"))?,
        owner: read::option(input.at("owner_uid").value()?)?,
        power: Vec::new(),
        permit: read::column(&input.at("validator_permits"))?,
        last_update: read::column(&input.at("last_update"))?,
        registered: read::column(&input.at("block_at_registration"))?,
        committed: read::options(&input.at("commit_blocks"))?,
        weights: read::matrix(input.at("weights").value()?)?,
        bonds: read::matrix(input.at("bonds").value()?)?,
    })
}

/// What does not depend on bonds.
fn agrees_on_weights(case: &Case, ours: &Epoch) -> Result<(), Mismatch> {
    let theirs = |key: &str| case.expected().at(key);
    require("stake", &ours.stake, &read::column(&theirs("stake"))?)?;
    require("active stake", &ours.active_stake, &read::column(&theirs("active_stake"))?)?;
    require("active", &ours.active, &read::column(&theirs("active"))?)?;
    require("consensus", &ours.consensus, &read::column(&theirs("consensus"))?)?;
    require("trust", &ours.trust, &read::column(&theirs("validator_trust"))?)?;
    require("incentive", &ours.incentive, &read::column(&theirs("incentive"))?)?;
    require("permit", &ours.permit, &read::column(&theirs("new_validator_permits"))?)?;
    let stored = ours.proportions();
    require("stored stake", stored.stake, read::column(&theirs("stake_weight_u16"))?)?;
    require("stored consensus", stored.consensus, read::column(&theirs("consensus_u16"))?)?;
    require("stored trust", stored.trust, read::column(&theirs("validator_trust_u16"))?)?;
    require("stored incentive", stored.incentive, read::column(&theirs("incentive_u16"))?)
}

fn agrees_on_pay(case: &Case, ours: &Epoch) -> Result<(), Mismatch> {
    let theirs = |key: &str| case.expected().at(key);
    require("dividends", &ours.dividends, &read::column(&theirs("dividends"))?)?;
    let stored = ours.proportions().dividends;
    require("stored dividends", stored, read::column(&theirs("dividends_u16"))?)?;
    let shares = ours.shares(read::one(&case.input().at("rao_emission"))?);
    require("miners' shares", shares.miners, read::column(&theirs("server_emission"))?)?;
    require("validators' shares", shares.validators, read::column(&theirs("validator_emission"))?)?;
    require("shares", shares.both, read::column(&theirs("combined_emission"))?)
}

fn run(case: &Case, seats: &Seats, limits: Limits) -> Result<Epoch, Mismatch> {
    let input = case.input();
    let backing = Backing::of_stakes(read::column(&input.at("total_stake"))?);
    Ok(epoch(&Run { rules: &rules(&input)?, limits, seats }, &backing)?)
}

fn sparse(case: &Case) -> Outcome {
    let input = case.input();
    let seats = seats(&input)?;
    let ours = run(case, &seats, limits(&input)?);
    if seats.last_update.len() != seats.permit.len() {
        require("refused", ours.is_err(), true)?;
        return Ok(Verdict::Deviates(Decision::OneEntryPerSeat));
    }
    let ours = ours?;
    agrees_on_weights(case, &ours)?;
    agrees_on_pay(case, &ours)?;
    let theirs = read::matrix(case.expected().at("bonds_u16").value()?)?;
    require("bonds", ours.stored_bonds(), theirs)?;
    Ok(Verdict::Passed)
}

/// Bonds, dividends and pay of upstream's dense path, which only its tests run.
const DENSE_LIQUID: &str = "dense path under liquid alpha: its bonds outlive their weights";

/// The dense path knows neither commitments nor an owner.
fn dense(case: &Case) -> Outcome {
    let input = case.input();
    let seats = Seats { owner: None, ..seats(&input)? };
    let ours = run(case, &seats, Limits { commit_reveal: false, ..limits(&input)? })?;
    agrees_on_weights(case, &ours)?;
    let rules = rules(&input)?;
    let agreed = ours.consensus.iter().any(|consensus| consensus.to_bits() != 0);
    let liquid = rules.kind == YumaKind::Yuma3 && rules.liquid.is_some() && agreed;
    let cleared = agrees_on_dense_bonds(case, &ours, liquid)?;
    if liquid {
        return Ok(Verdict::NotCovered(DENSE_LIQUID));
    }
    agrees_on_pay(case, &ours)?;
    Ok(if cleared { Verdict::Deviates(Decision::PermitHoldsBonds) } else { Verdict::Passed })
}

/// Whether some rows are cleared that the dense path leaves. It writes zeros out, which are no
/// bonds. Under liquid alpha it may have more bonds, but those that we have too are equal.
fn agrees_on_dense_bonds(case: &Case, ours: &Epoch, liquid: bool) -> Result<bool, Mismatch> {
    let positive = |row: &mut dyn Iterator<Item = (u16, u32)>| -> Vec<(u16, u32)> {
        row.filter(|(_, bond)| *bond > 0).collect()
    };
    let (stored, theirs) =
        (ours.stored_bonds(), read::stored_rows(&case.expected().at("bonds_u16"))?);
    require("rows", stored.rows(), theirs.len())?;
    let mut cleared = false;
    for (at, theirs) in theirs.into_iter().enumerate() {
        let ours = positive(&mut stored.entries_of(at));
        let Some(theirs) = theirs.map(|row| positive(&mut row.into_iter())) else {
            require("a row without a permit", ours.is_empty(), true)?;
            cleared = true;
            continue;
        };
        let common = theirs.iter().copied().filter(|entry| !liquid || ours.contains(entry));
        require("bonds", ours.clone(), common.collect())?;
    }
    Ok(cleared)
}
