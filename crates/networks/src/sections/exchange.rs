//! `[exchange]`.

use super::scalars::{Unit, Units};
use crate::reader::{Reader, Section};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Exchange;

pub(super) fn exchange(reader: &mut Reader<'_>, units: &Units) -> Option<Option<Exchange>> {
    let Some(section) = reader.optional_section(None, "exchange")? else {
        return Some(None);
    };
    let first = reader.asset(&section, "first_asset", units);
    let second = reader.asset(&section, "second_asset", units);
    let fee = reader.ratio(&section, "fee");
    let locked_shares = reader.count(&section, "locked_shares");
    let seed = seed(reader, &section, (first.as_ref(), second.as_ref()));
    Some(Some(Exchange {
        assets: (first?.id, second?.id),
        fee: fee?,
        locked_shares: locked_shares?,
        seed: seed?,
    }))
}

/// Of both assets or of none.
fn seed<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    (first, second): (Option<&Unit>, Option<&Unit>),
) -> Option<Option<(Amount, Amount)>> {
    let keys = ["first_seed", "second_seed"];
    if keys.iter().all(|key| section.optional(key).is_none()) {
        return Some(None);
    }
    let first = reader.amount(section, "first_seed", first);
    let second = reader.amount(section, "second_seed", second);
    Some(Some((first?, second?)))
}
