//! `[network]`, `[[assets]]` with `[[assets.genesis]]`, `[[models]]`, `[emission]`.

use super::rates;
use super::scalars::{Unit, Units};
use crate::choices::{self, SCHEDULES, ScheduleWord};
use crate::definition::AllocationTemplate;
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Asset, AssetId, Emission, Model, Network, Schedule};

pub(super) fn network(reader: &mut Reader<'_>) -> Option<Network> {
    let section = reader.section(None, "network")?;
    let name = reader.name(&section, "name");
    let chain_id = reader.count(&section, "chain_id");
    let epoch_length = reader.epoch_length(&section, "epoch_length");
    Some(Network { name: name?, chain_id: chain_id?, epoch_length: epoch_length? })
}

/// What `[[assets]]` says.
pub(crate) struct Assets {
    /// `None` after a problem.
    pub(super) assets: Option<Vec<Asset>>,
    /// `None` after a problem.
    pub(crate) allocations: Option<Vec<AllocationTemplate>>,
    pub(super) units: Units,
}

impl Assets {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut assets = Some(Vec::new());
        let mut allocations = Some(Vec::new());
        let mut units = Units { known: Vec::new(), complete: true };
        let Some(sections) = reader.list(None, "assets") else {
            return Self {
                assets: None,
                allocations: None,
                units: Units { complete: false, ..units },
            };
        };
        for (at, section) in sections.iter().enumerate() {
            let unit = unit(reader, section, at);
            let cap = reader.amount(section, "cap", unit.as_ref());
            let genesis = genesis(reader, section, unit.as_ref());
            allocations = allocations.zip(genesis).map(|(mut all, mut genesis)| {
                all.append(&mut genesis);
                all
            });
            let asset = unit.as_ref().zip(cap).and_then(|(unit, cap)| {
                let symbol = unit.symbol.parse().ok()?;
                Some(Asset { symbol, decimals: unit.decimals, cap })
            });
            assets = assets.zip(asset).map(|(mut all, asset)| {
                all.push(asset);
                all
            });
            units.complete &= unit.is_some();
            units.known.extend(unit);
        }
        Self { assets, allocations, units }
    }
}

fn unit<'a>(reader: &mut Reader<'a>, section: &Section<'a>, at: usize) -> Option<Unit> {
    let symbol = reader.name(section, "symbol");
    let decimals = reader.count_to(section, "decimals", 18);
    // More assets than numbers are refused by the checker, long before this limit.
    let id = AssetId(u16::try_from(at).ok()?);
    Some(Unit { id, symbol: symbol?.to_string(), decimals: decimals? })
}

fn genesis<'a>(
    reader: &mut Reader<'a>,
    asset: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Vec<AllocationTemplate>> {
    let mut all = Some(Vec::new());
    for section in reader.list(Some(asset), "genesis")? {
        let to = reader.field(&section, "to").and_then(|field| reader.owner(&field));
        let amount = reader.amount(&section, "amount", unit);
        let vesting = reader.epochs(&section, "vesting");
        let read = to.zip(amount).zip(vesting).zip(unit);
        all = all.zip(read).map(|(mut all, (((to, amount), vesting_epochs), unit))| {
            all.push(AllocationTemplate { asset: unit.id, amount, to, vesting_epochs });
            all
        });
    }
    all
}

pub(super) fn models(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Vec<Model>> {
    let mut all = Some(Vec::new());
    for section in reader.list(None, "models")? {
        let id = reader.name(&section, "id");
        let units_per_weight = reader.count(&section, "units_per_weight");
        let price_per_unit = reader.amount(&section, "price_per_unit", unit);
        let weight_factor = reader.ratio_or(&section, "weight_factor", Ratio::ONE);
        let compute_per_unit = reader.count_or(&section, "compute_per_unit", 1);
        let recorded_loss = reader.optional_loss(&section, "recorded_loss");
        let model = || {
            Some(Model {
                id: id?,
                units_per_weight: units_per_weight?,
                price_per_unit: price_per_unit?,
                weight_factor: weight_factor?,
                compute_per_unit: compute_per_unit?,
                recorded_loss: recorded_loss?.unwrap_or(0),
                difficulty: Ratio::ZERO,
                share: Ratio::ZERO,
                reference_weight: 0,
            })
        };
        let read = model();
        all = all.zip(read).map(|(mut all, model)| {
            all.push(model);
            all
        });
    }
    all
}

/// With the unit of the emitted asset, which rates of contributions are written in.
pub(super) fn emission(reader: &mut Reader<'_>, units: &Units) -> Option<(Emission, Unit)> {
    let section = reader.section(None, "emission")?;
    let unit = reader.asset(&section, "asset", units);
    let schedule = schedule(reader, &section, unit.as_ref());
    let allocation = reader.amount(&section, "allocation", unit.as_ref());
    let genesis_epoch = reader.count(&section, "genesis_epoch");
    let (unit, schedule) = (unit?, schedule?);
    let (allocation, genesis_epoch) = (allocation?, genesis_epoch?);
    let emission = Emission {
        asset: unit.id,
        schedule,
        allocation,
        genesis_epoch,
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
    };
    Some((emission, unit))
}

/// The keys that some schedule has and others have not.
const SCHEDULE_KEYS: [&str; 10] = [
    "initial",
    "rate",
    "reward",
    "factor",
    "period",
    "interval",
    "reduction",
    "base",
    "year",
    "dynamic",
];

fn schedule<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Schedule> {
    let word = reader.choice(section, "schedule", SCHEDULES)?;
    let used: &[&str] = match word {
        ScheduleWord::Exponential => &["initial", "rate"],
        ScheduleWord::FixedPerBlock => &["reward"],
        ScheduleWord::RemainingFraction => &["rate"],
        ScheduleWord::Geometric => &["initial", "factor", "period"],
        ScheduleWord::WorkSubsidy => &["rate", "interval", "reduction"],
        ScheduleWord::Inflation => &["base", "rate", "year", "dynamic"],
    };
    let beside = format!("schedule \"{}\"", choices::word(SCHEDULES, &word));
    reader.only(section, used, &SCHEDULE_KEYS, &beside);
    match word {
        ScheduleWord::Exponential => {
            let initial = reader.amount(section, "initial", unit);
            let rate = reader.signed_ratio(section, "rate");
            Some(Schedule::Exponential { initial: initial?, rate: rate? })
        }
        ScheduleWord::FixedPerBlock => {
            Some(Schedule::FixedPerBlock { reward: reader.amount(section, "reward", unit)? })
        }
        ScheduleWord::RemainingFraction => {
            Some(Schedule::RemainingFraction { rate: reader.ratio(section, "rate")? })
        }
        ScheduleWord::Geometric => {
            let initial = reader.amount(section, "initial", unit);
            let factor = reader.ratio(section, "factor");
            let period_epochs = reader.epochs(section, "period");
            Some(Schedule::Geometric {
                initial: initial?,
                factor: factor?,
                period_epochs: period_epochs?,
            })
        }
        ScheduleWord::WorkSubsidy => {
            let rate = reader.ratio(section, "rate");
            let interval = reader.ratio(section, "interval");
            let reduction = reader.ratio(section, "reduction");
            Some(Schedule::WorkSubsidy { rate: rate?, interval: interval?, reduction: reduction? })
        }
        ScheduleWord::Inflation => {
            let base = reader.amount(section, "base", unit);
            let rate = reader.ratio(section, "rate");
            let year_epochs = reader.epochs(section, "year");
            let dynamic = rates::dynamic(reader, section);
            Some(Schedule::Inflation {
                base: base?,
                rate: rate?,
                year_epochs: year_epochs?,
                dynamic: dynamic?,
            })
        }
    }
}
