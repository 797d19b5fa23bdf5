//! `[fees]` with `[fees.kinds]`.

use super::scalars::{Unit, Units};
use crate::choices::{DESTINATIONS, MESSAGE_GROUPS};
use crate::reader::{Reader, Section};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Fees, MessageKind};

pub(super) fn fees(reader: &mut Reader<'_>, units: &Units) -> Option<Fees> {
    let section = reader.section(None, "fees")?;
    let unit = reader.asset(&section, "asset", units);
    let flat = reader.amount(&section, "flat", unit.as_ref());
    let kinds = kinds(reader, &section, unit.as_ref());
    let per_byte = reader.amount_or_zero(&section, "per_byte", unit.as_ref());
    let storage_deposit = reader.amount_or_zero(&section, "storage_deposit", unit.as_ref());
    let free = reader.choices_or_none(&section, "free", MESSAGE_GROUPS);
    let burned_share = reader.ratio_or(&section, "burned_share", Ratio::ZERO);
    let destination = reader.choice(&section, "destination", DESTINATIONS);
    Some(Fees {
        asset: unit?.id,
        flat: flat?,
        kinds: kinds?,
        per_byte: per_byte?,
        storage_deposit: storage_deposit?,
        free: free?,
        burned_share: burned_share?,
        destination: destination?,
    })
}

/// The fees of the kinds that the section names, in the order of the kinds.
fn kinds<'a>(
    reader: &mut Reader<'a>,
    fees: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Vec<(MessageKind, Amount)>> {
    let Some(section) = reader.optional_section(Some(fees), "kinds")? else {
        return Some(Vec::new());
    };
    let mut all = Some(Vec::new());
    for kind in MessageKind::ALL {
        if section.optional(kind.name()).is_some() {
            let fee = reader.amount(&section, kind.name(), unit);
            all = all.zip(fee).map(|(mut all, fee)| {
                all.push((*kind, fee));
                all
            });
        }
    }
    all
}
