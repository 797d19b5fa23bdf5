//! `[network]`, `[[assets]]` with `[[assets.genesis]]`, `[[models]]`.

use super::scalars::{Unit, Units};
use crate::definition::AllocationTemplate;
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Asset, AssetId, Model, Network};

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
        let vesting_epochs = reader.epochs(&section, "vesting");
        let cliff_epochs = match section.optional("cliff") {
            Some(_) => reader.epochs(&section, "cliff"),
            None => Some(0),
        };
        let at_once = reader.ratio_or(&section, "at_once", Ratio::ZERO);
        let template = || {
            Some(AllocationTemplate {
                asset: unit?.id,
                amount: amount?,
                to: to?,
                vesting_epochs: vesting_epochs?,
                cliff_epochs: cliff_epochs?,
                at_once: at_once?,
            })
        };
        let read = template();
        all = all.zip(read).map(|(mut all, template)| {
            all.push(template);
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
        let difficulty = reader.ratio_or(&section, "difficulty", Ratio::ZERO);
        let share = reader.ratio_or(&section, "share", Ratio::ZERO);
        let reference_weight = reader.count_or(&section, "reference_weight", 0);
        let model = || {
            Some(Model {
                id: id?,
                units_per_weight: units_per_weight?,
                price_per_unit: price_per_unit?,
                weight_factor: weight_factor?,
                compute_per_unit: compute_per_unit?,
                recorded_loss: recorded_loss?.unwrap_or(0),
                difficulty: difficulty?,
                share: share?,
                reference_weight: reference_weight?,
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
