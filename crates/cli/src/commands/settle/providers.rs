//! What streams of providers and of shares of the pool need: facts of the epoch as options, facts
//! of accounts as columns.

use clap::Args;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::inputs::Utilisation;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Parameters, Score, Source};
use workmint_core::offline::{OfflineEpoch, OfflineProvider};

use super::collect::amount;
use crate::failure::Failure;
use crate::output::asset_of;

/// Facts of the epoch.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Networks that pay providers and shares of the pool")]
pub(super) struct Options {
    /// Probes that attestors held in the epoch.
    #[arg(long, value_name = "N")]
    probes: Option<u32>,
    /// Units paid for and offered: of each epoch of the streams' window, oldest first, the settled
    /// one last; separated by commas.
    #[arg(long, value_name = "PAID/OFFERED", value_delimiter = ',', value_parser = utilisation)]
    utilization: Vec<Utilisation>,
    /// What a pot that a stream pays out holds, display units; once for each pot.
    #[arg(long, value_name = "NAME=AMOUNT")]
    pot: Vec<String>,
}

fn utilisation(text: &str) -> Result<Utilisation, String> {
    let parts = text.split_once('/').and_then(|(demand, supply)| {
        let number = |text: &str| text.parse::<Amount>().ok().map(Amount::get);
        Some(Utilisation { demand: number(demand)?, supply: number(supply)? })
    });
    parts.ok_or_else(|| "allowed: units paid for / units offered, such as 1200/5000".to_owned())
}

/// Whether a stream looks at stake, probes or shares of the pool.
pub(super) fn pays_providers(parameters: &Parameters) -> bool {
    parameters.streams.iter().any(|stream| {
        matches!(stream.score, Score::Availability(_) | Score::StakingPower(_) | Score::Liquidity)
    })
}

/// What one line or object says of an account as a provider; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) stake: Option<Amount>,
    pub(super) power: Option<Amount>,
    pub(super) answered: Option<u64>,
    pub(super) paid: Option<u64>,
    pub(super) shares: Option<Amount>,
}

impl Said {
    /// From the texts of stake, power, probes answered, paid jobs, shares; `None` is nothing. The
    /// error names the column.
    pub(super) fn read(parameters: &Parameters, cells: [Option<&str>; 5]) -> Result<Self, String> {
        let [stake, power, answered, paid, shares] = cells;
        let staked = parameters.stake.as_ref().map(|rules| rules.asset);
        let decimals = staked.and_then(|asset| parameters.asset(asset)).map(|asset| asset.decimals);
        let money = |field: &str, text: &str| match decimals {
            Some(decimals) => amount(field, text, decimals),
            None => Err(unused(field, "[stake]")),
        };
        let count = |field: &str, text: &str, most: u64| match decimals {
            Some(_) => super::collect::count(field, text, most),
            None => Err(unused(field, "[stake]")),
        };
        let whole = |text: &str| match parameters.exchange {
            Some(_) => amount("pool_shares", text, 0),
            None => Err(unused("pool_shares", "[exchange]")),
        };
        Ok(Self {
            stake: stake.map(|text| money("stake", text)).transpose()?,
            power: power.map(|text| money("staking_power", text)).transpose()?,
            answered: answered
                .map(|text| count("probes_answered", text, u32::MAX.into()))
                .transpose()?,
            paid: paid.map(|text| count("paid_jobs", text, u64::MAX)).transpose()?,
            shares: shares.map(whole).transpose()?,
        })
    }

    /// The row of the account; `None` if nothing was said.
    pub(super) fn row(&self, account: Address) -> Option<OfflineProvider> {
        let Self { stake, power, answered, paid, shares } = *self;
        let any = stake.is_some()
            || power.is_some()
            || answered.is_some()
            || paid.is_some()
            || shares.is_some();
        any.then(|| OfflineProvider {
            account,
            stake: stake.unwrap_or_default(),
            power: power.unwrap_or_default(),
            answered: answered.and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
            paid: paid.unwrap_or(0),
            shares: shares.unwrap_or_default(),
        })
    }
}

fn unused(field: &str, section: &str) -> String {
    format!("{field}: the network has no {section}; allowed: nothing")
}

impl Options {
    /// The error if the network pays no providers and any of these is given.
    pub(super) fn refuse_unused(&self, parameters: &Parameters) -> Result<(), Failure> {
        if pays_providers(parameters) {
            return Ok(());
        }
        let given = [
            ("--probes", self.probes.is_some()),
            ("--utilization", !self.utilization.is_empty()),
            ("--pot", !self.pot.is_empty()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(Failure::Input(format!(
                "{option}: network {} has no stream of providers or shares of the pool",
                parameters.network.name
            ))),
            None => Ok(()),
        }
    }

    /// Puts these facts into the epoch, and says what stands in for those that are missing.
    pub(super) fn take(
        &self,
        parameters: &Parameters,
        epoch: &mut OfflineEpoch,
        assumed: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let scores = |wanted: fn(&Score) -> bool| {
            parameters.streams.iter().any(|stream| wanted(&stream.score))
        };
        epoch.probes = self.probes.unwrap_or(0);
        let probed =
            scores(|score| matches!(score, Score::Availability(_) | Score::StakingPower(_)));
        if self.probes.is_none() && probed {
            assumed.push("no probe was held (--probes)".to_owned());
        }
        epoch.utilisation.clone_from(&self.utilization);
        if self.utilization.is_empty() && scores(|score| matches!(score, Score::Availability(_))) {
            assumed.push(
                "nothing was offered: the network factor is the least (--utilization)".to_owned(),
            );
        }
        let asset = asset_of(parameters, parameters.market.asset)?;
        for text in &self.pot {
            let (pot, held) = pot(parameters, text, asset.decimals)
                .map_err(|what| Failure::Input(format!("--pot {text}: {what}")))?;
            if epoch.pots.iter().any(|(_, known, _)| *known == pot) {
                return Err(Failure::Input(format!("--pot {text}: the pot is given twice")));
            }
            epoch.pots.push((parameters.market.asset, pot, held));
        }
        for stream in &parameters.streams {
            if let Source::Pot { name } = &stream.source
                && !epoch.pots.iter().any(|(_, pot, _)| *pot == Pot::Named(name.clone()))
            {
                assumed.push(format!("pot {name} is empty (--pot)"));
            }
        }
        Ok(())
    }
}

fn pot(parameters: &Parameters, text: &str, decimals: u8) -> Result<(Pot, Amount), String> {
    let names = parameters.streams.iter().filter_map(|stream| match &stream.source {
        Source::Pot { name } => Some(name),
        _ => None,
    });
    let (given, held) = text.split_once('=').ok_or("allowed: NAME=AMOUNT")?;
    let known = names.clone().find(|name| name.as_str() == given).ok_or_else(|| {
        let known: Vec<&str> = names.map(|name| name.as_str()).collect();
        format!("no stream pays out a pot of this name; allowed: {}", known.join(", "))
    })?;
    Ok((Pot::Named(known.clone()), amount("amount", held, decimals)?))
}
