//! Halvings, and what the network's use makes of an amount, counted again: one step after the
//! other, in fractions that are never reduced.

use alloy_primitives::Uint;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::inputs::Penalty;
use workmint_core::modules::parameters::{Parameters, Source};

use super::{Fallible, failed};

/// Wide enough for every product below.
type Big = Uint<2_048, 32>;

/// A fraction that keeps its numbers.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    top: Big,
    bottom: Big,
}

impl Fraction {
    fn of(top: impl Into<u128>, bottom: impl Into<u128>) -> Self {
        Self { top: Big::from(top.into()), bottom: Big::from(bottom.into()) }
    }

    fn ratio(ratio: Ratio) -> Self {
        Self::of(ratio.numerator(), ratio.denominator())
    }

    fn times(self, other: Self) -> Fallible<Self> {
        let top = self.top.checked_mul(other.top);
        let bottom = self.bottom.checked_mul(other.bottom);
        let (top, bottom) = top.zip(bottom).ok_or("a product leaves 2,048 bits")?;
        Ok(Self { top, bottom })
    }

    fn plus(self, other: Self) -> Fallible<Self> {
        let one = self.top.checked_mul(other.bottom);
        let two = other.top.checked_mul(self.bottom);
        let top = one.zip(two).and_then(|(one, two)| one.checked_add(two));
        let bottom = self.bottom.checked_mul(other.bottom);
        let (top, bottom) = top.zip(bottom).ok_or("a sum leaves 2,048 bits")?;
        Ok(Self { top, bottom })
    }

    fn floor_of(self, amount: Amount) -> Fallible<Amount> {
        let whole = self.times(Self::of(amount.get(), 1_u128))?;
        let whole = whole.top.checked_div(whole.bottom).ok_or("a division by zero")?;
        Ok(Amount::new(u128::try_from(whole).map_err(failed)?))
    }

    /// Whether a recorded ratio is this one: exactly if 128 bits hold it, else a little below.
    fn is(self, recorded: Ratio) -> Fallible<bool> {
        if self.bottom.is_zero() {
            return Ok(recorded.is_zero());
        }
        let recorded = Self::ratio(recorded);
        let exact = self.top.checked_mul(recorded.bottom).ok_or("a product leaves 2,048 bits")?;
        let said = recorded.top.checked_mul(self.bottom).ok_or("a product leaves 2,048 bits")?;
        if self.bottom.bit_len() <= 128 {
            return Ok(exact == said);
        }
        // Both over the same number: 2^-100 apart at most.
        let all = self.bottom.checked_mul(recorded.bottom).ok_or("a product leaves 2,048 bits")?;
        let apart = exact.checked_sub(said);
        Ok(apart.is_some_and(|apart| apart.is_zero() || apart <= all >> 100_usize))
    }
}

/// An amount halved so often, at most `most` times; nothing below the minimum.
pub(super) fn halved((initial, minimum): (Amount, Amount), times: u64, most: u32) -> Amount {
    let mut amount = initial.get();
    for _ in 0..times.min(most.into()) {
        amount /= 2;
    }
    if amount < minimum.get() { Amount::ZERO } else { Amount::new(amount) }
}

/// What an epoch's blocks get, block by block: initial / 2^k, k the largest with
/// (of - issued) x 2^k <= of.
pub(super) fn by_issuance(
    (initial, of, most): (u128, u128, u32),
    issued: u128,
    blocks: u64,
) -> Fallible<Amount> {
    let mut given = 0_u128;
    for _ in 0..blocks {
        let left = issued.checked_add(given).and_then(|now| of.checked_sub(now)).unwrap_or(0);
        let mut halvings = 0_u32;
        let mut scaled = Big::from(left);
        while left > 0 && halvings < most && (scaled << 1_usize) <= Big::from(of) {
            scaled <<= 1_usize;
            halvings += 1;
        }
        let reward = if left == 0 || halvings >= most { 0 } else { initial >> halvings };
        if reward == 0 {
            break;
        }
        match given.checked_add(reward) {
            Some(sum) => given = sum,
            None => return Ok(Amount::MAX),
        }
    }
    Ok(Amount::new(given))
}

/// What the network's use leaves of a schedule's amount, and what the quota took. The facts that
/// count are counted again.
pub(super) fn after_use(
    parameters: &Parameters,
    inputs: &EpochInputs,
    plain: Amount,
) -> Fallible<(Amount, Amount)> {
    let (rules, facts, people) = (&parameters.emission, &inputs.emission, &inputs.participants);
    let mut factor = Fraction::of(1_u128, 1_u128);
    let (mut tasks, mut missed, mut weight) = (0_u128, 0_u128, 0_u128);
    for at in 0..people.len() {
        let row = people.row(at).ok_or("a column of the inputs is too short")?;
        if row.penalty == Penalty::None {
            tasks += u128::from(row.requests);
            missed += u128::from(row.missed);
            weight += u128::from(row.effective);
        }
    }
    let most = u128::from(u64::MAX);
    (tasks, missed) = (tasks.min(most), missed.min(most));
    let asks = rules.utility.is_some() || !rules.quota.is_zero();
    let said = (u128::from(facts.tasks), u128::from(facts.missed));
    if asks && said != (tasks, missed) {
        return Err(format!("{tasks} tasks, {missed} missed; the inputs say {said:?}"));
    }
    if rules.reference_weight > 0 {
        if facts.weight != weight {
            return Err(format!("the weight is {weight}, the inputs say {}", facts.weight));
        }
        let reference = u128::from(rules.reference_weight);
        factor = factor.times(Fraction::of(weight.min(reference), reference))?;
    }
    if let Some(rule) = &rules.utility {
        let most = u128::from(rule.max_tasks);
        let tasks = Fraction::of(tasks.min(most), most);
        let hard = Fraction::ratio(rule.difficulty).times(difficulty(parameters, inputs)?)?;
        let taken = Fraction::ratio(rule.participation).times(participation(inputs)?)?;
        let own = Fraction::ratio(rule.tasks);
        let utility = if rule.gate {
            own.plus(hard)?.plus(taken)?.times(tasks)?
        } else {
            own.times(tasks)?.plus(hard)?.plus(taken)?
        };
        factor = factor.times(utility)?;
    }
    let used = factor.floor_of(plain)?;
    let asked = tasks + missed;
    let answered = Fraction::of(tasks, asked.max(1));
    let goal = Fraction::ratio(rules.quota);
    let (wanted, reached) = (goal.times(answered)?, goal.bottom.checked_mul(answered.top));
    // goal - answered over the common denominator.
    let goal_top = goal.top.checked_mul(answered.bottom);
    let short = goal_top.zip(reached).and_then(|(goal, reached)| goal.checked_sub(reached));
    let unmet = match short {
        Some(top) if asked > 0 => Fraction { top, bottom: wanted.bottom }.floor_of(used)?,
        Some(_) | None => Amount::ZERO,
    };
    Ok((used.checked_sub(unmet).map_err(failed)?, unmet))
}

/// Units x difficulty / units, checked against the inputs.
fn difficulty(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Fraction> {
    let (mut all, mut sum) = (0_u128, Fraction::of(0_u128, 1_u128));
    for (model, units) in parameters.models.iter().zip(&inputs.model_units) {
        let part = Fraction::ratio(model.difficulty).times(Fraction::of(*units, 1_u128))?;
        sum = if sum.bottom == part.bottom {
            let top = sum.top.checked_add(part.top).ok_or("a sum leaves 2,048 bits")?;
            Fraction { top, ..sum }
        } else {
            reduced(sum.plus(part)?)
        };
        all += u128::from(*units);
    }
    let mean = reduced(sum.times(Fraction::of(1_u128, all.max(1)))?);
    let said = inputs.emission.difficulty;
    let fits = if all == 0 { said.is_zero() } else { mean.is(said)? };
    let shown = Fraction::ratio(said);
    if fits { Ok(shown) } else { Err(format!("the difficulty is not {said}")) }
}

/// Bonded x signed / bonded x due, checked against the inputs.
fn participation(inputs: &EpochInputs) -> Fallible<Fraction> {
    let (mut top, mut bottom) = (Big::ZERO, Big::ZERO);
    for row in inputs.validators.rows() {
        top += Big::from(row.bonded.get()) * Big::from(row.signed.min(row.due));
        bottom += Big::from(row.bonded.get()) * Big::from(row.due);
    }
    let said = inputs.emission.participation;
    let fits = Fraction { top, bottom }.is(said)?;
    if fits { Ok(Fraction::ratio(said)) } else { Err(format!("participation is not {said}")) }
}

/// In lowest terms, by Euclid.
fn reduced(fraction: Fraction) -> Fraction {
    let (mut a, mut b) = (fraction.bottom, fraction.top);
    while !b.is_zero() {
        (a, b) = (b, a % b);
    }
    Fraction { top: fraction.top / a, bottom: fraction.bottom / a }
}

/// What all blocks pay that validators proposed, before any limit.
pub(super) fn for_blocks(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Amount> {
    let mut reward = None;
    for stream in &parameters.streams {
        if let Source::BlockRewards { reward: each } = stream.source
            && reward.replace(each).is_some()
        {
            return Err("two streams pay for blocks".to_owned());
        }
    }
    let Some(reward) = reward else {
        return Ok(Amount::ZERO);
    };
    let proposed = inputs.validators.rows().map(|row| u128::from(row.proposed)).sum::<u128>();
    let said = inputs.emission.proposed;
    if u128::from(said) != proposed {
        return Err(format!("{proposed} blocks were proposed, the inputs say {said}"));
    }
    Ok(reward.checked_mul(proposed).unwrap_or(Amount::MAX))
}
