//! `[validators]`.

use super::scalars::Units;
use crate::reader::Reader;
use workmint_core::modules::parameters::Validators;

pub(super) fn validators(reader: &mut Reader<'_>, units: &Units) -> Option<Option<Validators>> {
    let Some(section) = reader.optional_section(None, "validators")? else {
        return Some(None);
    };
    let unit = reader.asset(&section, "asset", units);
    let minimum = reader.amount(&section, "minimum", unit.as_ref());
    let minimum_delegation = reader.amount(&section, "minimum_delegation", unit.as_ref());
    let most_active = reader.count(&section, "most_active");
    let activation_delay_epochs = reader.epochs(&section, "activation_delay");
    let churn_limit = reader.count(&section, "churn_limit");
    let unbonding = reader.duration(&section, "unbonding");
    let max_withdrawals = reader.count(&section, "max_withdrawals");
    let most_commission = reader.ratio(&section, "most_commission");
    let commission_step = reader.ratio(&section, "commission_step");
    let least_signed = reader.ratio(&section, "least_signed");
    let absence_least = reader.ratio(&section, "absence_least");
    let absence_most = reader.ratio(&section, "absence_most");
    let least_slash = reader.amount(&section, "least_slash", unit.as_ref());
    let jail_epochs = reader.epochs(&section, "jail");
    Some(Some(Validators {
        asset: unit?.id,
        minimum: minimum?,
        minimum_delegation: minimum_delegation?,
        most_active: most_active?,
        activation_delay_epochs: activation_delay_epochs?,
        churn_limit: churn_limit?,
        unbonding: unbonding?,
        max_withdrawals: max_withdrawals?,
        most_commission: most_commission?,
        commission_step: commission_step?,
        least_signed: least_signed?,
        absence_least: absence_least?,
        absence_most: absence_most?,
        least_slash: least_slash?,
        jail_epochs: jail_epochs?,
    }))
}
