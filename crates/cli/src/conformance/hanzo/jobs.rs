//! Adapters: what a job locks, costs and pays: `earnings_per_job` of document 003 and
//! `_calculateEscrow` of ComputeMarket. Every record is a job on a chain: created, accepted,
//! revealed, measured, paid.

use super::network::{AI, ONE_AI, jobs, local};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{Holding, LocalChain, REPORTER, address};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::market::Event as MarketEvent;
use workmint_core::modules::market::jobs::{
    AcceptJob, AttestQuality, CreateJob, Error as JobError, Event as JobEvent, Message as Job,
    Outcome as End, PutOffer, RevealResult, result_seal,
};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::stake::DepositStake;
use workmint_core::names::ModelId;
use workmint_core::time::DAY_MS;
use workmint_core::{Error, Event, Hash, Message};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        file: "document_formulas",
        function: "earnings_per_job = base_rate*quality*tier (units)",
        run: earnings,
    },
    Adapter { file: "", function: "ComputeMarket._calculateEscrow", run: escrow },
];

const CUSTOMER: &str = "customer";
const PROVIDER: &str = "provider";

/// What both have at first, base units: more than any record asks for.
const RICH: Amount = Amount::new(1 << 120);

/// Most units of a job that a network may allow, and what the provider offers in an epoch.
const MOST_UNITS: u64 = 1 << 32;

/// The chain's first model.
const MODEL: ModelId = ModelId(0);

/// What a job of these units asks for.
struct Order {
    units: u64,
    tier: u8,
    /// Most the customer locks.
    limit: Amount,
}

/// What became of a paid job.
struct Life {
    /// The customer's deposit.
    locked: Amount,
    /// Out of it, fee included.
    payment: Amount,
    refunded: Amount,
}

/// A chain where a unit has this price and a staked provider offers whatever a job may ask for.
fn market(mut rules: Parameters, price: Amount, tier: u8) -> Result<LocalChain, Mismatch> {
    rules.models.iter_mut().for_each(|model| model.price_per_unit = price);
    jobs(&mut rules)?.max_units = MOST_UNITS;
    let minimum = rules.stake.as_ref().map_or(Amount::ZERO, |stake| stake.minimum);
    let holding = |who| Holding { who, asset: AI, amount: RICH, vesting_epochs: 0 };
    let mut chain = LocalChain::new(rules, &[holding(CUSTOMER), holding(PROVIDER)])?;
    chain.join(PROVIDER)?;
    if tier > 0 {
        chain.attest_tier(PROVIDER, tier)?;
    }
    let stake = DepositStake { amount: minimum, lock_ms: 0 };
    chain.send(address(PROVIDER), Message::DepositStake(stake))??;
    let offer = PutOffer { model: MODEL, tier, capacity: MOST_UNITS };
    chain.send(address(PROVIDER), Message::Job(Job::PutOffer(offer)))??;
    Ok(chain)
}

/// The customer's first job, or why it is refused.
fn create(chain: &mut LocalChain, order: &Order) -> Result<Result<(), Error>, Mismatch> {
    let job = CreateJob {
        model: MODEL,
        max_units: order.units,
        tier: order.tier,
        max_latency_ms: 1_000,
        max_spend: order.limit,
        commitment: Hash::ZERO,
        provider: None,
    };
    chain.send(address(CUSTOMER), Message::Job(Job::CreateJob(job)))
}

/// The job of this order is accepted, all its units are revealed, measured and, as nobody disputes
/// them, paid.
fn live(chain: &mut LocalChain, order: &Order, permille: u16) -> Result<Life, Mismatch> {
    let (customer, provider, number) = (address(CUSTOMER), address(PROVIDER), 0);
    let locked = chain.state.ledger.locked(chain.handle(CUSTOMER)?, AI, LockKind::Job);
    let accept = AcceptJob { customer, number };
    chain.send(provider, Message::Job(Job::AcceptJob(accept)))??;
    let (genesis, result) = (chain.state.chain().genesis, Hash::ZERO);
    let seal = result_seal(&genesis, (&customer, number), &Hash::ZERO, (&provider, &result));
    let reveal = RevealResult { customer, number, units: order.units, result, seal };
    chain.send(provider, Message::Job(Job::RevealResult(reveal)))??;
    let measure = AttestQuality { customer, number, latency_ms: 1, quality_permille: permille };
    chain.send(address(REPORTER), Message::Job(Job::AttestQuality(measure)))??;
    let applied = chain.wait(DAY_MS)?;
    let ended = applied.events.iter().find_map(|event| match event {
        Event::Market(MarketEvent::Job(JobEvent::Ended {
            outcome, paid, fee, refunded, ..
        })) => Some((*outcome, *paid, *fee, *refunded)),
        _ => None,
    });
    let (outcome, paid, fee, refunded) = ended.ok_or_else(|| Mismatch::new("a job did not end"))?;
    require("how the job ended", outcome, End::Paid)?;
    Ok(Life { locked, payment: paid.checked_add(fee)?, refunded })
}

/// A whole number of thousandths.
fn thousandths(node: &Node<'_>) -> Result<u16, Mismatch> {
    let exact = node.ratio()?.checked_mul(Ratio::from_integer(1_000))?;
    require("thousandths", exact.denominator(), 1)?;
    u16::try_from(exact.numerator()).map_err(|_| Mismatch::new("a quality above 65"))
}

/// What the document's provider earns is what its customer pays, the market's fee included.
fn earnings(case: &Case) -> Outcome {
    let input = case.input();
    let rules = local()?;
    let multiplier = input.at("tier").ratio()?;
    let tiers = rules.attestation.iter().flat_map(|rules| &rules.tiers);
    let tier = tiers.into_iter().position(|tier| tier.multiplier == multiplier);
    let tier = u8::try_from(tier.ok_or_else(|| Mismatch::new("no tier has this bonus"))?)?;
    let wei = Ratio::from_integer(ONE_AI);
    let price = input.at("base").ratio()?.checked_mul(wei)?;
    require("a price of whole base units", price.denominator(), 1)?;
    let order = Order { units: input.at("units").number()?, tier, limit: Amount::MAX };
    let mut chain = market(rules, Amount::new(price.numerator()), tier)?;
    create(&mut chain, &order)??;
    let life = live(&mut chain, &order, thousandths(&input.at("quality"))?)?;
    require("the deposit", life.payment.checked_add(life.refunded)?, life.locked)?;
    let expected = case.expected().ratio()?.checked_mul(wei)?;
    same("payment", Ratio::from_integer(life.payment.get()), expected)
}

/// `_calculateEscrow`'s price is of 10^18 tokens: a base unit here is the 10^18th part of its unit,
/// so that the price of a token is whole.
const PARTS: u128 = 1_000_000_000_000_000_000;

/// The peer locks 110 % of its estimate: our largest quality of this record.
fn margin() -> Result<Ratio, Mismatch> {
    Ok(Ratio::new(11, 10)?)
}

fn escrow(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let (price, units) = (input.at("price").amount()?, input.at("tokens").number()?);
    let most = input.at("max_payment").amount()?;
    require("the peer refuses", expected.has("revert"), false)?;
    let (estimate, escrow) = (expected.at("estimate").amount()?, expected.at("escrow").amount()?);
    let mut rules = local()?;
    jobs(&mut rules)?.most_quality = margin()?;
    let mut chain = market(rules, price, 0)?;
    let limit = most.checked_mul(PARTS).unwrap_or(Amount::MAX);
    let order = Order { units, tier: 0, limit };
    let answer = create(&mut chain, &order)?;
    if units == 0 || price.is_zero() {
        require("a job for nothing is refused", answer.is_err(), true)?;
        require("estimate and escrow", (estimate, escrow), (Amount::ZERO, Amount::ZERO))?;
        return Ok(Verdict::Deviates(Decision::JobsCoverTheirCost));
    }
    let exact = price.checked_mul(u128::from(units))?;
    let deposit = Ratio::new(11, 10)?.apply_ceil(exact)?;
    if let Err(refused) = &answer {
        let due = Error::from(JobError::AboveMaxSpend { deposit, max_spend: limit });
        require("the refusal", refused.code(), due.code())?;
        create(&mut chain, &Order { limit: Amount::MAX, ..order })??;
    }
    require("refused", answer.is_err(), deposit > limit)?;
    let life = live(&mut chain, &order, 1_000)?;
    require("deposit", life.locked, deposit)?;
    require("payment", life.payment, exact)?;
    require("payment and refund", life.payment.checked_add(life.refunded)?, life.locked)?;
    // The peer cuts the price off to its unit, then the margin, then to what the customer allows.
    let cut = Amount::new(life.payment.get() / PARTS);
    require("estimate", cut, estimate)?;
    require("escrow", margin()?.apply_floor(cut)?.min(most), escrow)?;
    if answer.is_ok() && escrow.checked_mul(PARTS)? == life.locked {
        return Ok(Verdict::Passed);
    }
    Ok(Verdict::Deviates(Decision::JobsCoverTheirCost))
}
