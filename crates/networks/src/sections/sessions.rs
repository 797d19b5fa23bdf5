//! `[market.sessions]`, `[market.fee]` with `[[market.fee.split]]`.

use crate::choices::{FEE_PLACES, FeePlace};
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{FeeShare, FeeTo, MarketFee, SessionRules};

pub(super) fn sessions<'a>(
    reader: &mut Reader<'a>,
    market: &Section<'a>,
) -> Option<Option<SessionRules>> {
    let Some(section) = reader.optional_section(Some(market), "sessions")? else {
        return Some(None);
    };
    let close_window = reader.duration(&section, "close_window");
    let max_length = reader.duration(&section, "max_length");
    Some(Some(SessionRules { close_window: close_window?, max_length: max_length? }))
}

pub(super) fn fee<'a>(reader: &mut Reader<'a>, market: &Section<'a>) -> Option<Option<MarketFee>> {
    let Some(section) = reader.optional_section(Some(market), "fee")? else {
        return Some(None);
    };
    let rate = reader.ratio(&section, "rate");
    let mut split = Some(Vec::new());
    for part in reader.list(Some(&section), "split")? {
        let part = share(reader, &part);
        split = split.zip(part).map(|(mut split, part)| {
            split.push(part);
            split
        });
    }
    Some(Some(MarketFee { rate: rate?, split: split? }))
}

fn share<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<FeeShare> {
    let place = reader.choice(section, "to", FEE_PLACES);
    let share = reader.ratio(section, "share");
    let to = match place? {
        FeePlace::Burn => FeeTo::Burn,
        FeePlace::Treasury => FeeTo::Treasury,
        FeePlace::Pot => FeeTo::Pot(reader.name(section, "pot")?),
    };
    if !matches!(to, FeeTo::Pot(_)) {
        reader.unused(section, &["pot"], "another place than a pot");
    }
    Some(FeeShare { to, share: share? })
}
