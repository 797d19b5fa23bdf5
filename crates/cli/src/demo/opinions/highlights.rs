//! The events worth telling, in words: those of miners' work, and those of seats and bonds.

use super::cast::Cast;
use crate::demo::tally::{Tally, Words};
use crate::demo::work::highlights::Highlights as OfWork;
use crate::failure::Failure;
use crate::output::{asset_of, counted, grouped, shown};
use serde_json::Value;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::validators::{Fault, Why};
use workmint_core::modules::{opinions, validators};
use workmint_core::names::AssetId;
use workmint_core::{Address, Applied, Event};

/// What kind of event; the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Seat,
    Pruned,
    Bonded,
    Joined,
    Delegated,
    Committed,
    Weighed,
    Lapsed,
    Children,
    Absent,
    Double,
    Jailed,
    LeftJail,
    Left,
    Commission,
    Withdrawing,
    Withdrawn,
    Collected,
}

impl Kind {
    /// What happened, for one and for many.
    fn words(self) -> Words {
        match self {
            Self::Seat => ("seat taken", "seats taken"),
            Self::Pruned => ("seat lost by who earned least", "seats lost by who earned least"),
            Self::Bonded => ("validator bonded", "validators bonded"),
            Self::Joined => ("validator became active", "validators became active"),
            Self::Delegated => ("delegation", "delegations"),
            Self::Committed => ("commitment to weights", "commitments to weights"),
            Self::Weighed => ("row of weights set", "rows of weights set"),
            Self::Lapsed => ("commitment lapsed", "commitments lapsed"),
            Self::Children => ("change of child keys", "changes of child keys"),
            Self::Absent => ("slash for blocks not signed", "slashes for blocks not signed"),
            Self::Double => ("double signature slashed", "double signatures slashed"),
            Self::Jailed => ("validator jailed", "validators jailed"),
            Self::LeftJail => ("validator left the jail", "validators left the jail"),
            Self::Left => ("validator stopped being active", "validators stopped being active"),
            Self::Commission => ("commission changed", "commissions changed"),
            Self::Withdrawing => ("withdrawal of bonds began", "withdrawals of bonds began"),
            Self::Withdrawn => ("withdrawal of bonds taken", "withdrawals of bonds taken"),
            Self::Collected => ("delegator's rewards collected", "times delegators collected"),
        }
    }
}

/// How often each kind occurred, and the first of each in words.
#[derive(Debug, Default)]
pub(super) struct Highlights {
    seen: Tally<Kind>,
    of_work: OfWork,
}

impl Highlights {
    /// Looks through a block of `epoch`.
    pub(super) fn add(
        &mut self,
        (cast, parameters): (&Cast, &Parameters),
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        let teller = Teller { cast, parameters };
        for event in &applied.events {
            let told = match event {
                Event::Opinions(event) => teller.opinion(event)?,
                Event::Validators(event) => teller.validator(event)?,
                _ => Vec::new(),
            };
            for (kind, text) in told {
                self.seen.note(kind, epoch, &text);
            }
        }
        self.of_work.add((&cast.work, parameters), epoch, applied)
    }

    /// One line for each kind.
    pub(super) fn lines(&self) -> Vec<String> {
        [self.seen.lines(Kind::words), self.of_work.lines()].concat()
    }

    /// The same for machines.
    pub(super) fn json(&self) -> Vec<Value> {
        [self.seen.json(Kind::words), self.of_work.json()].concat()
    }
}

/// Puts events into words.
struct Teller<'a> {
    cast: &'a Cast,
    parameters: &'a Parameters,
}

type Told = Result<Vec<(Kind, String)>, Failure>;

fn percent(ratio: &Ratio) -> Result<String, Failure> {
    let hundred = Ratio::from_integer(100);
    let percent = ratio.checked_mul(hundred).map_err(Failure::damage)?;
    Ok(format!("{} %", percent.to_decimal_string(2)))
}

impl Teller<'_> {
    fn name(&self, who: &Address) -> String {
        self.cast.work.people.name(who)
    }

    fn who(&self, who: &Address) -> String {
        self.cast.work.people.who(who)
    }

    fn amount(&self, asset: AssetId, amount: Amount) -> Result<String, Failure> {
        Ok(shown(amount, asset_of(self.parameters, asset)?))
    }

    /// Of the bonded asset.
    fn bonded(&self, amount: Amount) -> Result<String, Failure> {
        let rules = self.parameters.validators.as_ref();
        let asset = rules.map_or(self.parameters.emission.asset, |rules| rules.asset);
        self.amount(asset, amount)
    }

    fn opinion(&self, event: &opinions::Event) -> Told {
        use opinions::Event as Of;
        let coin = self.parameters.emission.asset;
        Ok(match event {
            Of::SeatTaken { account, seat, price, replaced, .. } => {
                let (who, price) = (self.who(account), self.amount(coin, *price)?);
                let mut told = vec![(Kind::Seat, format!("{who} pays {price} for seat {seat}"))];
                if let Some(replaced) = replaced {
                    let (loser, winner) = (self.who(replaced), self.name(account));
                    let text = format!("{loser} loses seat {seat} to {winner}, which pays {price}");
                    told.push((Kind::Pruned, text));
                }
                told
            }
            Of::WeightsCommitted { account, reveal_in, .. } => {
                let who = self.who(account);
                vec![(Kind::Committed, format!("{who}, to be revealed in epoch {reveal_in}"))]
            }
            Of::WeightsSet { account, count, .. } => {
                let seats = counted(*count, "seat");
                vec![(Kind::Weighed, format!("{} weighs {seats}", self.who(account)))]
            }
            Of::CommitmentLapsed { account, epoch, .. } => {
                vec![(Kind::Lapsed, format!("that of {} of epoch {epoch}", self.who(account)))]
            }
            Of::ChildrenSet { account, children, from } => {
                let parts = children.iter().map(|(child, share)| {
                    let part = Ratio::new(u128::from(*share), 65_535).map_err(Failure::damage)?;
                    Ok(format!("{} for {}", percent(&part)?, self.name(child)))
                });
                let parts = parts.collect::<Result<Vec<String>, Failure>>()?.join(", ");
                let who = self.who(account);
                let text = format!("from epoch {from} on the power of {who} counts {parts}");
                vec![(Kind::Children, text)]
            }
            Of::SeatEnded { .. } | Of::TakeSet { .. } => Vec::new(),
        })
    }

    fn validator(&self, event: &validators::Event) -> Told {
        use validators::Event as Of;
        let coin = self.parameters.emission.asset;
        Ok(match event {
            Of::Bonded { account, validator, amount, .. } => {
                let (who, amount) = (self.who(account), self.bonded(*amount)?);
                match account == validator {
                    true => vec![(Kind::Bonded, format!("{who} bonds {amount} of its own"))],
                    false => {
                        let to = self.name(validator);
                        vec![(Kind::Delegated, format!("{who} delegates {amount} to {to}"))]
                    }
                }
            }
            Of::WithdrawalBegan { account, amount, completes, .. } => {
                let (who, amount) = (self.who(account), self.bonded(*amount)?);
                let text = format!("{amount} of {who}, slashable until {completes}");
                vec![(Kind::Withdrawing, text)]
            }
            Of::Withdrawn { account, amount, .. } => {
                let amount = self.bonded(*amount)?;
                vec![(Kind::Withdrawn, format!("{} takes {amount}", self.who(account)))]
            }
            Of::Collected { account, validator, amount } => {
                let (who, from) = (self.who(account), self.name(validator));
                let amount = self.amount(coin, *amount)?;
                vec![(Kind::Collected, format!("{who} collects {amount} from {from}"))]
            }
            Of::CommissionSet { validator, commission, from } => {
                let (who, rate) = (self.who(validator), percent(commission)?);
                vec![(Kind::Commission, format!("{who} keeps {rate} from epoch {from} on"))]
            }
            Of::Joined { validator, power } => {
                let (who, power) = (self.who(validator), self.bonded(*power)?);
                vec![(Kind::Joined, format!("{who} with {power} bonded to it"))]
            }
            // Told as the jail that it went to.
            Of::Left { why: Why::Jailed, .. } => Vec::new(),
            Of::Left { validator, why } => {
                vec![(Kind::Left, format!("{}: {why}", self.who(validator)))]
            }
            Of::Jailed { validator, until } => {
                let until = grouped(*until);
                vec![(Kind::Jailed, format!("{} until epoch {until}", self.who(validator)))]
            }
            Of::LeftJail { validator } => vec![(Kind::LeftJail, self.who(validator))],
            Of::Slashed { validator, fault, fraction, amount, .. } => {
                let kind = match fault {
                    Fault::Consensus => Kind::Double,
                    Fault::Absence => Kind::Absent,
                };
                let (who, amount) = (self.who(validator), self.bonded(*amount)?);
                let part = percent(fraction)?;
                let text = format!("{who} and its delegators lose {amount}, {part} of the bonds");
                vec![(kind, text)]
            }
            Of::Credited { .. } | Of::Asked { .. } | Of::Retiring { .. } => Vec::new(),
        })
    }
}
