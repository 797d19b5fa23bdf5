//! What became of everything since genesis: streams, tiers, and what was voted.

use super::cast::Cast;
use super::sales::Sales;
use crate::demo::table::cut;
use crate::failure::Failure;
use crate::output::{Side, Table, amount_json, asset_of, grouped};
use serde_json::{Map, Value, json};
use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::attestation;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::stake;
use workmint_core::names::AssetId;
use workmint_core::time::Now;
use workmint_storage::store::Store;

/// One stream since genesis.
struct StreamAccount {
    name: String,
    asset: AssetId,
    /// Base units.
    paid: Amount,
    /// How many it paid in the last epoch.
    recipients: u64,
}

/// Providers of one tier now.
#[derive(Clone, Copy, Default)]
struct TierAccount {
    providers: u64,
    /// Base units.
    staked: Amount,
}

/// Everything since genesis.
pub(super) struct Account {
    streams: Vec<StreamAccount>,
    tiers: Vec<(String, TierAccount)>,
    /// The market's fee by the first epoch that ran under it.
    rates: Vec<(u64, String)>,
}

impl Account {
    /// Recounts: streams from the settlements' records, the fee from the parameters each epoch ran
    /// under, tiers from the state.
    pub(super) fn recount(store: &Store, cast: &Cast) -> Result<Self, Failure> {
        let state = store.state();
        let parameters = &store.genesis().parameters;
        let mut streams: Vec<StreamAccount> = Vec::new();
        let mut rates: Vec<(u64, String)> = Vec::new();
        for header in state.settlement.headers(..) {
            for line in &header.streams {
                let found = streams.iter().position(|stream| stream.name == line.name.as_str());
                let at = found.unwrap_or_else(|| {
                    let (name, asset) = (line.name.to_string(), line.asset);
                    streams.push(StreamAccount { name, asset, paid: Amount::ZERO, recipients: 0 });
                    streams.len() - 1
                });
                if let Some(stream) = streams.get_mut(at) {
                    stream.paid = stream.paid.checked_add(line.paid).map_err(Failure::damage)?;
                    stream.recipients = line.recipients;
                }
            }
            let ran = store.epoch_inputs(header.epoch)?.parameters;
            if let Some(fee) = ran.market.fee {
                let rate = fee.rate.to_string();
                if rates.last().is_none_or(|(_, last)| *last != rate) {
                    rates.push((header.epoch, rate));
                }
            }
        }
        Ok(Self { streams, tiers: tiers(state, parameters, cast)?, rates })
    }

    /// In lines of text.
    pub(super) fn lines(
        &self,
        parameters: &Parameters,
        sales: &Sales,
    ) -> Result<Vec<String>, Failure> {
        let mut lines = vec![String::new(), "Since genesis:".to_owned()];
        let heads = [("stream", Side::Left), ("paid", Side::Right), ("", Side::Left)];
        let last = ("recipients in the last epoch", Side::Right);
        let mut table = Table::new(&[heads[0], heads[1], heads[2], last]);
        for stream in &self.streams {
            let asset = asset_of(parameters, stream.asset)?;
            let (paid, unit) = (cut(stream.paid, asset), asset.symbol.to_string());
            table.row(vec![stream.name.clone(), paid, unit, grouped(stream.recipients)]);
        }
        lines.extend(table.lines());
        lines.push(String::new());
        lines.extend(self.tier_table(parameters, sales)?);
        lines.push(String::new());
        lines.extend(self.fees());
        Ok(lines)
    }

    /// Providers and stakes now, and what each tier sold in this run.
    fn tier_table(&self, parameters: &Parameters, sales: &Sales) -> Result<Vec<String>, Failure> {
        let Some(rules) = parameters.stake.as_ref().filter(|_| !self.tiers.is_empty()) else {
            return Ok(Vec::new());
        };
        let stake = asset_of(parameters, rules.asset)?;
        let market = asset_of(parameters, parameters.market.asset)?;
        let heads = [
            "providers now".to_owned(),
            format!("staked, {}", stake.symbol),
            "jobs of this run".to_owned(),
            "units".to_owned(),
            format!("paid, {}", market.symbol),
            format!("{} a million units", market.symbol),
        ];
        let heads = heads.iter().map(|head| (head.as_str(), Side::Right));
        let heads: Vec<(&str, Side)> = [("tier", Side::Left)].into_iter().chain(heads).collect();
        let mut table = Table::new(&heads);
        for (number, (name, tier)) in self.tiers.iter().enumerate() {
            let sale = sales.of(number);
            table.row(vec![
                name.clone(),
                grouped(tier.providers),
                cut(tier.staked, stake),
                grouped(sale.jobs),
                grouped(sale.units),
                cut(sale.paid, market),
                cut(sale.average()?, market),
            ]);
        }
        Ok(table.lines())
    }

    /// How the market's fee changed.
    fn fees(&self) -> Option<String> {
        let mut rates = self.rates.iter();
        let (_, first) = rates.next()?;
        let changes = rates.map(|(epoch, rate)| format!(", {rate} from epoch {epoch} on"));
        Some(format!("Fee of the market: {first} of a payment{}", changes.collect::<String>()))
    }

    /// For machines: members of the final object.
    pub(super) fn json(&self, parameters: &Parameters) -> Result<Map<String, Value>, Failure> {
        let stream = |stream: &StreamAccount| {
            let asset = asset_of(parameters, stream.asset)?;
            Ok::<_, Failure>(json!({
                "stream": stream.name,
                "paid": amount_json(stream.paid, asset),
                "recipients_in_last_epoch": stream.recipients,
            }))
        };
        let streams = self.streams.iter().map(stream).collect::<Result<Vec<Value>, _>>()?;
        let mut tiers = Vec::new();
        if let Some(rules) = &parameters.stake {
            let asset = asset_of(parameters, rules.asset)?;
            tiers.extend(self.tiers.iter().map(|(name, tier)| {
                let staked = amount_json(tier.staked, asset);
                json!({ "tier": name, "providers": tier.providers, "staked": staked })
            }));
        }
        let rate = |(epoch, rate): &(u64, String)| json!({ "from_epoch": epoch, "rate": rate });
        let rates: Vec<Value> = self.rates.iter().map(rate).collect();
        let members =
            [("streams", json!(streams)), ("tiers", json!(tiers)), ("market_fee", json!(rates))];
        Ok(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// The tiers that providers have now.
fn tiers(
    state: &State,
    parameters: &Parameters,
    cast: &Cast,
) -> Result<Vec<(String, TierAccount)>, Failure> {
    let Some(rules) = &parameters.attestation else {
        return Ok(Vec::new());
    };
    let chain = state.chain();
    let now = Now { height: chain.height, time_ms: chain.time_ms, epoch: chain.epoch };
    let mut all: Vec<(String, TierAccount)> =
        rules.tiers.iter().map(|tier| (tier.name.to_string(), TierAccount::default())).collect();
    for provider in &cast.providers {
        let Some(handle) = state.ledger.handle(&provider.address) else {
            continue;
        };
        let tier = usize::from(attestation::tier(state, handle, &now));
        if let Some((_, account)) = all.get_mut(tier) {
            account.providers += 1;
            let staked = account.staked.checked_add(stake::active(state, handle));
            account.staked = staked.map_err(Failure::damage)?;
        }
    }
    Ok(all)
}
