//! The events worth telling, in words.

use super::cast::{Cast, Workers};
use crate::demo::tally::{Tally, Words};
use crate::failure::Failure;
use crate::output::{asset_of, shown};
use serde_json::Value;
use workmint_amounts::{Amount, Ratio};
use workmint_answers::explain::weight::per_unit;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::slashing::{self, OffenceKind};
use workmint_core::modules::work::ReportKey;
use workmint_core::modules::{collateral, rewards, settlement, validators, work};
use workmint_core::names::AssetId;
use workmint_core::{Applied, Event};

/// What kind of event; the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Quarantined,
    Refuted,
    Upheld,
    Undecided,
    Downtime,
    Fault,
    Suspended,
    Restored,
    Withdrawing,
    Released,
    UnitPrice,
    Joined,
    Bonds,
    ClaimForfeited,
    Expired,
    Lapsed,
    Refused,
}

impl Kind {
    /// What happened, for one and for many.
    fn words(self) -> Words {
        match self {
            Self::Quarantined => ("item failed and was put back", "items failed and were put back"),
            Self::Refuted => ("false report refuted", "false reports refuted"),
            Self::Upheld => ("challenge lost", "challenges lost"),
            Self::Undecided => ("challenge not decided in time", "challenges not decided in time"),
            Self::Downtime => ("slash for missed requests", "slashes for missed requests"),
            Self::Fault => ("validator fault slashed", "validator faults slashed"),
            Self::Suspended => ("validator began unbonding", "validators began unbonding"),
            Self::Restored => ("validator bonded again", "validators bonded again"),
            Self::Withdrawing => {
                ("withdrawal of collateral began", "withdrawals of collateral began")
            }
            Self::Released => ("withdrawal released", "withdrawals released"),
            Self::UnitPrice => ("move of a weight's collateral", "moves of a weight's collateral"),
            Self::Joined => ("validator joined", "validators joined"),
            Self::Bonds => ("slash of a validator's bonds", "slashes of validators' bonds"),
            Self::ClaimForfeited => ("unclaimed reward forfeited", "unclaimed rewards forfeited"),
            Self::Expired => ("expiry of unclaimed rewards", "expiries of unclaimed rewards"),
            Self::Lapsed => ("report without a quorum lapsed", "reports without a quorum lapsed"),
            Self::Refused => ("transaction refused", "transactions refused"),
        }
    }
}

/// How often each kind occurred, and the first of each in words.
#[derive(Debug, Default)]
pub(in crate::demo) struct Highlights {
    seen: Tally<Kind>,
}

impl Highlights {
    /// Looks through a block of `epoch`.
    pub(in crate::demo) fn add(
        &mut self,
        (cast, parameters): (&Cast, &Parameters),
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        let teller = Teller { cast, parameters };
        for event in &applied.events {
            if let Some((kind, text)) = teller.tell(event)? {
                self.seen.note(kind, epoch, &text);
            }
        }
        for error in applied.results.iter().filter_map(|result| result.as_ref().err()) {
            self.seen.note(Kind::Refused, epoch, &error.to_string());
        }
        Ok(())
    }

    /// One line for each kind.
    pub(in crate::demo) fn lines(&self) -> Vec<String> {
        self.seen.lines(Kind::words)
    }

    /// The same for machines.
    pub(in crate::demo) fn json(&self) -> Vec<Value> {
        self.seen.json(Kind::words)
    }
}

/// Puts events into words.
struct Teller<'a> {
    cast: &'a Cast,
    parameters: &'a Parameters,
}

type Told = Result<Option<(Kind, String)>, Failure>;

impl Teller<'_> {
    fn tell(&self, event: &Event) -> Told {
        match event {
            Event::Work(event) => self.tell_work(event),
            Event::Slashing(event) => self.tell_slash(event),
            Event::Collateral(event) => self.tell_collateral(event),
            Event::Settlement(event) => self.tell_settlement(event),
            // The story of opinions tells more of them.
            Event::Validators(event) if self.cast.workers == Workers::Hosts => {
                self.tell_validators(event)
            }
            Event::Rewards(rewards::Event::StreamQuarantined { stream, code, .. }) => {
                Ok(Some((Kind::Quarantined, format!("stream {stream}, error {code}"))))
            }
            Event::Quarantined { step, code } => {
                Ok(Some((Kind::Quarantined, format!("{step}, error {code}"))))
            }
            _ => Ok(None),
        }
    }

    fn tell_work(&self, event: &work::Event) -> Told {
        Ok(match event {
            work::Event::Refuted { summary, challenger } => {
                let (cheat, challenger) = (self.of(summary), self.cast.people.name(challenger));
                let text = format!("{cheat} had reported more than it did; {challenger} was right");
                Some((Kind::Refuted, text))
            }
            work::Event::Upheld { summary, challenger, bond } => {
                let (host, challenger) = (self.of(summary), self.cast.people.name(challenger));
                let bond = self.amount(self.parameters.market.asset, *bond)?;
                let text = format!("{challenger} lost its bond of {bond}, half of it to {host}");
                Some((Kind::Upheld, text))
            }
            work::Event::Undecided { summary } => {
                let text = format!("the report of {} stands", self.of(summary));
                Some((Kind::Undecided, text))
            }
            work::Event::Lapsed { .. } => Some((Kind::Lapsed, "it is worth nothing".to_owned())),
            _ => None,
        })
    }

    fn tell_slash(&self, event: &slashing::Event) -> Told {
        let slashing::Event::Punished { account, kind, fraction, amount } = event;
        let (name, asset) = (self.cast.people.who(account), self.parameters.collateral.asset);
        let amount = self.amount(asset, *amount)?;
        let hundred = Ratio::from_integer(100);
        let percent = fraction.checked_mul(hundred).map_err(Failure::damage)?;
        let percent = percent.to_decimal_string(2);
        let text = format!("{name} lost {amount}, {percent} % of its collateral");
        Ok(match kind {
            OffenceKind::Downtime => Some((Kind::Downtime, text)),
            OffenceKind::ConsensusFault => Some((Kind::Fault, text)),
            // Told as the challenge that showed it.
            OffenceKind::InvalidWork => None,
        })
    }

    fn tell_validators(&self, event: &validators::Event) -> Told {
        let asset = self.parameters.validators.as_ref().map(|rules| rules.asset);
        Ok(match (event, asset) {
            (validators::Event::Joined { validator, .. }, _) => {
                Some((Kind::Joined, self.cast.people.who(validator)))
            }
            (validators::Event::Slashed { validator, amount, .. }, Some(asset)) => {
                let (name, amount) =
                    (self.cast.people.who(validator), self.amount(asset, *amount)?);
                Some((Kind::Bonds, format!("{name} and its delegators lost {amount}")))
            }
            _ => None,
        })
    }

    fn tell_collateral(&self, event: &collateral::Event) -> Told {
        let asset = self.parameters.collateral.asset;
        Ok(match event {
            collateral::Event::WithdrawalBegan { account, amount, .. } => {
                let (name, amount) = (self.cast.people.who(account), self.amount(asset, *amount)?);
                let wait = self.parameters.collateral.unbonding;
                let text = format!("{amount} of {name}, slashable for {wait} more");
                Some((Kind::Withdrawing, text))
            }
            collateral::Event::Released { account, amount } => {
                let (name, amount) = (self.cast.people.who(account), self.amount(asset, *amount)?);
                Some((Kind::Released, format!("{amount} of {name}")))
            }
            collateral::Event::UnitPriceMoved { from, to } => {
                let asset = asset_of(self.parameters, asset)?;
                let (from, to) = (per_unit(*from, asset), per_unit(*to, asset));
                Some((Kind::UnitPrice, format!("a unit of weight takes {to} instead of {from}")))
            }
            collateral::Event::Suspended { account } => {
                let text =
                    format!("the collateral of {} gives no weight", self.cast.people.who(account));
                Some((Kind::Suspended, text))
            }
            collateral::Event::Restored { account } => {
                let text =
                    format!("the collateral of {} counts again", self.cast.people.who(account));
                Some((Kind::Restored, text))
            }
            _ => None,
        })
    }

    fn tell_settlement(&self, event: &settlement::Event) -> Told {
        Ok(match event {
            settlement::Event::ClaimForfeited { account, asset, amount, .. } => {
                let (name, amount) = (self.cast.people.who(account), self.amount(*asset, *amount)?);
                Some((Kind::ClaimForfeited, format!("{name} lost {amount}")))
            }
            settlement::Event::Expired { epoch, asset, amount, .. } => {
                let amount = self.amount(*asset, *amount)?;
                Some((Kind::Expired, format!("{amount} of epoch {epoch} that nobody claimed")))
            }
            _ => None,
        })
    }

    fn of(&self, summary: &ReportKey) -> String {
        self.cast.people.who(&summary.participant)
    }

    fn amount(&self, asset: AssetId, amount: Amount) -> Result<String, Failure> {
        Ok(shown(amount, asset_of(self.parameters, asset)?))
    }
}
