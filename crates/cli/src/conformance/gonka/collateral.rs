//! Adapters: collateral and its slashing.

use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{GNK, Holding, LocalChain, built_in};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::{Amount, Ratio};
use workmint_core::Hash;
use workmint_core::modules::collateral::{required_collateral, share_taken, slash_amounts};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{AssetId, Destination, Level, Parameters, check};
use workmint_core::modules::weights::effective_weight;
use workmint_core::time::{Deadline, Duration};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "DepositCollateral", run: deposit },
    Adapter { file: "", function: "WithdrawCollateral", run: withdraw },
    Adapter { file: "", function: "WithdrawCollateralSequence", run: withdraw },
    Adapter { file: "collateral_deposit_withdraw", function: "AdvanceEpoch", run: advance_epoch },
    Adapter { file: "", function: "StakingHooks", run: staking_hooks },
    Adapter { file: "", function: "AdjustWeightsByCollateral", run: base_ratio },
    Adapter { file: "", function: "AdjustWeightByCollateral", run: adjust_weight },
    Adapter { file: "", function: "RequiredCollateral", run: required },
    Adapter { file: "", function: "CollateralSlash", run: slash_formula },
    Adapter { file: "collateral_slash", function: "Slash", run: slash },
    Adapter { file: "collateral_slash", function: "SlashSequence", run: slash_sequence },
];

/// The participant of a case.
const HOST: &str = "host";
/// Parts of the peer's decimals.
const UNIT: i128 = 1_000_000_000_000_000_000;
/// The chain's second asset, for denominations that are not ngonka.
const OTHER: AssetId = AssetId(1);

/// The mainnet's rules of collateral.
fn rules() -> Result<Parameters, Mismatch> {
    let mut rules = built_in("gonka-mainnet")?;
    rules.weights.grace_until_epoch = None;
    rules.collateral.max_withdrawals = 256;
    Ok(rules)
}

fn holding(who: &str, asset: AssetId, amount: Amount) -> Holding<'_> {
    Holding { who, asset, amount, vesting_epochs: 0 }
}

/// A chain on which the participant holds and has deposited these amounts.
fn deposited(rules: Parameters, who_and_amount: &[(&str, Amount)]) -> Result<LocalChain, Mismatch> {
    let holdings: Vec<Holding<'_>> =
        who_and_amount.iter().map(|(who, amount)| holding(who, GNK, *amount)).collect();
    let mut chain = LocalChain::new(rules, &holdings)?;
    let mut joined: Vec<&str> = Vec::new();
    for (who, amount) in who_and_amount {
        if !joined.contains(who) {
            chain.join(who)?;
            joined.push(who);
        }
        if !amount.is_zero() {
            chain.deposit(who, *amount)??;
        }
    }
    Ok(chain)
}

/// The participant's active collateral and its withdrawals by epoch.
fn held(chain: &LocalChain, who: &str) -> Result<(Amount, Vec<(u64, Amount)>), Mismatch> {
    let handle = chain.handle(who)?;
    let withdrawals = chain.state.collateral.withdrawals(handle).map(|row| match row {
        (Deadline::Epoch(epoch), amount) => Ok((epoch, amount)),
        (Deadline::Time(_), _) => Err(Mismatch::new("a withdrawal that waits for a time")),
    });
    Ok((chain.state.collateral.active(handle), withdrawals.collect::<Result<_, _>>()?))
}

/// A case's list of withdrawals under way, each with the names of its epoch and amount.
fn entries(list: &Node<'_>, keys: (&str, &str)) -> Result<Vec<(u64, Amount)>, Mismatch> {
    let rows = list.list()?;
    rows.iter().map(|row| Ok((row.at(keys.0).number()?, row.at(keys.1).amount()?))).collect()
}

fn withdrawals(list: &Node<'_>) -> Result<Vec<(u64, Amount)>, Mismatch> {
    entries(list, ("completion_epoch", "amount"))
}

fn deposit(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let (before, amount) =
        (input.at("before").amount()?, input.at("deposit").at("amount").amount()?);
    let asset = match input.at("deposit").at("denom").text()? {
        "ngonka" => GNK,
        _ => OTHER,
    };
    let mut rules = rules()?;
    let second = rules.assets.first().cloned().map(|asset| {
        let symbol = "OTHER".parse()?;
        Ok::<_, Mismatch>(workmint_core::modules::parameters::Asset { symbol, ..asset })
    });
    rules.assets.extend(second.transpose()?);
    let holdings = [holding(HOST, GNK, before), holding(HOST, asset, amount)];
    let mut chain = LocalChain::new(rules, &holdings)?;
    chain.join(HOST)?;
    if !before.is_zero() {
        chain.deposit(HOST, before)??;
    }
    let result = chain.deposit(HOST, amount)?;
    require("refused", result.is_err(), expected.has("error"))?;
    let after =
        if expected.has("error") { before } else { expected.at("collateral_after").amount()? };
    same("collateral", held(&chain, HOST)?.0, after)
}

fn withdraw(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let before = input.at("before").amount()?;
    let mut rules = rules()?;
    rules.collateral.unbonding = Duration::Epochs(input.at("unbonding_period_epochs").number()?);
    let mut chain = deposited(rules, &[(HOST, before)])?;
    chain.open(input.at("current_epoch").number()?)?;
    let amounts = match input.has("withdraws") {
        true => input.at("withdraws").list()?,
        false => vec![input.at("withdraw")],
    };
    let mut refused = false;
    for amount in amounts {
        refused |= chain.withdraw(HOST, amount.amount()?)?.is_err();
    }
    require("refused", refused, expected.has("error"))?;
    if refused {
        return same("collateral", held(&chain, HOST)?.0, before);
    }
    let theirs =
        (expected.at("collateral_after").amount()?, withdrawals(&expected.at("unbonding"))?);
    require("collateral and unbonding", held(&chain, HOST)?, theirs)?;
    let last = held(&chain, HOST)?.1.last().map(|(epoch, _)| *epoch);
    same("completion", last, Some(expected.at("completion_epoch").number()?))
}

fn advance_epoch(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut entries: Vec<(u64, &str, Amount)> = Vec::new();
    for entry in input.at("unbonding").list()? {
        let epoch = entry.at("completion_epoch").number()?;
        entries.push((epoch, entry.at("participant").text()?, entry.at("amount").amount()?));
    }
    entries.sort_by_key(|(epoch, _, _)| *epoch);
    let mut rules = rules()?;
    rules.collateral.unbonding = Duration::Epochs(1);
    let deposits: Vec<(&str, Amount)> =
        entries.iter().map(|(_, who, amount)| (*who, *amount)).collect();
    let mut chain = deposited(rules, &deposits)?;
    for (completion, who, amount) in &entries {
        chain.open(completion.saturating_sub(1))?;
        chain.withdraw(who, *amount)??;
    }
    chain.open(input.at("completed_epoch").number()?)?;
    chain.close()?;
    let released = expected.at("released");
    let owners = entries.iter().map(|(_, who, _)| *who);
    for who in released.members()?.iter().map(|(who, _)| *who).chain(owners) {
        let free = chain.state.ledger.spendable(chain.handle(who)?, GNK);
        require(&format!("released to {who}"), free, released.at(who).amount()?)?;
    }
    let mut waiting = Vec::new();
    for (_, who, _) in &entries {
        for (epoch, amount) in held(&chain, who)?.1 {
            waiting.push((who.to_string(), epoch, amount));
        }
    }
    let mut theirs = Vec::new();
    for entry in expected.at("unbonding_after").list()? {
        let who = entry.at("participant").text()?.to_owned();
        theirs.push((who, entry.at("completion_epoch").number()?, entry.at("amount").amount()?));
    }
    require("still unbonding", waiting, theirs)?;
    if expected.has("current_epoch_after") {
        let after = expected.at("current_epoch_after").number()?;
        require("open epoch", chain.state.chain().epoch, after)?;
    }
    Ok(Verdict::Passed)
}

fn staking_hooks(case: &Case) -> Outcome {
    let mut chain = deposited(rules()?, &[(HOST, Amount::ZERO)])?;
    let expected = case.expected().at("jailed_after_each").list()?;
    let events = case.input().at("events").list()?;
    require("events", events.len(), expected.len())?;
    for (event, jailed) in events.iter().zip(&expected) {
        match event.text()? {
            "AfterValidatorBeginUnbonding" => chain.set_bonded(HOST, false)?,
            "AfterValidatorBonded" => chain.set_bonded(HOST, true)?,
            _ => return Ok(Verdict::NotCovered("an event that moves nothing here")),
        }
        let ours = chain.state.collateral.is_jailed(chain.handle(HOST)?);
        require("jailed", ours, jailed.flag()?)?;
    }
    Ok(Verdict::Passed)
}

/// The rules with these ratios; `None` if a network file cannot say them: they are negative.
fn with_ratios(
    base: &Node<'_>,
    per_unit: Option<&Node<'_>>,
) -> Result<Option<Parameters>, Mismatch> {
    let mut rules = rules()?;
    if base.decimal()?.is_negative() {
        return Ok(None);
    }
    rules.weights.base_weight_ratio = base.ratio()?;
    if let Some(per_unit) = per_unit {
        if per_unit.decimal()?.is_negative() {
            return Ok(None);
        }
        rules.weights.collateral_per_weight_unit = per_unit.ratio()?;
    }
    Ok(Some(rules))
}

/// What the checker says of the base ratio.
fn level(rules: &Parameters) -> Option<Level> {
    let findings = check(rules);
    let of_ratio = findings.iter().filter(|finding| finding.path == "weights.base_weight_ratio");
    of_ratio.map(|finding| finding.level).find(|level| *level != Level::Fact)
}

fn base_ratio(case: &Case) -> Outcome {
    let (input, ok) = (case.input(), case.expected().at("ok").flag()?);
    let rules = with_ratios(&input.at("base_weight_ratio"), None)?;
    let accepted = rules.as_ref().is_some_and(|rules| level(rules) != Some(Level::Error));
    if let (true, Some(rules)) = (accepted, rules) {
        let (epoch, weight) = (input.at("epoch").number()?, input.at("weight").number()?);
        let collateral = input.at("collateral").amount()?;
        effective_weight(&rules.weights, epoch, weight, collateral, true)?;
        let whole = rules.weights.base_weight_ratio == Ratio::ONE;
        if whole && level(&rules) == Some(Level::Warning) {
            require("accepted by the peer", ok, false)?;
            return Ok(Verdict::Deviates(Decision::WholeBaseRatio));
        }
    }
    same("accepted", accepted, ok)
}

fn adjust_weight(case: &Case) -> Outcome {
    let input = case.input();
    let ratios = (input.at("baseWeightRatio"), input.at("collateralPerWeightUnit"));
    let theirs = case.expected().at("result");
    let checked = with_ratios(&ratios.0, Some(&ratios.1))?;
    let Some(rules) = checked.filter(|rules| level(rules) != Some(Level::Error)) else {
        let weight = unchecked_weight(&input)?;
        require("weight by ratios that are none", weight, theirs.integer()?)?;
        return Ok(Verdict::Deviates(Decision::RatiosChecked));
    };
    let collateral = match input.at("hasCollateral").flag()? {
        true => input.at("collateralNgonka").amount()?,
        false => Amount::ZERO,
    };
    let potential = input.at("potentialWeight").number()?;
    let ours = effective_weight(&rules.weights, 1, potential, collateral, true)?;
    same("weight", ours.effective, theirs.number()?)
}

/// What the peer makes of ratios that are refused here: base + min(rest, deposit / price), cut off
/// to a whole number, in parts of 10^-18 as its decimals are.
fn unchecked_weight(input: &Node<'_>) -> Result<i128, Mismatch> {
    let too_large = || Mismatch::new("ratios too large to compute with");
    let parts = |node: &Node<'_>| -> Result<i128, Mismatch> {
        let decimal = node.decimal()?;
        let parts = i128::try_from(decimal.magnitude().floor_mul(UNIT.unsigned_abs())?)?;
        Ok(if decimal.is_negative() { -parts } else { parts })
    };
    let (ratio, price) =
        (parts(&input.at("baseWeightRatio"))?, parts(&input.at("collateralPerWeightUnit"))?);
    let weight = input.at("potentialWeight").integer()?;
    let whole = weight.checked_mul(UNIT).ok_or_else(too_large)?;
    let base = weight.checked_mul(ratio).ok_or_else(too_large)?;
    let rest = whole.checked_sub(base).ok_or_else(too_large)?;
    let deposit = match input.at("hasCollateral").flag()? {
        true => input.at("collateralNgonka").ratio()?,
        false => Ratio::ZERO,
    };
    let activated = if deposit.is_zero() {
        0
    } else if price == 0 {
        rest
    } else {
        let units = deposit.checked_div(Ratio::new(price.unsigned_abs(), UNIT.unsigned_abs())?)?;
        let units = i128::try_from(units.floor_mul(UNIT.unsigned_abs())?)?;
        rest.min(if price < 0 { -units } else { units })
    };
    Ok(base.checked_add(activated).ok_or_else(too_large)? / UNIT)
}

fn required(case: &Case) -> Outcome {
    let input = case.input();
    let ratios = (input.at("baseWeightRatio"), input.at("collateralPerWeightUnit"));
    let theirs = case.expected().at("result").amount()?;
    let Some(rules) = with_ratios(&ratios.0, Some(&ratios.1))? else {
        require("required by ratios that are none", Amount::ZERO, theirs)?;
        return Ok(Verdict::Deviates(Decision::RatiosChecked));
    };
    let ours = required_collateral(&rules.weights, 1, input.at("weight").number()?);
    same("required collateral", ours, theirs)
}

fn slash_formula(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected().at("result"));
    let rules = rules()?.slashing;
    let mut holdings = vec![input.at("active").amount()?];
    let under_way = entries(&input.at("unbonding"), ("CompletionEpoch", "Amount"))?;
    holdings.extend(under_way.iter().map(|(_, amount)| *amount));
    let (fraction, required) =
        (input.at("fraction").ratio()?, input.at("requiredCollateral").amount()?);
    let sum = Amount::sum(holdings.iter().copied())?;
    let share = share_taken(&rules, sum, fraction, required)?;
    require("share", share, expected.at("EffectiveFraction").ratio()?)?;
    let parts = slash_amounts(&rules, &holdings, fraction, required)?;
    let slashed = Amount::sum(parts.iter().copied())?;
    require("slashed", slashed, expected.at("Slashed").amount()?)?;
    let mut left = Vec::new();
    for (holding, part) in holdings.iter().zip(parts) {
        left.push(holding.checked_sub(part)?);
    }
    require("active", left.first(), Some(&expected.at("Active").amount()?))?;
    let waiting =
        under_way.iter().zip(left.iter().skip(1)).map(|((epoch, _), left)| (*epoch, *left));
    let waiting: Vec<(u64, Amount)> = waiting.filter(|(_, left)| !left.is_zero()).collect();
    same("unbonding", waiting, entries(&expected.at("Unbonding"), ("CompletionEpoch", "Amount"))?)
}

/// A chain on which the participant holds what the case says, at the moment of its slash. Its
/// weight is 2, half of what it proved, because its validator is out of the active set; of that
/// half needs collateral: 1 x `required`.
fn about_to_be_slashed(
    active: Amount,
    under_way: &[(u64, Amount)],
    required: Amount,
) -> Result<LocalChain, Mismatch> {
    let mut rules = rules()?;
    let (first, last) = (under_way.first(), under_way.last());
    let (first, last) = (first.map_or(1, |(epoch, _)| *epoch), last.map_or(1, |(epoch, _)| *epoch));
    let period = last.abs_diff(first).checked_add(1);
    let period = period.ok_or_else(|| Mismatch::new("withdrawals of too many epochs"))?;
    rules.collateral.unbonding = Duration::Epochs(period);
    if !required.is_zero() {
        rules.weights.base_weight_ratio = Ratio::new(1, 2)?;
        rules.weights.collateral_per_weight_unit = Ratio::from_integer(required.get());
    }
    let mut deposits = vec![(HOST, active)];
    deposits.extend(under_way.iter().map(|(_, amount)| (HOST, *amount)));
    let mut chain = deposited(rules, &deposits)?;
    chain.set_bonded(HOST, false)?;
    let open = |chain: &mut LocalChain, epoch: u64| {
        while chain.state.chain().epoch < epoch {
            if !required.is_zero() {
                chain.prove(HOST, 4)?;
            }
            chain.close()?;
        }
        chain.open(epoch)
    };
    for (completion, amount) in under_way {
        let begins = completion.checked_sub(period);
        let begins = begins.ok_or_else(|| Mismatch::new("a withdrawal older than the chain"))?;
        open(&mut chain, begins)?;
        chain.withdraw(HOST, *amount)??;
    }
    if under_way.is_empty() {
        open(&mut chain, 1)?;
    }
    Ok(chain)
}

fn slash(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let under_way = withdrawals(&input.at("unbonding"))?;
    let (active, required) =
        (input.at("active").amount()?, input.at("required_collateral").amount()?);
    let mut chain = about_to_be_slashed(active, &under_way, required)?;
    let offence = Offence { fraction: input.at("slash_fraction"), fault: Hash::ZERO };
    let slashed = offence.punish(&mut chain)?;
    require("refused", slashed.is_none(), expected.optional("error").flag()?)?;
    let (left, waiting) = held(&chain, HOST)?;
    require("active", left, expected.at("active_after").amount()?)?;
    let Some(slashed) = slashed else {
        return same("unbonding", waiting, under_way);
    };
    require("slashed", slashed, expected.at("slashed").amount()?)?;
    let destination = rules()?.slashing.destination;
    // `punish` counts what came to the treasury, which is the peer's module gov.
    require("destination", destination, Destination::Treasury)?;
    require("destination", "gov", expected.at("destination_module").text()?)?;
    same("unbonding", waiting, withdrawals(&expected.at("unbonding_after"))?)
}

/// A fault of the participant's validator.
struct Offence<'a> {
    fraction: Node<'a>,
    fault: Hash,
}

impl Offence<'_> {
    /// What the treasury received; `None` if fraction or evidence is refused.
    fn punish(&self, chain: &mut LocalChain) -> Result<Option<Amount>, Mismatch> {
        if self.fraction.decimal()?.is_negative() {
            return Ok(None);
        }
        let before = chain.state.ledger.pot(GNK, &Pot::Treasury);
        let evidence = chain.fault(HOST, self.fraction.ratio()?, self.fault);
        if chain.evidence(evidence)?.is_err() {
            return Ok(None);
        }
        let after = chain.state.ledger.pot(GNK, &Pot::Treasury);
        Ok(Some(after.checked_sub(before)?))
    }
}

/// The peer counts a reason once per epoch: for us that is one fault, brought again.
fn slash_sequence(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut chain = deposited(rules()?, &[(HOST, input.at("active").amount()?)])?;
    let slashes = input.at("slashes").list()?;
    let (results, left) =
        (expected.optional("results").list()?, expected.optional("active_after_each").list()?);
    for (what, list) in [("results", results.len()), ("active_after_each", left.len())] {
        if expected.has(what) {
            require(what, slashes.len(), list)?;
        }
    }
    for (at, slash) in slashes.iter().enumerate() {
        let epoch = slash.at("epoch").number()?;
        chain.open(epoch)?;
        let reason = slash.at("reason").text()?.as_bytes();
        let fault = Hash::of("conformance", &[reason, &epoch.to_be_bytes()]);
        let slashed = Offence { fraction: slash.at("fraction"), fault }.punish(&mut chain)?;
        if let Some(result) = results.get(at) {
            require("refused", slashed.is_none(), result.at("error").flag()?)?;
            let slashed = slashed.unwrap_or_default();
            require("slashed", slashed, result.at("slashed").amount()?)?;
        }
        if let Some(left) = left.get(at) {
            require("active", held(&chain, HOST)?.0, left.amount()?)?;
        }
    }
    if expected.has("active_after_each") && !expected.has("active_after") {
        return Ok(Verdict::Passed);
    }
    same("active", held(&chain, HOST)?.0, expected.at("active_after").amount()?)
}
