//! Jobs: asked for, accepted, revealed, measured.

use super::super::cast::ROOM;
use super::super::timeline::{self, Act};
use super::Scene;
use crate::demo::draft::Draft;
use crate::demo::random::Draws;
use crate::failure::Failure;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::jobs::{
    AcceptJob, AttestQuality, CreateJob, Job, JobId, Message as JobMessage, RevealResult, Stage,
    bond, deposit, result_seal,
};
use workmint_core::modules::{attestation, stake};
use workmint_core::names::ModelId;
use workmint_core::{Address, Hash, Message};

/// The service level: half an hour.
const MAX_LATENCY_MS: u32 = 1_800_000;
/// A result takes from so many milliseconds to so many more; of 1,000 results so many come late, by
/// up to so many milliseconds.
const LATENCY_MS: (u64, u64) = (400_000, 1_200_000);
const LATE: u64 = 1;
const LATE_MS: u64 = 900_000;
/// Quality of honest results, thousandths: at least, and so much more.
const QUALITY: (u64, u64) = (930, 270);
/// What reporters measure of a wrong result.
const WRONG_QUALITY: u16 = 400;

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// Right.
    Right,
    /// Wrong, whatever the provider says.
    Wrong,
    /// Wrong, and the provider has nothing to say.
    Empty,
}

/// The result of a job, as who has its input can compute it.
fn result(commitment: &Hash, truth: Truth) -> Hash {
    let domain = match truth {
        Truth::Right => "workmint demo result",
        Truth::Wrong => "workmint demo wrong result",
        Truth::Empty => "workmint demo empty result",
    };
    Hash::of(domain, &[&commitment.0])
}

/// What a revealed result is.
pub(super) fn truth(job: &Job) -> Truth {
    let revealed = match &job.stage {
        Stage::Revealed(_, delivery) | Stage::Disputed(_, delivery, _) => Some(delivery.result),
        Stage::Open | Stage::Accepted(_) => None,
    };
    let is = |truth: &Truth| Some(result(&job.commitment, *truth)) == revealed;
    [Truth::Wrong, Truth::Empty].into_iter().find(is).unwrap_or(Truth::Right)
}

/// Customers bundle the requests that are worth the price of now into jobs.
pub(super) fn ask(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    let mut bundles: BTreeMap<(usize, ModelId), u64> = BTreeMap::new();
    let mut prices = BTreeMap::new();
    for model in super::super::cast::models(scene.parameters) {
        prices.insert(model, scene.price(model)?);
    }
    for want in scene.demand().hour(scene.now.epoch, hour) {
        let customer = scene.cast.customers.get(want.customer);
        let worth =
            prices.get(&want.model).is_some_and(|price| want.is_worth(*price, scene.parameters));
        if worth && customer.is_some_and(|customer| !customer.by_session) {
            *bundles.entry((want.customer, want.model)).or_default() += want.tokens;
        }
    }
    // Jobs of one customer are numbered as they come.
    let mut asked: BTreeMap<usize, (u64, Amount)> = BTreeMap::new();
    for ((customer, model), tokens) in bundles {
        let price = prices.get(&model).copied().unwrap_or_default();
        ask_for(
            scene,
            (customer, asked.entry(customer).or_default()),
            (model, price, tokens),
            draft,
        )?;
    }
    Ok(())
}

/// Cuts a customer's tokens of an hour into jobs; what it cannot pay for it does not ask.
fn ask_for(
    scene: &Scene,
    (number, (asked, locked)): (usize, &mut (u64, Amount)),
    (model, price, tokens): (ModelId, Amount, u64),
    draft: &mut Draft,
) -> Result<(), Failure> {
    let (Some(rules), Some(customer)) =
        (&scene.parameters.market.jobs, scene.cast.customers.get(number))
    else {
        return Ok(());
    };
    let Some(handle) = scene.state.ledger.handle(&customer.address) else {
        return Ok(());
    };
    let multiplier = attestation::multiplier(scene.parameters.attestation.as_ref(), customer.tier);
    let most = (scene.cast.job_units / ROOM.0 * ROOM.1).max(1);
    let spendable = scene.spendable(&customer.address, scene.parameters.market.asset);
    let mut left = tokens;
    while left > 0 {
        let part = left.min(most);
        left -= part;
        let max_units = (part * ROOM.0).div_ceil(ROOM.1).min(rules.max_units);
        let cost = deposit(rules, (price, max_units), multiplier).map_err(Failure::damage)?;
        let sum = locked.checked_add(cost).map_err(Failure::damage)?;
        if sum > spendable || cost.is_zero() {
            return Ok(());
        }
        *locked = sum;
        let job = scene.state.market.jobs.next_number(handle) + *asked;
        *asked += 1;
        let input = [customer.address.as_bytes().as_slice(), &job.to_be_bytes()];
        let message = CreateJob {
            model,
            max_units,
            tier: customer.tier,
            max_latency_ms: MAX_LATENCY_MS,
            max_spend: cost,
            commitment: Hash::of("workmint demo job input", &input),
            provider: None,
        };
        draft.push(customer.address, Message::Job(JobMessage::CreateJob(message)))?;
    }
    Ok(())
}

/// A provider's offer of one model, as far as the block has not taken it.
struct Place {
    number: usize,
    handle: AccountHandle,
    tier: u8,
    capacity: u64,
    free: u64,
}

/// Open jobs are accepted by whoever has the lowest sufficient tier, and most of its offer free.
pub(super) fn take(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let asset = scene.parameters.market.asset;
    let mut purses: BTreeMap<AccountHandle, Amount> = BTreeMap::new();
    let mut places: BTreeMap<ModelId, Vec<Place>> = BTreeMap::new();
    let minimum = scene.parameters.stake.as_ref().map_or(Amount::ZERO, |rules| rules.minimum);
    for (number, (provider, handle)) in scene.providers().enumerate() {
        if stake::active(scene.state, handle) < minimum {
            continue;
        }
        purses.insert(handle, scene.spendable(&provider.address, asset));
        let attested = attestation::tier(scene.state, handle, &scene.now);
        for model in provider.offers.keys() {
            if let Some(offer) = scene.state.market.jobs.offer(handle, *model) {
                let used = scene.state.market.jobs.used(handle, *model);
                let (capacity, tier) = (offer.capacity, offer.tier.min(attested));
                let free = capacity.saturating_sub(used);
                let place = Place { number, handle, tier, capacity, free };
                places.entry(*model).or_default().push(place);
            }
        }
    }
    for ((customer, number), job) in scene.state.market.jobs.jobs() {
        if !matches!(job.stage, Stage::Open) {
            continue;
        }
        let bond = bond(&job.rules, job.deposit).map_err(Failure::damage)?;
        let fits = |place: &&mut Place| {
            let purse = purses.get(&place.handle).copied().unwrap_or_default();
            place.tier >= job.tier && place.free >= job.max_units && purse >= bond
        };
        let own = places.get_mut(&job.model).into_iter().flatten().filter(fits);
        let share =
            |place: &Place| (u128::from(place.free) << 32) / u128::from(place.capacity.max(1));
        let Some(place) = own.min_by_key(|place| (place.tier, Reverse(share(place)))) else {
            continue;
        };
        place.free -= job.max_units;
        if let Some(purse) = purses.get_mut(&place.handle) {
            *purse = purse.checked_sub(bond).map_err(Failure::damage)?;
        }
        let customer = scene.state.ledger.address(customer);
        let message = JobMessage::AcceptJob(AcceptJob { customer, number });
        if let Some(provider) = scene.cast.providers.get(place.number) {
            draft.push(provider.address, Message::Job(message))?;
        }
    }
    Ok(())
}

/// Jobs that wait for their result, with who accepted them.
fn accepted<'a>(scene: &'a Scene) -> impl Iterator<Item = (JobId, &'a Job, AccountHandle)> {
    scene.state.market.jobs.jobs().filter_map(|(id, job)| match &job.stage {
        Stage::Accepted(taken) => Some((id, job, taken.provider)),
        Stage::Open | Stage::Revealed(..) | Stage::Disputed(..) => None,
    })
}

/// Who stays silent in an hour of silence: whoever accepted the first job.
pub(super) fn silent(scene: &Scene) -> Option<AccountHandle> {
    accepted(scene).map(|(_, _, provider)| provider).next()
}

/// Providers reveal the results of what they accepted. A customer asked for room: what was worked
/// is what its requests needed.
pub(super) fn deliver(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    let act = timeline::act(scene.now.epoch, hour);
    let silent = silent(scene).filter(|_| act == Some(Act::Silent));
    let genesis = scene.state.chain().genesis;
    for (at, ((customer, number), job, provider)) in accepted(scene).enumerate() {
        if silent == Some(provider) {
            continue;
        }
        let truth = match act {
            Some(Act::Wrong) if at == 0 => Truth::Wrong,
            Some(Act::Speechless) if at == 0 => Truth::Empty,
            _ => Truth::Right,
        };
        let address = |handle| -> Address { scene.state.ledger.address(handle) };
        let (customer, provider) = (address(customer), address(provider));
        let result = result(&job.commitment, truth);
        let units = u128::from(job.max_units) * u128::from(ROOM.1) / u128::from(ROOM.0);
        let bound = (&provider, &result);
        let message = RevealResult {
            customer,
            number,
            units: u64::try_from(units).unwrap_or(job.max_units).max(1),
            result,
            seal: result_seal(&genesis, (&customer, number), &job.commitment, bound),
        };
        draft.push(provider, Message::Job(JobMessage::RevealResult(message)))?;
    }
    Ok(())
}

/// Reporters measure what was revealed; no two measure quite the same.
pub(super) fn measure(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for ((customer, number), job) in scene.state.market.jobs.jobs() {
        let Stage::Revealed(taken, delivery) = &job.stage else {
            continue;
        };
        let customer = scene.state.ledger.address(customer);
        let purpose = format!("measures of {customer} {number}");
        let who = u64::from(taken.provider.0);
        let mut draws = Draws::new(scene.settings.seed, 0, who, &purpose);
        let late = draws.below(1_000) < LATE;
        let latency = match late {
            true => u64::from(MAX_LATENCY_MS) + 1 + draws.below(LATE_MS),
            false => LATENCY_MS.0 + draws.below(LATENCY_MS.1),
        };
        let quality = QUALITY.0 + draws.below(QUALITY.1);
        for reporter in &scene.cast.reporters {
            let handle = scene.state.ledger.handle(reporter);
            let mut measures = delivery.measures.iter();
            if measures.any(|measure| Some(measure.reporter) == handle) {
                continue;
            }
            // Up to one per cent off.
            let off = 995 + draws.below(11);
            let measured = |value: u64| value * off / 1_000;
            let quality = match truth(job) {
                Truth::Right => u16::try_from(measured(quality)).unwrap_or(u16::MAX),
                Truth::Wrong | Truth::Empty => WRONG_QUALITY,
            };
            let latency_ms = u32::try_from(measured(latency)).unwrap_or(u32::MAX);
            let message = AttestQuality { customer, number, latency_ms, quality_permille: quality };
            draft.push(*reporter, Message::Job(JobMessage::AttestQuality(message)))?;
        }
    }
    Ok(())
}
