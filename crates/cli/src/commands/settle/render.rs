//! A settled epoch for machines: JSON and CSV, row by row.

use std::collections::HashMap;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::emission::Bound;
use workmint_core::modules::parameters::{
    Asset, AssetId, Destination, Parameters, Remainder, Score,
};
use workmint_core::modules::rewards::{CountedWeights, StreamScores};
use workmint_core::modules::settlement::StreamLine;
use workmint_core::tree::Tree;

use super::Settled;
use crate::failure::Failure;
use crate::output::{Out, amount_json, asset_of, hex};
use workmint_answers::buckets::bucket_json;
use workmint_answers::proof::{LEAF_ENCODING, claim_json};

/// The assets a settlement speaks of.
pub(super) struct Assets<'a> {
    /// What work is paid in.
    pub(super) work: &'a Asset,
    /// What is emitted.
    pub(super) reward: &'a Asset,
    /// What is slashed.
    pub(super) collateral: &'a Asset,
}

impl<'a> Assets<'a> {
    pub(super) fn of(parameters: &'a Parameters) -> Result<Self, Failure> {
        Ok(Self {
            work: asset_of(parameters, parameters.market.asset)?,
            reward: asset_of(parameters, parameters.emission.asset)?,
            collateral: asset_of(parameters, parameters.collateral.asset)?,
        })
    }
}

/// One participant's result.
pub(super) struct Line<'a> {
    pub(super) account: workmint_core::Address,
    /// How the input wrote it, if not as we do.
    pub(super) written: Option<&'a str>,
    pub(super) potential: u64,
    pub(super) effective: u64,
    pub(super) requests: u64,
    pub(super) missed: u64,
    pub(super) units: u64,
    /// Paid for work.
    pub(super) work: Amount,
    /// Paid from emission.
    pub(super) reward: Amount,
    /// What a penalty removed of emission.
    pub(super) forfeited: Amount,
    /// Taken of collateral.
    pub(super) slashed: Amount,
    /// What can be claimed, by asset.
    pub(super) totals: Vec<(AssetId, Amount)>,
}

impl Settled<'_> {
    /// The lines, ascending by address.
    pub(super) fn lines(&self) -> Result<impl Iterator<Item = Line<'_>> + '_, Failure> {
        let inputs = &self.settlement.inputs;
        let record = &self.settlement.record;
        let forfeits = self.forfeits()?;
        let rows = (0..inputs.participants.len()).filter_map(|at| {
            let row = inputs.participants.row(at)?;
            let summary = (
                record.summaries.earned.get(at).copied()?,
                record.summaries.rewarded.get(at).copied()?,
            );
            Some((at, row, summary))
        });
        Ok(rows.map(move |(at, row, (work, reward))| {
            let entries = record.entries.of(&row.account);
            let totals = entries.filter_map(|at| record.entries.get(at));
            Line {
                account: row.account,
                written: self.written.get(&row.account).map(String::as_str),
                potential: row.potential,
                effective: row.effective,
                requests: row.requests,
                missed: row.missed,
                units: row.units,
                work,
                reward,
                forfeited: forfeits.get(&at).copied().unwrap_or_default(),
                slashed: row.slashed,
                totals: totals.map(|(_, asset, amount)| (asset, amount)).collect(),
            }
        }))
    }

    /// What each participant lost of emission streams that are divided by all scores.
    fn forfeits(&self) -> Result<HashMap<usize, Amount>, Failure> {
        let (inputs, plan) = (&self.settlement.inputs, &self.settlement.plan);
        let counted = CountedWeights::new(self.parameters, inputs).map_err(Failure::damage)?;
        let mut lost: HashMap<usize, Amount> = HashMap::new();
        for (stream, planned) in self.parameters.streams.iter().zip(&plan.streams) {
            if planned.forfeited.is_zero() {
                continue;
            }
            let scores = StreamScores::new(self.parameters, stream, inputs, counted.as_ref());
            let scores = scores.map_err(Failure::damage)?;
            for at in (0..inputs.participants.len()).filter(|at| scores.is_lowered(*at)) {
                let line = scores.line(planned, stream.denominator, at).map_err(Failure::damage)?;
                let sum = lost.entry(at).or_default();
                *sum = sum.checked_add(line.forfeited).map_err(Failure::damage)?;
            }
        }
        Ok(lost)
    }

    /// The tree of all claims, if proofs are wanted.
    pub(super) fn tree(&self) -> Option<Tree> {
        let record = &self.settlement.record;
        self.proofs.then(|| Tree::new(record.entries.leaves(record.header.epoch)))
    }
}

/// The word of a destination.
pub(crate) fn destination(to: Destination) -> &'static str {
    match to {
        Destination::Burn => "burn",
        Destination::Treasury => "treasury",
        Destination::Recycling => "recycling",
    }
}

/// The word of a limit.
pub(crate) fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Schedule => "schedule",
        Bound::Allocation => "allocation",
        Bound::Cap => "cap",
    }
}

/// What a JSON document says of the epoch as a whole, in order.
pub(super) fn head_json(settled: &Settled<'_>) -> Result<Vec<(&'static str, Value)>, Failure> {
    let parameters = settled.parameters;
    let assets = Assets::of(parameters)?;
    let header = &settled.settlement.record.header;
    let reward = |amount| amount_json(amount, assets.reward);
    let mut streams = Vec::new();
    for line in &header.streams {
        streams.push(stream_json(parameters, line)?);
    }
    let mut head = vec![
        ("network", json!(parameters.network.name.as_str())),
        ("epoch", json!(header.epoch.to_string())),
        ("assumed", json!(settled.assumed)),
        ("by_schedule", reward(header.emission.plain)),
        ("scheduled", reward(header.emission.scheduled)),
        ("unmet_quota", reward(header.emission.unmet)),
        ("blocks", reward(header.emission.blocks)),
        ("budget", reward(header.emission.budget)),
        ("limited_by", json!(bound(header.emission.bound_by))),
        ("minted", reward(header.minted)),
        ("root", json!(header.root.to_string())),
        ("streams", json!(streams)),
    ];
    if let Some(reason) = super::summary::nothing_minted(settled) {
        head.push(("nothing_minted", json!(reason)));
    }
    Ok(head)
}

pub(super) fn as_json(out: &mut Out, settled: &Settled<'_>) -> Result<(), Failure> {
    let parameters = settled.parameters;
    let assets = Assets::of(parameters)?;
    out.line("{")?;
    for (key, value) in head_json(settled)? {
        out.line(format_args!("  \"{key}\": {value},"))?;
    }
    out.text("  \"participants\": [")?;
    let mut separator = "\n";
    for line in settled.lines()? {
        out.text(separator)?;
        out.text(&format!("    {}", line_json(parameters, &assets, &line)?))?;
        separator = ",\n";
    }
    out.text("\n  ]")?;
    if let Some(tree) = settled.tree() {
        claims_json(out, settled, &tree)?;
    }
    out.text("\n}\n")
}

fn line_json(
    parameters: &Parameters,
    assets: &Assets<'_>,
    line: &Line<'_>,
) -> Result<Value, Failure> {
    let mut totals = Vec::new();
    for (asset, amount) in &line.totals {
        totals.push(amount_json(*amount, asset_of(parameters, *asset)?));
    }
    let mut value = json!({
        "account": line.account.to_string(),
        "potential_weight": line.potential.to_string(),
        "effective_weight": line.effective.to_string(),
        "requests": line.requests.to_string(),
        "missed": line.missed.to_string(),
        "units": line.units.to_string(),
        "work_paid": amount_json(line.work, assets.work),
        "reward_paid": amount_json(line.reward, assets.reward),
        "forfeited": amount_json(line.forfeited, assets.reward),
        "slashed": amount_json(line.slashed, assets.collateral),
        "total": totals,
    });
    if let (Some(written), Some(object)) = (line.written, value.as_object_mut()) {
        object.insert("written_as".to_owned(), json!(written));
    }
    Ok(value)
}

/// What the stream of a line scores.
pub(super) fn score_of_line<'a>(
    parameters: &'a Parameters,
    line: &StreamLine,
) -> Option<&'a Score> {
    let mut streams = parameters.streams.iter();
    streams.find(|stream| stream.name == line.name).map(|stream| &stream.score)
}

fn stream_json(parameters: &Parameters, line: &StreamLine) -> Result<Value, Failure> {
    let asset = asset_of(parameters, line.asset)?;
    let amount = |amount| amount_json(amount, asset);
    let mut value = json!({
        "name": line.name.as_str(),
        "fresh": amount(line.fresh),
        "carried_in": amount(line.carried_in),
        "budget": amount(line.budget),
        "denominator": line.denominator.to_string(),
        "denominator_unit": match score_of_line(parameters, line) {
            Some(Score::PocWeight(_)) => "10^-18 weight",
            Some(Score::ModelShares) => "10^-30 of the models' shares",
            Some(Score::Performance) => "1/65,535 of a full weight",
            Some(Score::BlocksProposed) => "blocks",
            Some(Score::YumaIncentive) => "parts of incentive",
            Some(Score::YumaDividends) => "parts of dividends",
            Some(Score::Liquidity) => "shares of the pool",
            Some(
                Score::WorkDone
                | Score::Rate(_)
                | Score::Availability(_)
                | Score::BondedStake
                | Score::StakingPower(_),
            ) => "base units",
            Some(Score::FixedAccount { .. }) | None => "none",
        },
        "recipients": line.recipients.to_string(),
        "paid": amount(line.paid),
        "forfeited": amount(line.forfeited),
        "forfeits_to": destination(line.forfeits_to),
        "dust": amount(line.dust),
        "dust_to": match line.remainder {
            Remainder::Carry => format!("carry/{}", line.name),
            Remainder::Forfeits => destination(line.forfeits_to).to_owned(),
        },
        "recovered": amount(line.recovered),
        "delegated": amount(line.delegated),
    });
    if let (Some(bucket), Some(object)) = (&line.bucket, value.as_object_mut()) {
        object.insert("bucket".to_owned(), bucket_json(bucket, asset));
    }
    Ok(value)
}

/// All claims with proofs, in the form that `verify-proof` and OpenZeppelin's library read.
pub(super) fn claims_json(
    out: &mut Out,
    settled: &Settled<'_>,
    tree: &Tree,
) -> Result<(), Failure> {
    let record = &settled.settlement.record;
    out.text(&format!(
        ",\n  \"leaf_encoding\": {},\n  \"complete\": true,\n  \"claims\": [",
        json!(LEAF_ENCODING)
    ))?;
    let mut separator = "\n";
    for at in 0..record.entries.len() {
        let leaf = record.entries.leaf(record.header.epoch, at);
        let Some((leaf, proof)) = leaf.and_then(|leaf| Some((leaf, tree.proof(&leaf.hash())?)))
        else {
            return Err(Failure::damage("a claim is not in its own tree"));
        };
        out.text(separator)?;
        out.text(&format!("    {}", claim_json(&leaf, &proof)))?;
        separator = ",\n";
    }
    out.text("\n  ]")
}

pub(super) fn as_csv(out: &mut Out, settled: &Settled<'_>) -> Result<(), Failure> {
    let parameters = settled.parameters;
    let assets = Assets::of(parameters)?;
    let (work, reward) = (&assets.work.symbol, &assets.reward.symbol);
    let mut totals = vec![parameters.emission.asset];
    if parameters.market.asset != parameters.emission.asset {
        totals.push(parameters.market.asset);
    }
    let mut head = format!(
        "account,potential_weight,effective_weight,requests,missed,units,work_paid_{work},\
         reward_paid_{reward},forfeited_{reward},slashed_{}",
        assets.collateral.symbol
    );
    for id in &totals {
        let symbol = &asset_of(parameters, *id)?.symbol;
        head.push_str(&format!(",total_{symbol}"));
        if settled.proofs {
            head.push_str(&format!(",proof_{symbol}"));
        }
    }
    if !settled.written.is_empty() {
        head.push_str(",written_as");
    }
    out.line(head)?;
    let tree = settled.tree();
    for line in settled.lines()? {
        let mut text = format!(
            "{},{},{},{},{},{},{},{},{},{}",
            line.account,
            line.potential,
            line.effective,
            line.requests,
            line.missed,
            line.units,
            line.work.to_decimal(assets.work.decimals),
            line.reward.to_decimal(assets.reward.decimals),
            line.forfeited.to_decimal(assets.reward.decimals),
            line.slashed.to_decimal(assets.collateral.decimals),
        );
        for id in &totals {
            let mut of = line.totals.iter().filter(|(asset, _)| asset == id);
            let amount = of.next().map_or(Amount::ZERO, |(_, amount)| *amount);
            let decimals = asset_of(parameters, *id)?.decimals;
            text.push_str(&format!(",{}", amount.to_decimal(decimals)));
            if let Some(tree) = &tree {
                text.push(',');
                text.push_str(&proof_cell(settled, tree, &line, *id, amount));
            }
        }
        if !settled.written.is_empty() {
            text.push(',');
            text.push_str(line.written.unwrap_or_default());
        }
        out.line(text)?;
    }
    Ok(())
}

/// The nodes of a proof, separated by semicolons; empty without a claim.
fn proof_cell(
    settled: &Settled<'_>,
    tree: &Tree,
    line: &Line<'_>,
    asset: AssetId,
    amount: Amount,
) -> String {
    let leaf = workmint_core::tree::Leaf {
        epoch: settled.settlement.record.header.epoch,
        account: line.account,
        asset: workmint_core::tree::asset_address(asset),
        amount,
    };
    let nodes = tree.proof(&leaf.hash()).unwrap_or_default();
    let nodes: Vec<String> = nodes.iter().map(hex).collect();
    nodes.join(";")
}
