//! How large customers' requests are: drawn from quantiles fitted to two recorded hours, or taken
//! from a recorded trace.

mod quantiles;
mod trace;

use super::settings::Settings;
use crate::output::grouped;
pub(crate) use trace::Trace;

/// Where the requests' sizes come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Drawn from fitted quantiles.
    Fitted,
    /// A trace, repeated.
    Trace(Trace),
}

impl Source {
    /// Context and generated tokens of request `number` of an epoch of `per_epoch`: from the two
    /// draws, or the trace's rows, which follow each other over all epochs.
    pub(super) fn size(
        &self,
        (epoch, per_epoch, number): (u64, u64, u64),
        (kind, sizes): (u64, u64),
    ) -> (u64, u64) {
        match self {
            Self::Fitted => quantiles::request(kind, sizes),
            Self::Trace(trace) => {
                let rows = trace.requests.len() as u128;
                let position = u128::from(epoch) * u128::from(per_epoch) + u128::from(number);
                let row = position.checked_rem(rows).unwrap_or(0);
                let row = usize::try_from(row).ok().and_then(|row| trace.requests.get(row));
                row.copied().unwrap_or((1, 0))
            }
        }
    }

    /// In words.
    pub(super) fn told(&self, settings: &Settings, epoch_ms: u64) -> String {
        let requests = grouped(settings.requests_per_epoch);
        match (self, &settings.trace) {
            (Self::Trace(trace), Some(from)) => {
                let (rows, minutes) =
                    (grouped(trace.requests.len() as u64), trace.span_ms / 60_000);
                let own = trace.requests_in(epoch_ms);
                let scaled = match own == settings.requests_per_epoch {
                    true => "repeated at its own rate to fill",
                    false => "repeated and scaled to fill",
                };
                format!(
                    "{rows} recorded requests of {} ({minutes} min), {scaled} each epoch with \
                     {requests} requests",
                    from.file
                )
            }
            _ => format!(
                "{requests} requests an epoch, sizes drawn from quantiles fitted to the Azure LLM \
                 inference traces of 2023; seed {}",
                settings.seed
            ),
        }
    }
}
