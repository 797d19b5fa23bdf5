//! One contribution as text, and what it must say.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{
    ContributionKind, EpochLength, MAX_QUANTITY, Multiplier, Parameters, Score,
};
use workmint_core::offline::OfflineContribution;
use workmint_core::time::Duration;
use workmint_core::{Address, Hash};

use super::super::collect::account;
use workmint_answers::contribution::{multipliers, unit};

/// The fields, in the documented order.
pub(super) const FIELDS: [&str; 11] = [
    "account",
    "stream",
    "id",
    "epoch",
    "quantity",
    "content",
    "quality",
    "difficulty",
    "applicability",
    "complexity",
    "diversity",
];

/// Most digits of a quantity, dot not counted.
const MOST_DIGITS: usize = 18;

/// One row's text by field; empty is left out.
pub(super) type Text<'a> = [&'a str; FIELDS.len()];

/// All contributions of a file.
pub(super) struct Collected<'a> {
    parameters: &'a Parameters,
    /// The epoch that is settled.
    epoch: u64,
    /// The oldest work that can become final with it.
    oldest: u64,
    /// Whether places are lines (else numbers in a list).
    pub(super) lines: bool,
    known: HashMap<Key, (Known, u64)>,
    datasets: HashMap<Hash, u64>,
    pub(super) rows: Vec<OfflineContribution>,
    /// Rows that said again what an earlier one had said.
    pub(super) repeated: u64,
}

/// What a repetition must equal.
type Known = (OfflineContribution, Option<Hash>);

/// Epoch of the work, account, id.
pub(super) type Key = (u64, Address, u64);

impl<'a> Collected<'a> {
    pub(super) fn new(parameters: &'a Parameters, epoch: u64, lines: bool) -> Self {
        Self {
            parameters,
            epoch,
            oldest: oldest(parameters, epoch),
            lines,
            known: HashMap::new(),
            datasets: HashMap::new(),
            rows: Vec::new(),
            repeated: 0,
        }
    }

    /// Takes one row. The error names the field.
    pub(super) fn add(&mut self, text: &Text<'_>, place: u64) -> Result<(), String> {
        let (row, content) = self.read(text)?;
        let key = (row.epoch, row.account, row.id);
        let told = |at: u64, lines: bool| match lines {
            true => format!("line {at}"),
            false => format!("contributions[{at}]"),
        };
        if let Some((known, first)) = self.known.get(&key) {
            if *known == (row, content) {
                self.repeated += 1;
                return Ok(());
            }
            return Err(format!(
                "id: {} of this account and epoch stands in {} with other content; allowed: an id \
                 for each contribution, or the same row again",
                row.id,
                told(*first, self.lines)
            ));
        }
        if let Some(content) = self.dataset(&(row, content))
            && let Some(first) = self.datasets.insert(content, place)
        {
            return Err(format!(
                "content: {content} was contributed in {}; allowed: a dataset once",
                told(first, self.lines)
            ));
        }
        self.known.insert(key, ((row, content), place));
        self.rows.push(row);
        Ok(())
    }

    /// Leaves out rows that were settled before and returns how many; the error is about the first
    /// that has other content or a dataset of before, with its place.
    pub(super) fn leave_out(
        &mut self,
        settled: &BTreeMap<Key, Hash>,
        datasets: &BTreeSet<Hash>,
    ) -> Result<u64, String> {
        let mut again = HashSet::new();
        for row in &self.rows {
            let key = (row.epoch, row.account, row.id);
            let Some((known, place)) = self.known.get(&key) else { continue };
            let place = match self.lines {
                true => format!(":{place}"),
                false => format!(": contributions[{place}]"),
            };
            match settled.get(&key) {
                Some(hash) if *hash == self.hash(known) => {
                    again.insert(key);
                }
                Some(_) => {
                    return Err(format!(
                        "{place}: id: {} of this account and epoch was settled before with other \
                         content; allowed: another id, or the same row again",
                        row.id
                    ));
                }
                None => {
                    if let Some(content) = self.dataset(known).filter(|of| datasets.contains(of)) {
                        return Err(format!(
                            "{place}: content: {content} was settled before; allowed: a dataset \
                             once"
                        ));
                    }
                }
            }
        }
        self.rows.retain(|row| !again.contains(&(row.epoch, row.account, row.id)));
        Ok(again.len() as u64)
    }

    /// What the file says, by hash.
    pub(super) fn settled(&self) -> impl Iterator<Item = (Key, Hash)> + '_ {
        self.known.iter().map(|(key, (known, _))| (*key, self.hash(known)))
    }

    /// The datasets of the file.
    pub(super) fn datasets(&self) -> impl Iterator<Item = Hash> + '_ {
        self.datasets.keys().copied()
    }

    /// The hash of what a repetition must equal, beside its key.
    fn hash(&self, (row, content): &Known) -> Hash {
        let stream = self.parameters.streams.get(usize::from(row.stream));
        let name = stream.map_or("", |stream| stream.name.as_str());
        Hash::of(
            "workmint settled contribution",
            &[
                name.as_bytes(),
                &row.quantity.to_be_bytes(),
                &row.first.to_be_bytes(),
                &row.second.to_be_bytes(),
                content.as_ref().map_or(&[][..], |content| &content.0[..]),
            ],
        )
    }

    fn dataset(&self, (row, content): &Known) -> Option<Hash> {
        content.filter(|_| self.kind(row.stream).is_some_and(is_dataset))
    }

    fn kind(&self, stream: u16) -> Option<ContributionKind> {
        match &self.parameters.streams.get(usize::from(stream))?.score {
            Score::Rate(rate) => Some(rate.kind),
            _ => None,
        }
    }

    fn read(&self, text: &Text<'_>) -> Result<Known, String> {
        let [account_text, stream, id, epoch, quantity_text, content, factors @ ..] = *text;
        let (account, _) = account(account_text)?;
        let stream = stream_number(self.parameters, stream)?;
        let rules = self.parameters.streams.get(usize::from(stream));
        let Some(Score::Rate(rate)) = rules.map(|stream| &stream.score) else {
            return Err("stream: it pays no rate".to_owned());
        };
        let id = whole("id", id, (0, u64::MAX))?;
        let epoch = match epoch {
            "" => self.epoch,
            text => whole("epoch", text, (self.oldest, self.epoch))?,
        };
        let quantity = quantity(rate.kind, quantity_text)?;
        let content = match (content, rate.kind) {
            ("", ContributionKind::Dataset) => {
                return Err("content: empty; allowed: the hash of the dataset's content, 0x and \
                            64 hexadecimal digits"
                    .to_owned());
            }
            ("", _) => None,
            (text, _) => {
                let hash = text.parse::<Hash>();
                Some(hash.map_err(|error| format!("content: \"{text}\": {error}"))?)
            }
        };
        let names = multipliers(rate.kind);
        let given = FIELDS.iter().skip(FIELDS.len() - factors.len()).zip(factors);
        if let Some((name, _)) =
            given.clone().find(|(name, text)| !text.is_empty() && !names.contains(name))
        {
            let allowed = names.join(" and ");
            return Err(format!("{name}: this stream has no such multiplier; allowed: {allowed}"));
        }
        let of = |at: usize, rule: &Multiplier| {
            let Some(name) = names.get(at) else {
                return Ok(1_000_000);
            };
            let text = given.clone().find(|(of, _)| *of == name).map_or("", |(_, text)| text);
            multiplier(name, text, rule)
        };
        let (first, second) = (of(0, &rate.first)?, of(1, &rate.second)?);
        let row = OfflineContribution { stream, account, epoch, id, quantity, first, second };
        Ok((row, content))
    }
}

fn is_dataset(kind: ContributionKind) -> bool {
    kind == ContributionKind::Dataset
}

/// The oldest work that the windows let become final with an epoch; 0 where blocks and time cannot
/// be compared.
pub(super) fn oldest(parameters: &Parameters, epoch: u64) -> u64 {
    let Some(rules) = &parameters.contributions else {
        return 0;
    };
    let epochs = |window: Duration| match (window, parameters.network.epoch_length) {
        (Duration::Epochs(epochs), _) => Some(epochs),
        (Duration::Milliseconds(time), EpochLength::Time(length)) => Some(time.div_ceil(length)),
        (Duration::Milliseconds(_), EpochLength::Blocks(_)) => None,
    };
    let windows = [rules.verify_window, rules.challenge_window, rules.decision_window];
    let slack = windows.into_iter().try_fold(rules.submit_window_epochs, |sum, window| {
        // A window that ends inside an epoch is over at its close.
        sum.checked_add(epochs(window)?)?.checked_add(1)
    });
    slack.map_or(0, |slack| epoch.saturating_sub(slack))
}

/// The place of a stream with a rate by its name; the error lists them.
pub(super) fn stream_number(parameters: &Parameters, name: &str) -> Result<u16, String> {
    let mut rated = (0_u16..).zip(&parameters.streams);
    let rates = |score: &Score| matches!(score, Score::Rate(_));
    let found = rated.find(|(_, of)| of.name.as_str() == name && rates(&of.score));
    found.map(|(at, _)| at).ok_or_else(|| {
        let streams = parameters.streams.iter().filter(|of| rates(&of.score));
        let known: Vec<&str> = streams.map(|of| of.name.as_str()).collect();
        format!("stream: no stream \"{name}\" pays a rate; allowed: {}", known.join(", "))
    })
}

/// Reads a whole number within a range.
pub(super) fn whole(field: &str, text: &str, (least, most): (u64, u64)) -> Result<u64, String> {
    let allowed = || format!("allowed: a whole number, {least} to {most}");
    let number: Amount =
        text.parse().map_err(|error| format!("{field}: \"{text}\": {error}; {}", allowed()))?;
    let number = u64::try_from(number.get()).ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("{field}: \"{text}\" is out of range; {}", allowed()))
}

/// Reads a quantity in its kind's unit, into the kind's own count.
fn quantity(kind: ContributionKind, text: &str) -> Result<u64, String> {
    let (unit, decimals) = unit(kind);
    let most = match kind {
        ContributionKind::Improvement => "100".to_owned(),
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => {
            Amount::new(MAX_QUANTITY.into()).to_decimal(decimals)
        }
    };
    let allowed = || {
        format!(
            "quantity: \"{text}\"; allowed: above 0, at most {most} {unit}, at most {decimals} \
             digits after the dot and {MOST_DIGITS} in all"
        )
    };
    if text.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS {
        return Err(allowed());
    }
    let number = Amount::parse_decimal(text, decimals).map_err(|_| allowed())?;
    let most = Amount::parse_decimal(&most, decimals).map_err(|_| allowed())?;
    let number = Some(number).filter(|number| !number.is_zero() && *number <= most);
    number.and_then(|number| u64::try_from(number.get()).ok()).ok_or_else(allowed)
}

/// Reads a multiplier; may be empty where the network has but one value for it.
fn multiplier(name: &str, text: &str, rule: &Multiplier) -> Result<u32, String> {
    if text.is_empty() && rule.min == rule.max {
        let millionths = rule.min.floor_mul(1_000_000).map_err(|error| error.to_string())?;
        return u32::try_from(millionths).map_err(|error| error.to_string());
    }
    let number = Amount::parse_decimal(text, 6).ok();
    let number = number.and_then(|number| u32::try_from(number.get()).ok());
    number.ok_or_else(|| {
        format!(
            "{name}: \"{text}\"; allowed: 0 to {} with at most 6 digits after the dot, of which \
             {} to {} count",
            Amount::new(u128::from(u32::MAX)).to_decimal(6),
            rule.min,
            rule.max
        )
    })
}
