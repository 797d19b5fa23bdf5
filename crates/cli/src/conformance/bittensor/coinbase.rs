//! Adapters: what validators and those who lend them power get of an epoch.

use workmint_amounts::{Amount, Ratio, apportion, mul_div_ceil, mul_div_floor};
use workmint_core::modules::opinions::part_of;
use workmint_core::modules::opinions::scores::part_of_lender;

use super::read;
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

const fn of(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "coinbase", function, run }
}

const OTHER_SUBNETS: &str = "there is one network: nothing is shared out between subnets";

pub(super) const ADAPTERS: &[Adapter] = &[
    of("calculate_dividend_distribution", distribution),
    of("take_split", take_split),
    of("get_parent_child_dividends_distribution", lenders),
    of("get_inherited_for_hotkey_on_subnet", inherited),
    of("total_stake_weight", |_| Ok(Verdict::NotCovered(ROOT))),
    of("get_shares", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
    of("apply_emission_gate", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
    of("safe_pow", |_| Ok(Verdict::NotCovered(OTHER_SUBNETS))),
];

/// Why stake of two tokens is not weighed.
const ROOT: &str = "stake in the root network counts beside a subnet's own: there is one token";

/// Binary digits after the point of the peer's numbers.
const DIGITS: u32 = 32;
const ONE: u128 = 1 << DIGITS;
/// The whole of a share of power.
const ALL: u64 = u64::MAX;

/// Equal, or apart by no more than `most`; says whether equal.
fn near(what: &str, ours: u128, theirs: u128, most: u128) -> Result<bool, Mismatch> {
    if ours.abs_diff(theirs) <= most {
        return Ok(ours == theirs);
    }
    Err(Mismatch::new(format!("{what}: ours {ours}, theirs {theirs}, more than {most} apart")))
}

fn verdict(all_same: bool) -> Verdict {
    if all_same { Verdict::Passed } else { Verdict::Deviates(Decision::WholeShares) }
}

/// What `count` shares of 32 digits may miss of an amount, in its units.
fn missed(amount: u128, count: usize) -> u128 {
    (amount.div_ceil(ONE) + 1) * (count as u128 + 2)
}

/// The pairs of a list: number and value.
fn pairs(node: &Node<'_>) -> Result<Vec<u128>, Mismatch> {
    let pair = |pair: &Node<'_>| {
        let pair: Vec<u128> = read::column(pair)?;
        pair.get(1).copied().ok_or_else(|| Mismatch::new("a pair is needed"))
    };
    node.list()?.iter().map(pair).collect()
}

/// Dividends are split over what each validator's stake of either kind earned, by exact shares of
/// whole numbers.
fn distribution(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let weight: u128 = read::one(&input.at("tao_weight"))?;
    let dividends = pairs(&input.at("dividends"))?;
    let (mut alpha, mut root) = (Vec::new(), Vec::new());
    for (stake, earned) in input.at("stake_map").list()?.iter().zip(&dividends) {
        let [_, own, rooted] = read::column::<u128>(stake)?[..] else {
            return Err(Mismatch::new("a stake is a number and two amounts"));
        };
        let (own, rooted) = (own * ONE, rooted * weight);
        let of_alpha =
            if own + rooted == 0 { 0 } else { mul_div_floor(*earned, own, own + rooted)? };
        alpha.push(of_alpha);
        root.push(if own + rooted == 0 { 0 } else { earned - of_alpha });
    }
    let mut all_same = true;
    for (key, pending, weights) in [
        ("alpha_dividends", input.at("pending_alpha"), alpha),
        ("root_alpha_dividends", input.at("pending_root_alpha"), root),
    ] {
        let pending = pending.amount()?;
        let theirs = pairs(&expected.at(key))?;
        require("validators", theirs.len(), weights.len())?;
        // What a validator earned with one kind of stake misses a part of 2^32 of all it earned:
        // that is more, the less of all is earned with this kind.
        let (all, of_kind) = (dividends.iter().sum::<u128>(), weights.iter().sum::<u128>());
        let nobody = of_kind == 0;
        let rounded = if nobody { 0 } else { mul_div_ceil(pending.get(), 2 * all, of_kind)? };
        let most = missed(pending.get(), weights.len()) + rounded.div_ceil(ONE);
        let ours = match nobody {
            true => vec![Amount::ZERO; weights.len()],
            false => apportion(pending, &weights)?.parts,
        };
        for (ours, theirs) in ours.iter().zip(theirs) {
            all_same &= near(key, ours.get(), theirs >> DIGITS, most)?;
        }
    }
    Ok(verdict(all_same))
}

/// A validator's take of all that others' power earned: what it keeps and what is theirs are all.
fn take_split(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let amount = read::one::<u128>(&input.at("amount"))? >> DIGITS;
    let take: u16 = read::one(&input.at("take_u16"))?;
    let take = Ratio::new(u128::from(take), 65_535)?;
    let whole = Amount::new(1);
    let others = part_of_lender(amount, (whole, whole), take)?;
    let most = missed(amount, 1);
    let kept = near("take", amount - others, read::one(&expected.at("take"))?, most)?;
    let rest = near("others", others, read::one(&expected.at("nominators"))?, most)?;
    Ok(verdict(kept && rest))
}

/// What each parent gets of a child's dividends, and what the child keeps.
fn lenders(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let stored: u64 = read::one(&input.at("stored_tao_weight"))?;
    let weight = (u128::from(stored) << DIGITS) / u128::from(ALL);
    // Power in parts of 2^32 of a base unit: what of it is root's counts by a weight of so many.
    let power = |alpha: &Node<'_>, root: &Node<'_>| -> Result<u128, Mismatch> {
        Ok(read::one::<u128>(alpha)? * ONE + read::one::<u128>(root)? * weight)
    };
    let own = power(&input.at("own_alpha"), &input.at("own_root"))?;
    let mut left = own;
    for share in read::column::<u64>(&input.at("child_proportions_u64"))? {
        left = left.saturating_sub(part_of(Amount::new(own), share, ALL)?.get());
    }
    let mut lent = Vec::new();
    for parent in input.at("parents").list()? {
        let all = Amount::new(power(&parent.at("alpha"), &parent.at("root"))?);
        let part = part_of(all, read::one(&parent.at("proportion"))?, ALL)?.get();
        lent.push((part, parent.at("same_owner").flag()?));
    }
    let all = left + lent.iter().map(|(part, _)| part).sum::<u128>();
    let earned: u128 = read::one(&input.at("dividends"))?;
    let take = Ratio::new(read::one(&input.at("childkey_take"))?, 65_535)?;
    let theirs: Vec<u128> = read::column(&expected.at("parents"))?;
    let burned: Vec<u128> = read::column(&expected.at("burned"))?;
    require("parents", (theirs.len(), burned.len()), (lent.len(), lent.len()))?;
    let (most, mut child, mut all_same) = (missed(earned, lent.len()), earned, true);
    for ((part, same_owner), (theirs, burned)) in lent.iter().zip(theirs.iter().zip(&burned)) {
        let take = if *same_owner { Ratio::ZERO } else { take };
        let power = (Amount::new(*part), Amount::new(all));
        let ours = if all == 0 { 0 } else { part_of_lender(earned, power, take)? };
        all_same &= near("parent", ours, theirs + burned, most)?;
        child -= ours;
    }
    let most = most * (lent.len() as u128 + 1);
    all_same &= near("child", child, read::one(&expected.at("child"))?, most)?;
    if burned.iter().any(|burned| *burned > 0) {
        return Ok(Verdict::Deviates(Decision::LendersPaidWhole));
    }
    Ok(verdict(all_same))
}

/// Power less what is lent, and what is lent by others.
fn inherited(case: &Case) -> Outcome {
    let input = case.input();
    let own = input.at("own").amount()?;
    let (mut power, mut sum, mut count) = (own.get(), own.get(), 0);
    for share in read::column::<u64>(&input.at("children"))? {
        power = power.saturating_sub(part_of(own, share, ALL)?.get());
        count += 1;
    }
    for parent in input.at("parents").list()? {
        let [share, stake] = read::column::<u64>(&parent)?[..] else {
            return Err(Mismatch::new("a parent is a share and an amount"));
        };
        let stake = Amount::new(u128::from(stake));
        power += part_of(stake, share, ALL)?.get();
        sum += stake.get();
        count += 1;
    }
    let most = missed(sum, count);
    Ok(verdict(near("power", power, read::one(&case.expected())?, most)?))
}
