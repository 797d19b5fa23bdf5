//! `[fees]`: what messages and rows cost, and that nobody is kept from voting by it.

use super::super::{
    Destination, FeeTo, Fees, GAS_OF_MEASURE, LEAST_GAS, MessageGroup, MessageKind,
};
use super::checker::Checker;
use workmint_amounts::Amount;

/// Bytes of a transaction that must stay payable.
const LARGE: u128 = 1_000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let fees = &checker.parameters.fees;
    checker.asset("fees.asset", fees.asset);
    checker.recycling("fees.destination", fees.destination, fees.asset);
    if !fees.free.is_sorted_by(|one, other| one < other) {
        checker.error("fees.free", "a group is named twice", "each group at most once");
    }
    if !fees.kinds.is_sorted_by(|(one, _), (other, _)| one < other) {
        checker.error("fees.kinds", "a kind is named twice", "each kind at most once");
    }
    if !fees.free.is_empty() && !fees.are_zero() {
        let message = "messages of these groups cost nothing unless they do something: a node must \
                       limit them";
        checker.fact("fees.free", message);
    }
    if checker.parameters.governance.is_some() {
        stay_payable(checker);
    } else {
        exist(checker);
    }
    if checker.parameters.fees.are_zero() {
        checker.fact("fees.flat", "messages are free: for local networks only");
    }
    named_kinds(checker);
    deposit(checker);
    gas(checker);
}

/// Every fee with its path, and of how many times of it the asset has to exist.
fn all(fees: &Fees) -> Vec<(String, Amount, u128)> {
    let of_kinds = fees.kinds.iter();
    let mut all = vec![
        ("fees.flat".to_owned(), fees.flat, 1),
        ("fees.per_byte".to_owned(), fees.per_byte, LARGE),
        ("fees.storage_deposit".to_owned(), fees.storage_deposit, 1),
    ];
    all.extend(of_kinds.map(|(kind, fee)| (format!("fees.kinds.{}", kind.name()), *fee, 1)));
    all
}

/// Where votes change parameters, no fee may keep people from voting for another one.
fn stay_payable(checker: &mut Checker<'_>) {
    const PARTS: u128 = 1_000_000;
    let fees = &checker.parameters.fees;
    let costs = |kind: &MessageKind| {
        let votes = kind.group() == Some(MessageGroup::Governance);
        votes && !(fees.of_kind(*kind).is_zero() && fees.per_byte.is_zero())
    };
    let voting = MessageKind::ALL.iter().any(costs);
    if voting && !fees.free.contains(&MessageGroup::Governance) {
        let message = "who cannot pay the fee cannot vote";
        checker.error("fees.free", message, "with \"governance\", or no fee for votes");
    }
    let reason = "a vote for {} would stop everybody";
    at_most(checker, PARTS, reason, "a millionth of the asset's cap");
}

/// Nobody can pay more than can ever exist.
fn exist(checker: &mut Checker<'_>) {
    at_most(checker, 1, "{} can never be paid", "the asset's cap");
}

/// An error for every fee above one of so many parts of its asset's cap; a byte's fee is taken a
/// thousand times. `{}` in the message stands for the fee.
fn at_most(checker: &mut Checker<'_>, parts: u128, message: &str, what: &str) {
    let fees = &checker.parameters.fees;
    let Some(asset) = checker.parameters.asset(fees.asset) else {
        return;
    };
    for (path, fee, times) in all(fees) {
        let most = parts.checked_mul(times).and_then(|parts| asset.cap.get().checked_div(parts));
        let most = Amount::new(most.unwrap_or(0));
        if fee > most {
            let (fee, most) = (checker.shown(fee, fees.asset), checker.shown(most, fees.asset));
            let per = if times == 1 { "" } else { "a thousandth of " };
            let allowed = format!("0 to {most}, {per}{what}");
            checker.error(&path, message.replace("{}", &fee), &allowed);
        }
    }
}

/// Fees of kinds that nobody pays, and kinds that pay nothing beside others that do.
fn named_kinds(checker: &mut Checker<'_>) {
    let fees = &checker.parameters.fees;
    for (kind, fee) in &fees.kinds {
        if fees.frees(*kind) && !fee.is_zero() {
            let message = "nobody pays it: its group is in fees.free";
            checker.warning(&format!("fees.kinds.{}", kind.name()), message);
        }
    }
    let others_pay = !fees.kinds.is_empty() && !fees.are_zero();
    if fees.flat.is_zero() && fees.per_byte.is_zero() && others_pay {
        let message = "kinds without a fee of their own are free: a node must limit them";
        checker.fact("fees.flat", message);
    }
}

fn deposit(checker: &mut Checker<'_>) {
    let fees = &checker.parameters.fees;
    let path = "fees.storage_deposit";
    let free = |kind: &MessageKind| {
        fees.frees(*kind) || (fees.of_kind(*kind).is_zero() && fees.per_byte.is_zero())
    };
    if !fees.storage_deposit.is_zero() {
        let shown = checker.shown(fees.storage_deposit, fees.asset);
        let message = format!(
            "a new account, participant, node, offer, allowance, delegation or refusal of a model, \
             child key or take locks {shown} of the sender; removing as many frees it"
        );
        checker.fact(path, message);
    } else if !fees.are_zero() && MessageKind::ALL.iter().any(free) {
        let message = "some messages are free, and each first one opens its sender's account: \
                       without a deposit they can fill the state";
        checker.fact(path, message);
    }
}

/// Wallets know gas, of which no transaction uses less than 21,000: with fees whose measure does
/// not divide by 25,000, gas has the measure's price and the least fee may need less.
fn gas(checker: &mut Checker<'_>) {
    let fees = &checker.parameters.fees;
    let measure = fees.measure();
    let Some(asset) = checker.parameters.asset(fees.asset).filter(|_| !measure.is_zero()) else {
        return;
    };
    let decimals = 18_u32.checked_sub(u32::from(asset.decimals));
    let wei = decimals.and_then(|digits| 10_u128.checked_pow(digits)).unwrap_or(1);
    let rest = |number: u128| number.checked_rem(u128::from(GAS_OF_MEASURE)).unwrap_or(0);
    let divides =
        rest(measure.get()).checked_mul(rest(wei)).is_some_and(|product| rest(product) == 0);
    let of_kinds = fees.kinds.iter().map(|(_, fee)| *fee);
    let least = of_kinds.chain([fees.flat]).filter(|fee| !fee.is_zero()).min();
    let gas = least.and_then(|least| least.get().checked_div(measure.get())).unwrap_or(0);
    if !divides && gas < u128::from(LEAST_GAS) {
        let shown = checker.shown(measure, fees.asset);
        let message = format!(
            "fees are multiples of {shown} only: some need less than the 21,000 gas that wallets \
             expect"
        );
        checker.warning("fees.flat", message);
    }
}

/// Whether fees of this network are ever burned.
pub(super) fn burns_fees(checker: &Checker<'_>) -> bool {
    let fees = &checker.parameters.fees;
    let burns = fees.destination == Destination::Burn || !fees.burned_share.is_zero();
    let market = &checker.parameters.market;
    let of_market = market.fee.iter().any(|fee| {
        let mut split = fee.split.iter();
        market.asset == fees.asset
            && !fee.rate.is_zero()
            && split.any(|part| part.to == FeeTo::Burn && !part.share.is_zero())
    });
    (burns && !fees.are_zero()) || of_market
}
