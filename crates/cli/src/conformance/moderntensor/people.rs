//! Frozen inputs of an epoch of miners, validators and others, as the scores of streams read them.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::inputs::{EpochInputs, Opinions, ProviderRow, Row, ValidatorRow};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::opinions::yuma::{Matrix, Seats};
use workmint_core::modules::parameters::{Parameters, Payee, Score, Source, Split, Stream};
use workmint_core::modules::rewards::{SettlementPlan, plan};

use super::{always, emission};
use crate::conformance::chain::built_in;
use crate::conformance::verdict::{Mismatch, require};

/// The most an opinion says of a miner.
const MOST: u128 = 65_535;

/// What somebody is known for.
#[derive(Clone, Copy, Default)]
pub(super) struct Person {
    /// The only validator's weight on it as a miner, 0 to 65,535.
    pub(super) weight: u32,
    /// Bonded to it as a validator that signed every block.
    pub(super) bonded: Amount,
    /// Work done.
    pub(super) work: Amount,
    /// Staking power.
    pub(super) power: Amount,
    /// Shares of the pool.
    pub(super) shares: Amount,
}

/// Everybody, by address.
pub(super) type People = BTreeMap<Address, Person>;

/// `moderntensor` with these emission streams, by share in 10,000ths, and nothing else that mints.
pub(super) fn network(streams: &[(&str, u128, Score)]) -> Result<Parameters, Mismatch> {
    let mut all = built_in("moderntensor")?;
    let model = all.streams.iter().find(|stream| stream.score == Score::Performance);
    let model =
        model.cloned().ok_or_else(|| Mismatch::new("moderntensor scores no performance"))?;
    let stream = |(name, share, score): &(&str, u128, Score)| -> Result<Stream, Mismatch> {
        let direct = matches!(score, Score::FixedAccount { .. });
        Ok(Stream {
            name: name.parse()?,
            source: Source::Emission { share: Ratio::new(*share, 10_000)? },
            score: score.clone(),
            split: if direct { Split::Direct } else { Split::Proportional },
            ..model.clone()
        })
    };
    all.streams = streams.iter().map(stream).collect::<Result<_, _>>()?;
    let asset = usize::from(all.emission.asset.0);
    all.assets.get_mut(asset).ok_or_else(|| Mismatch::new("nothing is emitted"))?.cap = Amount::MAX;
    Ok(all)
}

/// The treasury, to which a direct stream goes.
pub(super) fn treasury() -> Score {
    Score::FixedAccount { account: Payee::Treasury }
}

/// The plan of an epoch that emits `total`, with this in the recycling pool; rows are in the order
/// of the people.
pub(super) fn settle(
    parameters: &Parameters,
    people: &People,
    (total, pool): (Amount, Amount),
) -> Result<SettlementPlan, Mismatch> {
    let mut parameters = parameters.clone();
    let asset = parameters.emission.asset;
    parameters.emission = workmint_core::modules::parameters::Emission {
        asset,
        ..emission(always(total), Amount::MAX)
    };
    let mut inputs = EpochInputs {
        emission: Facts { blocks: 1, ..Facts::default() },
        pots: vec![(asset, Pot::Recycling, pool)],
        opinions: Some(opinions(people)?),
        ..EpochInputs::default()
    };
    for (at, (account, person)) in (0_u32..).zip(people) {
        inputs.participants.push(Row { work: person.work, ..Row::idle(*account) }, 0);
        if !person.bonded.is_zero() {
            inputs.validators.push(ValidatorRow {
                participant: at,
                bonded: person.bonded,
                signed: 1,
                due: 1,
                ..ValidatorRow::default()
            });
        }
        if !(person.power.is_zero() && person.shares.is_zero()) {
            let (power, shares) = (person.power, person.shares);
            let row = ProviderRow { participant: at, power, shares, ..ProviderRow::default() };
            inputs.providers.push(row);
        }
    }
    let planned = plan(&parameters, &inputs)?;
    for stream in &planned.streams {
        require(&format!("stream {}", stream.name), stream.quarantined, None)?;
        let parts = [stream.paid, stream.dust, stream.forfeited, stream.recovered];
        require("conserved", Amount::sum(parts)?, stream.budget)?;
    }
    Ok(planned)
}

/// Seat 0 weighs; everybody else has the seat of its row + 1.
fn opinions(people: &People) -> Result<Opinions, Mismatch> {
    let count = people.len() + 1;
    let rows = (0_u32..).zip(people.keys()).map(|(row, _)| Some(row));
    let mut weights = Matrix::with_capacity(count, count);
    let said = (1_u16..).zip(people.values()).filter(|(_, person)| person.weight > 0);
    weights.push_row(said.map(|(seat, person)| (seat, person.weight)));
    (1..count).for_each(|_| weights.push_row([]));
    let mut seats = Seats {
        height: 2,
        blocks: 1,
        power: vec![Amount::ZERO; count],
        permit: vec![false; count],
        last_update: vec![2; count],
        registered: vec![1; count],
        committed: vec![None; count],
        weights,
        ..Seats::default()
    };
    let judge = seats.power.first_mut().zip(seats.permit.first_mut());
    let (power, permit) = judge.ok_or_else(|| Mismatch::new("there is no seat"))?;
    (*power, *permit) = (Amount::MAX, true);
    let holder = std::iter::once(None).chain(rows).collect();
    Ok(Opinions { seats, holder, lent: Vec::new(), take: vec![Ratio::ZERO; count] })
}

/// Scores as weights in the same proportion: each x 1,000, whole.
pub(super) fn weight(score: Ratio) -> Result<u32, Mismatch> {
    let scaled = score.checked_mul(Ratio::from_integer(1_000))?;
    let whole = scaled.numerator();
    if scaled.denominator() != 1 || whole > MOST {
        return Err(Mismatch::new(format!("a score of {score} is no weight")));
    }
    u32::try_from(whole).map_err(|_| Mismatch::new("a weight of 2^32"))
}
