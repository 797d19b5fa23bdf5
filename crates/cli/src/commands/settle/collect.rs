//! Gathers participants from lines or objects in any order.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{ModelId, Parameters};
use workmint_core::offline::{OfflineNode, OfflineParticipant, OfflineProvider};

use super::providers::Said;
use crate::failure::Failure;

/// What may be said about the epoch as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) epoch: Option<u64>,
    pub(super) blocks: Option<u64>,
    pub(super) minted: Option<Amount>,
}

impl Facts {
    /// These of the file with those of the command line; where both speak they must agree.
    pub(super) fn merged(&self, given: &Self, file: &Path) -> Result<Self, Failure> {
        let name = file.display();
        let differ = |field: &str| {
            Failure::Input(format!(
                "{name}: {field} of the file and of --{field} differ; give it once"
            ))
        };
        Ok(Self {
            epoch: one_of(self.epoch, given.epoch).ok_or_else(|| differ("epoch"))?,
            blocks: one_of(self.blocks, given.blocks).ok_or_else(|| differ("blocks"))?,
            minted: one_of(self.minted, given.minted).ok_or_else(|| differ("minted"))?,
        })
    }
}

/// `None` if both are there and differ.
fn one_of<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => None,
        (Some(one), _) => Some(Some(one)),
        (None, other) => Some(other),
    }
}

/// What belongs to a participant as a whole; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whole {
    pub(super) collateral: Option<Amount>,
    pub(super) unbonding: Option<Amount>,
    pub(super) requests: Option<u64>,
    pub(super) missed: Option<u64>,
    pub(super) jailed: Option<bool>,
    pub(super) refuted: Option<bool>,
    pub(super) inactive: Option<bool>,
    /// Weights that another chain fixed or read.
    pub(super) effective: Option<u64>,
    pub(super) confirmed: Option<u64>,
    /// Payments for work that another chain counted, base units.
    pub(super) earned: Option<Amount>,
    pub(super) debt: Option<Amount>,
    pub(super) provider: Said,
}

/// One participant under way.
#[derive(Debug, Default)]
struct Open {
    whole: Whole,
    nodes: Vec<OfflineNode>,
    units: Vec<(ModelId, u64)>,
    /// Line or number of its first mention.
    place: u64,
}

/// All participants read so far.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) facts: Facts,
    index: HashMap<Address, u64>,
    all: Vec<(Address, Open)>,
    /// Participant, node and model of every line: each once.
    nodes: HashSet<(usize, u32, ModelId)>,
    /// Whether places are lines (else numbers in a list).
    lines: bool,
    /// How accounts were written that were not written as here.
    written: HashMap<Address, String>,
}

impl Collected {
    /// Nothing yet. `lines`: places are line numbers.
    pub(super) fn new(lines: bool) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Reads an account: an address as ours, or bech32 of 20 bytes as Cosmos chains write it.
    pub(super) fn account(&mut self, text: &str) -> Result<Address, String> {
        let (address, foreign) = account(text)?;
        if foreign {
            match self.written.get(&address) {
                Some(other) if other != text => {
                    return Err(format!("account: \"{text}\" is {other} written another way"));
                }
                Some(_) => {}
                None => drop(self.written.insert(address, text.to_owned())),
            }
        }
        Ok(address)
    }

    /// How accounts were written that were not written as here.
    pub(super) fn take_written(&mut self) -> HashMap<Address, String> {
        std::mem::take(&mut self.written)
    }

    /// Participants so far.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether the account was mentioned.
    pub(super) fn knows(&self, account: &Address) -> bool {
        self.index.contains_key(account)
    }

    /// Adds what one line or object says. The error names the field.
    pub(super) fn add(
        &mut self,
        account: Address,
        place: u64,
        whole: &Whole,
        node: Option<OfflineNode>,
        units: Option<(ModelId, u64)>,
    ) -> Result<(), String> {
        let next = self.all.len();
        let at = *self.index.entry(account).or_insert(next as u64);
        let at = usize::try_from(at).map_err(|error| error.to_string())?;
        if at == next {
            let place_of_first = Open { place, ..Open::default() };
            self.all.push((account, place_of_first));
        }
        let Some((_, open)) = self.all.get_mut(at) else {
            return Err("the participant was lost".to_owned());
        };
        merge(open, whole)?;
        if let Some(node) = node {
            if !self.nodes.insert((at, node.node, node.model)) {
                return Err(format!(
                    "node {} of {account} is listed twice for this model; allowed: once",
                    node.node
                ));
            }
            open.nodes.push(node);
        }
        if let Some((model, units)) = units {
            match open.units.iter_mut().find(|(of, _)| *of == model) {
                Some((_, sum)) => {
                    *sum = sum.checked_add(units).ok_or(
                        "units: the sum of the participant's lines is 2^64 or more; allowed: less",
                    )?;
                }
                None => open.units.push((model, units)),
            }
        }
        Ok(())
    }

    /// The participants, what they are as providers, and where each was first mentioned.
    pub(super) fn into_participants(
        self,
    ) -> (Vec<OfflineParticipant>, Vec<OfflineProvider>, Places) {
        let mut of = self.index;
        let mut participants = Vec::with_capacity(self.all.len());
        let mut providers = Vec::new();
        for (account, open) in self.all {
            of.insert(account, open.place);
            let whole = open.whole;
            providers.extend(whole.provider.row(account));
            participants.push(OfflineParticipant {
                account,
                nodes: open.nodes,
                collateral: whole.collateral.unwrap_or_default(),
                unbonding: whole.unbonding.unwrap_or_default(),
                requests: whole.requests.unwrap_or(0),
                missed: whole.missed.unwrap_or(0),
                units: open.units,
                jailed: whole.jailed.unwrap_or(false),
                refuted: whole.refuted.unwrap_or(false),
                inactive: whole.inactive.unwrap_or(false),
                effective: whole.effective,
                confirmed: whole.confirmed,
                work: whole.earned,
                debt: whole.debt.unwrap_or_default(),
            });
        }
        let lines = self.lines;
        (participants, providers, Places { of, lines })
    }
}

/// Where each participant was first mentioned.
pub(super) struct Places {
    of: HashMap<Address, u64>,
    lines: bool,
}

impl Places {
    /// `12: ` or ` participants[3]: `, to follow the file's name and a colon.
    pub(super) fn of(&self, account: &Address) -> String {
        match self.of.get(account) {
            Some(line) if self.lines => format!("{line}: "),
            Some(at) => format!(" participants[{at}]: "),
            None => String::new(),
        }
    }
}

fn merge(open: &mut Open, new: &Whole) -> Result<(), String> {
    let whole = &mut open.whole;
    agree("collateral", &mut whole.collateral, new.collateral)?;
    agree("unbonding", &mut whole.unbonding, new.unbonding)?;
    agree("requests", &mut whole.requests, new.requests)?;
    agree("missed", &mut whole.missed, new.missed)?;
    agree("jailed", &mut whole.jailed, new.jailed)?;
    agree("refuted", &mut whole.refuted, new.refuted)?;
    agree("inactive", &mut whole.inactive, new.inactive)?;
    agree("effective_weight", &mut whole.effective, new.effective)?;
    agree("confirmed_weight", &mut whole.confirmed, new.confirmed)?;
    agree("earned", &mut whole.earned, new.earned)?;
    agree("debt", &mut whole.debt, new.debt)?;
    let (known, said) = (&mut whole.provider, &new.provider);
    agree("stake", &mut known.stake, said.stake)?;
    agree("staking_power", &mut known.power, said.power)?;
    agree("probes_answered", &mut known.answered, said.answered)?;
    agree("paid_jobs", &mut known.paid, said.paid)?;
    agree("pool_shares", &mut known.shares, said.shares)
}

fn agree<T: PartialEq + Copy>(
    field: &str,
    known: &mut Option<T>,
    new: Option<T>,
) -> Result<(), String> {
    match (&known, new) {
        (Some(one), Some(other)) if *one != other => Err(format!(
            "{field}: another line of this participant has another value; allowed: the same value \
             or nothing"
        )),
        (None, Some(_)) => {
            *known = new;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The number of a model by its id; the error lists the models.
pub(super) fn model(parameters: &Parameters, id: &str) -> Result<ModelId, String> {
    parameters.model_id(id).ok_or_else(|| {
        let known: Vec<&str> = parameters.models.iter().map(|of| of.id.as_str()).collect();
        format!("model: the network has no model \"{id}\"; allowed: {}", known.join(", "))
    })
}

/// Reads a count as text.
pub(super) fn count(field: &str, text: &str, most: u64) -> Result<u64, String> {
    let read = text.parse::<Amount>().map_err(|error| error.to_string());
    read.and_then(|number| {
        let number = u64::try_from(number.get()).ok().filter(|value| *value <= most);
        number.ok_or_else(|| "too large".to_owned())
    })
    .map_err(|error| format!("{field}: \"{text}\": {error}; allowed: a whole number, 0 to {most}"))
}

/// Reads display units as text.
pub(super) fn amount(field: &str, text: &str, decimals: u8) -> Result<Amount, String> {
    Amount::parse_decimal(text, decimals).map_err(|error| {
        format!(
            "{field}: \"{text}\": {error}; allowed: 0 to {} with at most {decimals} digits after \
             the dot",
            Amount::MAX.to_decimal(decimals)
        )
    })
}

/// Reads an address, and says whether it was written as another chain writes it.
pub(super) fn account(text: &str) -> Result<(Address, bool), String> {
    let foreign = !text.starts_with("0x") && bech32::decode(text).is_ok();
    let address: Address = if foreign {
        let (_, bytes) = bech32::decode(text).map_err(|error| error.to_string())?;
        let bytes: [u8; 20] = bytes.try_into().map_err(|bytes: Vec<u8>| {
            format!("account: \"{text}\" holds {} bytes; allowed: 20", bytes.len())
        })?;
        Address(bytes)
    } else {
        text.parse().map_err(|error| {
            format!(
                "account: \"{text}\": {error}; or bech32 of 20 bytes, whose checksum is right, \
                 such as gonka1.."
            )
        })?
    };
    if address == Address::ZERO {
        return Err("account: the zero address is nobody's; allowed: any other".to_owned());
    }
    Ok((address, foreign))
}
