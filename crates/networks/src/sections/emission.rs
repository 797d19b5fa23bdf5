//! `[emission]` with its nested sections.

use super::rates;
use super::scalars::{Unit, Units};
use crate::choices::{self, SCHEDULES, ScheduleWord};
use crate::reader::{Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Emission, Schedule, Utility};

/// With the unit of the emitted asset, which rates of contributions are written in.
pub(super) fn emission(reader: &mut Reader<'_>, units: &Units) -> Option<(Emission, Unit)> {
    let section = reader.section(None, "emission")?;
    let unit = reader.asset(&section, "asset", units);
    let schedule = schedule(reader, &section, unit.as_ref());
    let allocation = reader.amount(&section, "allocation", unit.as_ref());
    let genesis_epoch = reader.count(&section, "genesis_epoch");
    let utility = utility(reader, &section);
    let quota = reader.ratio_or(&section, "quota", Ratio::ZERO);
    let reference_weight = reader.count_or(&section, "reference_weight", 0);
    let unit = unit?;
    let emission = Emission {
        asset: unit.id,
        schedule: schedule?,
        allocation: allocation?,
        genesis_epoch: genesis_epoch?,
        utility: utility?,
        quota: quota?,
        reference_weight: reference_weight?,
    };
    Some((emission, unit))
}

fn utility<'a>(reader: &mut Reader<'a>, emission: &Section<'a>) -> Option<Option<Utility>> {
    let Some(section) = reader.optional_section(Some(emission), "utility")? else {
        return Some(None);
    };
    let max_tasks = reader.count(&section, "max_tasks");
    let tasks = reader.ratio(&section, "tasks");
    let difficulty = reader.ratio(&section, "difficulty");
    let participation = reader.ratio(&section, "participation");
    let gate = reader.flag(&section, "gate");
    Some(Some(Utility {
        max_tasks: max_tasks?,
        tasks: tasks?,
        difficulty: difficulty?,
        participation: participation?,
        gate: gate?,
    }))
}

/// The keys that some schedule has and others have not.
const SCHEDULE_KEYS: [&str; 13] = [
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
    "most_halvings",
    "minimum",
    "of",
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
        ScheduleWord::Halving => &["initial", "interval", "most_halvings", "minimum"],
        ScheduleWord::HalvingByIssuance => &["initial", "of", "most_halvings"],
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
        ScheduleWord::Inflation => inflation(reader, section, unit),
        ScheduleWord::Halving => halving(reader, section, unit),
        ScheduleWord::HalvingByIssuance => {
            let initial = reader.amount(section, "initial", unit);
            let of = reader.amount(section, "of", unit);
            let most_halvings = reader.count(section, "most_halvings");
            Some(Schedule::HalvingByIssuance {
                initial: initial?,
                of: of?,
                most_halvings: most_halvings?,
            })
        }
    }
}

fn inflation<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Schedule> {
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

fn halving<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Schedule> {
    let initial = reader.amount(section, "initial", unit);
    let interval_epochs = reader.epochs(section, "interval");
    let most_halvings = reader.count(section, "most_halvings");
    let minimum = reader.amount(section, "minimum", unit);
    Some(Schedule::Halving {
        initial: initial?,
        interval_epochs: interval_epochs?,
        most_halvings: most_halvings?,
        minimum: minimum?,
    })
}
