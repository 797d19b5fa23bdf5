//! `[buckets]` with `[buckets.backpay]` and `[buckets.alerts]`.

use super::rates;
use super::scalars::Unit;
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{Backpay, BucketAlerts, Buckets};

/// `unit` is what emission mints.
pub(super) fn buckets(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Option<Buckets>> {
    let Some(section) = reader.optional_section(None, "buckets")? else {
        return Some(None);
    };
    let rollover_epochs = reader.epochs(&section, "rollover");
    let max_recipient_share = reader.ratio(&section, "max_recipient_share");
    let backpay = backpay(reader, &section);
    let alerts = alerts(reader, &section, unit);
    Some(Some(Buckets {
        rollover_epochs: rollover_epochs?,
        max_recipient_share: max_recipient_share?,
        backpay: backpay?,
        alerts: alerts?,
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

fn alerts<'a>(
    reader: &mut Reader<'a>,
    buckets: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<Option<BucketAlerts>> {
    let Some(section) = reader.optional_section(Some(buckets), "alerts")? else {
        return Some(None);
    };
    let streams = reader.names(&section, "streams");
    let least_utilization = reader.ratio(&section, "least_utilization");
    let high_backpay = reader.amount(&section, "high_backpay", unit);
    let critical_backpay = reader.amount(&section, "critical_backpay", unit);
    Some(Some(BucketAlerts {
        streams: streams?,
        least_utilization: least_utilization?,
        high_backpay: high_backpay?,
        critical_backpay: critical_backpay?,
    }))
}
