//! `[buckets]` with `[buckets.backpay]`.

use super::rates;
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{Backpay, Buckets};

pub(super) fn buckets(reader: &mut Reader<'_>) -> Option<Option<Buckets>> {
    let Some(section) = reader.optional_section(None, "buckets")? else {
        return Some(None);
    };
    let rollover_epochs = reader.epochs(&section, "rollover");
    let max_recipient_share = reader.ratio(&section, "max_recipient_share");
    let backpay = backpay(reader, &section);
    Some(Some(Buckets {
        rollover_epochs: rollover_epochs?,
        max_recipient_share: max_recipient_share?,
        backpay: backpay?,
    }))
}

fn backpay<'a>(reader: &mut Reader<'a>, buckets: &Section<'a>) -> Option<Option<Backpay>> {
    let Some(section) = reader.optional_section(Some(buckets), "backpay")? else {
        return Some(None);
    };
    let max_age_ms = reader.time(&section, "max_age");
    let decay = rates::steps(reader, &section, "decay");
    let max_periods = reader.count(&section, "max_periods");
    let share = reader.ratio(&section, "share");
    Some(Some(Backpay {
        max_age_ms: max_age_ms?,
        decay: decay?,
        max_periods: max_periods?,
        share: share?,
    }))
}
