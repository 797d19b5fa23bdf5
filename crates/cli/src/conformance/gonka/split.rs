//! Records of Gonka's reward split as frozen inputs and parameters of ours.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::Error;
use workmint_core::inputs::{
    EpochInputs, Nodes, Participants, Penalty, Row, WeightPenalty, WeightTransfer,
};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    MissedRequests, ModelId, Parameters, Schedule, Source, Stream,
};
use workmint_core::modules::rewards::{SettlementPlan, StreamPlan};
use workmint_core::modules::weights::Factors;
use workmint_core::modules::work::{MissTest, NetworkMisses};

use super::emission::factor;
use super::weights::{factor_of, number_of, numbered};
use crate::conformance::case::Node;
use crate::conformance::verdict::Mismatch;
use crate::source;

/// One account of a record; its row is its place.
pub(super) struct Account {
    pub(super) name: String,
    /// Whether the peer calls it active.
    pub(super) active: bool,
}

/// An epoch of a record. Rows are in the record's order, which no result depends on.
pub(super) struct Epoch {
    pub(super) accounts: Vec<Account>,
    pub(super) inputs: EpochInputs,
    /// Whether a verdict depends on requests of those who have no weight.
    pub(super) weightless_decide: bool,
}

/// The preset's rules; no cap but that of a record.
pub(super) fn mainnet() -> Result<Parameters, Mismatch> {
    let network = source::network("gonka-mainnet");
    let mut parameters =
        network.map_err(|failure| Mismatch::new(format!("{failure:?}")))?.parameters;
    parameters.assets.iter_mut().for_each(|asset| asset.cap = Amount::MAX);
    Ok(parameters)
}

/// What the peer takes where governance set no rate of misses.
pub(super) fn default_rate() -> Result<Ratio, Mismatch> {
    Ok("0.1".parse()?)
}

fn position(parameters: &Parameters, payments: bool) -> Result<usize, Mismatch> {
    let streams = &parameters.streams;
    let found = streams.iter().position(|of| matches!(of.source, Source::Payments) == payments);
    found.ok_or_else(|| Mismatch::new("gonka-mainnet lacks a stream"))
}

/// The stream of emission.
pub(super) fn emission_rules(parameters: &Parameters) -> Result<&Stream, Mismatch> {
    let at = position(parameters, false)?;
    parameters.streams.get(at).ok_or_else(|| Mismatch::new("a stream is missing"))
}

fn planned<'a>(
    parameters: &Parameters,
    plan: &'a SettlementPlan,
    payments: bool,
) -> Result<&'a StreamPlan, Mismatch> {
    let stream = plan.streams.get(position(parameters, payments)?);
    match stream.map(|stream| (stream, stream.quarantined)) {
        Some((stream, None)) => Ok(stream),
        Some((_, Some(code))) => Err(Mismatch::new(format!("the stream fails: error {code}"))),
        None => Err(Mismatch::new("a stream is not planned")),
    }
}

/// What the stream of emission does.
pub(super) fn emission_stream<'a>(
    parameters: &Parameters,
    plan: &'a SettlementPlan,
) -> Result<&'a StreamPlan, Mismatch> {
    planned(parameters, plan, false)
}

/// What the stream of payments does.
pub(super) fn work_stream<'a>(
    parameters: &Parameters,
    plan: &'a SettlementPlan,
) -> Result<&'a StreamPlan, Mismatch> {
    planned(parameters, plan, true)
}

/// Emission of so much in every epoch.
pub(super) fn set_reward(parameters: &mut Parameters, reward: Amount) {
    let factor = Ratio::ONE;
    parameters.emission.schedule =
        Schedule::Geometric { initial: reward, factor, period_epochs: 1 };
    parameters.emission.allocation = Amount::MAX;
}

/// The schedule by a record's initial reward, decay rate and genesis epoch.
pub(super) fn set_schedule(
    parameters: &mut Parameters,
    [initial, rate, genesis]: [Node<'_>; 3],
    allocation: Amount,
) -> Result<(), Mismatch> {
    // A rate without a factor emits nothing, and the settlement goes on.
    let (initial, factor) = match factor(&rate)? {
        Some(factor) => (initial.amount()?, factor),
        None => (Amount::ZERO, Ratio::ONE),
    };
    let emission = &mut parameters.emission;
    emission.schedule = Schedule::Geometric { initial, factor, period_epochs: 1 };
    emission.genesis_epoch = genesis.number()?;
    emission.allocation = allocation;
    Ok(())
}

/// The first of the rows with each name.
pub(super) fn first_of<'a>(
    rows: &[Node<'a>],
    key: &str,
) -> Result<BTreeMap<&'a str, Node<'a>>, Mismatch> {
    let mut first = BTreeMap::new();
    for row in rows {
        first.entry(row.at(key).text()?).or_insert_with(|| row.clone());
    }
    Ok(first)
}

/// Parameters and inputs of a record of the reward split; `supply` is what emission may ever mint,
/// `settleParams` what it has minted.
pub(super) fn read(input: &Node<'_>, supply: Amount) -> Result<(Parameters, Epoch), Mismatch> {
    let mut parameters = mainnet()?;
    let rules = input.at("bitcoinParams");
    let schedule = ["InitialEpochReward", "DecayRate", "GenesisEpoch"].map(|key| rules.at(key));
    set_schedule(&mut parameters, schedule, supply)?;
    let rate = input.at("validationParams").at("BinomTestP0").ratio()?;
    let rate = if rate.is_zero() { default_rate()? } else { rate };
    parameters.work.missed_requests = MissedRequests::Tables { rate, follows_network: true };
    let group = input.at("epochGroupData");
    let weigher = Weigher::new(&group)?;
    if weigher.factors.is_none() {
        parameters.weights.confirmation = None;
    }
    let members = group.at("ValidationWeights").list()?;
    let members = first_of(&members, "MemberAddress")?;
    let mut epoch = Epoch::new(&parameters, group.at("EpochIndex").number()?);
    epoch.inputs.emission.minted = input.at("settleParams").at("total_subsidy_paid").amount()?;
    for participant in input.at("participants").list()? {
        let name = participant.at("Address").text()?;
        let mut row = epoch.blank()?;
        if let Some(member) = members.get(name) {
            row.effective = weight_of(&member.at("Weight"))?;
            row.confirmed = weight_of(&member.at("ConfirmationWeight"))?;
            let nodes = input.at("participantMLNodes").at(name);
            row.potential = weigher.potential(row.effective, &nodes)?;
        }
        let balance = participant.at("CoinBalance");
        let amount = Amount::new(balance.integer()?.unsigned_abs());
        if balance.integer()? < 0 {
            row.debt = amount;
        } else {
            row.work = amount;
        }
        let stats = participant.at("CurrentEpochStats");
        row.requests = stats.at("InferenceCount").number()?;
        row.missed = stats.at("MissedRequests").number()?;
        row.penalty = match participant.at("Status").text()? {
            "ACTIVE" => Penalty::None,
            "INVALID" => Penalty::Refuted,
            _ => Penalty::Inactive,
        };
        epoch.push(name, row)?;
    }
    epoch.judge(&parameters)?;
    epoch.adjust(input)?;
    Ok((parameters, epoch))
}

/// A weight; what is below 0 counts as none.
fn weight_of(node: &Node<'_>) -> Result<u64, Mismatch> {
    Ok(u64::try_from(node.number::<i64>()?).unwrap_or(0))
}

/// Potential weights by the scales of a record; without scales nothing is confirmed.
struct Weigher<'a> {
    names: BTreeMap<&'a str, u16>,
    factors: Option<Factors>,
}

impl<'a> Weigher<'a> {
    fn new(group: &Node<'a>) -> Result<Self, Mismatch> {
        let scales = group.at("ConfirmationWeightScales").list()?;
        let mut factors = BTreeMap::new();
        for scale in &scales {
            factors.insert(scale.at("ModelId").text()?, factor_of(scale)?);
        }
        let names = numbered(factors.keys().copied());
        let by_model = names.keys().map(|name| factors.get(name).copied()).collect();
        let factors = if scales.is_empty() { None } else { Some(Factors::new(by_model)) };
        Ok(Self { names, factors })
    }

    fn potential(&self, effective: u64, nodes: &Node<'_>) -> Result<u64, Mismatch> {
        let Some(factors) = &self.factors else {
            return Ok(effective);
        };
        let mut rows = Vec::new();
        for (model, list) in nodes.members()? {
            // A model without a scale does not count.
            let Ok(model) = number_of(&self.names, model) else {
                continue;
            };
            for node in list.list()? {
                rows.push((ModelId(model), node.at("PocWeight").number()?));
            }
        }
        Ok(factors.potential(rows)?)
    }
}

impl Epoch {
    pub(super) fn new(parameters: &Parameters, epoch: u64) -> Self {
        let facts = Facts {
            epoch,
            blocks: 1,
            minted: Amount::ZERO,
            asset_issued: Amount::ZERO,
            work: Amount::ZERO,
            reductions: 0,
            ..Facts::default()
        };
        let inputs = EpochInputs {
            epoch,
            height: 0,
            time_ms: 0,
            parameters_version: 0,
            emission: facts,
            pots: vec![(parameters.market.asset, Pot::Payments, Amount::ZERO)],
            burned_fees: Amount::ZERO,
            model_units: Vec::new(),
            participants: Participants::default(),
            nodes: Nodes::default(),
            weight_penalties: Vec::new(),
            weight_transfers: Vec::new(),
            ..EpochInputs::default()
        };
        Self { accounts: Vec::new(), inputs, weightless_decide: false }
    }

    /// A row without weight or work; its address is the number of the row.
    fn blank(&self) -> Result<Row, Mismatch> {
        let mut address = [0; 20];
        let number = u64::try_from(self.inputs.participants.len())?;
        for (byte, of) in address.iter_mut().rev().zip(number.to_le_bytes()) {
            *byte = of;
        }
        Ok(Row::idle(Address(address)))
    }

    fn push(&mut self, name: &str, row: Row) -> Result<(), Mismatch> {
        let active = row.penalty == Penalty::None;
        self.accounts.push(Account { name: name.to_owned(), active });
        self.inputs.participants.push(row, 0);
        for (_, _, paid) in &mut self.inputs.pots {
            *paid = paid.checked_add(row.work)?;
        }
        Ok(())
    }

    /// A participant of whom only the weight is known.
    pub(super) fn plain(&mut self, name: &str, weight: u64, work: Amount) -> Result<(), Mismatch> {
        let row = self.blank()?;
        let row = Row { potential: weight, effective: weight, confirmed: weight, work, ..row };
        self.push(name, row)
    }

    /// A participant in the words of a transcribed test.
    pub(super) fn transcribed(&mut self, name: &str, of: &Node<'_>) -> Result<(), Mismatch> {
        let weight = weight_of(&of.at("weight"))?;
        let row = Row {
            potential: weight,
            effective: weight,
            confirmed: weight_of(&of.at("confirmation_weight"))?,
            requests: of.at("inference_count").number()?,
            missed: of.at("missed_requests").number()?,
            work: of.at("coin_balance").amount()?,
            ..self.blank()?
        };
        self.push(name, row)
    }

    /// The row of an account.
    pub(super) fn row(&self, name: &str) -> Option<usize> {
        self.accounts.iter().position(|account| account.name == name)
    }

    /// Judges missed requests by the rate of all, as the peer does; notes where the rate that a
    /// close goes by, of those with a weight, decides otherwise.
    pub(super) fn judge(&mut self, parameters: &Parameters) -> Result<(), Mismatch> {
        let rule = &parameters.work.missed_requests;
        let ours = MissTest::for_epoch(rule, &self.inputs.network_misses()?)?;
        let people = &mut self.inputs.participants;
        let counts = || people.missed.iter().copied().zip(people.requests.iter().copied());
        let theirs = MissTest::for_epoch(rule, &NetworkMisses::of(counts())?)?;
        let verdicts: Result<Vec<_>, Error> = counts()
            .map(|(missed, answered)| {
                Ok((theirs.fails(missed, answered)?, ours.fails(missed, answered)?))
            })
            .collect();
        for (penalty, (theirs, ours)) in people.penalty.iter_mut().zip(verdicts?) {
            if *penalty == Penalty::None && theirs {
                *penalty = Penalty::Downtime;
            }
            self.weightless_decide |= theirs != ours;
        }
        Ok(())
    }

    /// Weights lost and moved for models not served.
    fn adjust(&mut self, input: &Node<'_>) -> Result<(), Mismatch> {
        for penalty in input.at("delegationRewardPenalties").list()? {
            if let Some(row) = self.row(penalty.at("Participant").text()?) {
                let fraction = penalty.at("PenaltyFraction").ratio()?;
                let participant = u32::try_from(row)?;
                self.inputs.weight_penalties.push(WeightPenalty { participant, fraction });
            }
        }
        let moves = input.at("delegationRewardTransfers").list()?;
        // Whoever is not there receives nothing, as somebody without weight does.
        let nobody = self.accounts.len();
        if !moves.is_empty() {
            self.inputs.participants.push(self.blank()?, 0);
        }
        for transfer in moves {
            if let Some(from) = self.row(transfer.at("From").text()?) {
                let to = self.row(transfer.at("To").text()?).unwrap_or(nobody);
                let (from, to) = (u32::try_from(from)?, u32::try_from(to)?);
                let share = transfer.at("Share").ratio()?;
                self.inputs.weight_transfers.push(WeightTransfer { from, to, share });
            }
        }
        Ok(())
    }
}
