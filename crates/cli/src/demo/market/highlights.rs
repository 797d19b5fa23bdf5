//! The events worth telling, in words.

use super::cast::Cast;
use crate::demo::table::cut;
use crate::demo::tally::{Tally, Words};
use crate::failure::Failure;
use crate::output::{asset_of, percent};
use serde_json::Value;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::market::jobs::Outcome;
use workmint_core::modules::market::{self, SessionEvent, jobs};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::{attestation, exchange, governance, parameters, rewards, stake};
use workmint_core::names::AssetId;
use workmint_core::{Address, Applied, Event};

/// What kind of event; the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Quarantined,
    Silent,
    CustomerWon,
    Speechless,
    ProviderWon,
    Undecided,
    Late,
    TierRefuted,
    Passed,
    Rejected,
    Activated,
    SessionEnded,
    NotAccepted,
    LiquidityAdded,
    LiquidityRemoved,
    Swapped,
    Refused,
}

impl Kind {
    /// What happened, for one and for many.
    fn words(self) -> Words {
        match self {
            Self::Quarantined => ("item failed and was put back", "items failed and were put back"),
            Self::Silent => (
                "job whose provider stayed silent and was slashed",
                "jobs whose provider stayed silent and was slashed",
            ),
            Self::CustomerWon => {
                ("dispute decided for the customer", "disputes decided for the customer")
            }
            Self::Speechless => {
                ("dispute the provider did not answer", "disputes the provider did not answer")
            }
            Self::ProviderWon => {
                ("dispute decided for the provider", "disputes decided for the provider")
            }
            Self::Undecided => ("dispute not decided in time", "disputes not decided in time"),
            Self::Late => ("late result slashed", "late results slashed"),
            Self::TierRefuted => ("false privacy tier refuted", "false privacy tiers refuted"),
            Self::Passed => ("proposal passed", "proposals passed"),
            Self::Rejected => ("proposal rejected", "proposals rejected"),
            Self::Activated => ("change of parameters in force", "changes of parameters in force"),
            Self::SessionEnded => ("session ended", "sessions ended"),
            Self::NotAccepted => ("job that nobody accepted", "jobs that nobody accepted"),
            Self::LiquidityAdded => ("deposit into the pool", "deposits into the pool"),
            Self::LiquidityRemoved => ("withdrawal from the pool", "withdrawals from the pool"),
            Self::Swapped => ("swap", "swaps"),
            Self::Refused => ("transaction refused", "transactions refused"),
        }
    }
}

/// What an ended job needs to be told, by customer and number.
#[derive(Debug, Default)]
struct Known {
    /// Locked of the provider's and of the disputing customer's, base units.
    bond: Option<Amount>,
    dispute_bond: Option<Amount>,
    /// Judges for the customer, and for the provider.
    votes: (u32, u32),
}

/// How often each kind occurred, and the first of each in words.
#[derive(Debug, Default)]
pub(super) struct Highlights {
    seen: Tally<Kind>,
    jobs: BTreeMap<(Address, u64), Known>,
    /// All power of a vote.
    totals: BTreeMap<u64, u128>,
}

/// Who has which name, and which amounts are of what.
type Sources<'a> = (&'a Cast, &'a Parameters);

impl Highlights {
    /// Looks through a block of `epoch`.
    pub(super) fn add(
        &mut self,
        sources: Sources,
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        for (at, event) in applied.events.iter().enumerate() {
            let after = applied.events.get(at + 1..).unwrap_or_default();
            let told = match event {
                Event::Market(market::Event::Job(event)) => self.tell_job(sources, event, after)?,
                Event::Governance(event) => self.tell_vote(event),
                other => tell(sources, other)?,
            };
            if let Some((kind, text)) = told {
                self.seen.note(kind, epoch, &text);
            }
        }
        for error in applied.results.iter().filter_map(|result| result.as_ref().err()) {
            self.seen.note(Kind::Refused, epoch, &error.to_string());
        }
        Ok(())
    }

    /// One line for each kind.
    pub(super) fn lines(&self) -> Vec<String> {
        self.seen.lines(Kind::words)
    }

    /// The same for machines.
    pub(super) fn json(&self) -> Vec<Value> {
        self.seen.json(Kind::words)
    }

    /// A job's event; `after` are those that follow it in the block.
    fn tell_job(
        &mut self,
        sources: Sources,
        event: &jobs::Event,
        after: &[Event],
    ) -> Result<Option<(Kind, String)>, Failure> {
        match event {
            jobs::Event::Accepted { customer, number, bond, .. } => {
                self.jobs.entry((*customer, *number)).or_default().bond = Some(*bond);
            }
            jobs::Event::Disputed { customer, number, bond, .. } => {
                self.jobs.entry((*customer, *number)).or_default().dispute_bond = Some(*bond);
            }
            jobs::Event::Judged { customer, number, for_customer, .. } => {
                let votes = &mut self.jobs.entry((*customer, *number)).or_default().votes;
                let side = if *for_customer { &mut votes.0 } else { &mut votes.1 };
                *side += 1;
            }
            jobs::Event::Ended { customer, number, provider, outcome, paid, refunded, .. } => {
                let known = self.jobs.remove(&(*customer, *number)).unwrap_or_default();
                let end = End {
                    customer,
                    number: *number,
                    provider: provider.as_ref(),
                    outcome: *outcome,
                    paid: *paid,
                    refunded: *refunded,
                    slash: slash_of(provider.as_ref(), after),
                };
                return end.tell(sources, &known);
            }
            _ => {}
        }
        Ok(None)
    }

    fn tell_vote(&mut self, event: &governance::Event) -> Option<(Kind, String)> {
        match event {
            governance::Event::VoteOpened { proposal, total, .. } => {
                self.totals.insert(*proposal, *total);
                None
            }
            governance::Event::Passed { proposal, tally, executes } => {
                let text = counted(tally, self.totals.get(proposal).copied());
                let text = format!("proposal {proposal}: {text}; it waits until {executes}");
                Some((Kind::Passed, text))
            }
            governance::Event::Rejected { proposal, tally, total, .. } => Some((
                Kind::Rejected,
                format!("proposal {proposal}: {}", counted(tally, Some(*total))),
            )),
            _ => None,
        }
    }
}

/// Ballots in words.
fn counted(tally: &governance::Tally, total: Option<u128>) -> String {
    let decided = tally.yes.saturating_add(tally.no);
    let voted = decided.saturating_add(tally.abstain);
    let of_all = total.map_or_else(String::new, |total| {
        format!("; {} of all power voted", percent(voted, total))
    });
    format!("{} of yes and no is yes{of_all}", percent(tally.yes, decided))
}

/// Fraction and amount of the slash of a provider's stake that follows the end of its job.
fn slash_of(provider: Option<&Address>, after: &[Event]) -> Option<(String, Amount)> {
    let ended = |event: &&Event| {
        matches!(event, Event::Market(market::Event::Job(jobs::Event::Ended { .. })))
    };
    after.iter().take_while(|event| !ended(event)).find_map(|event| match event {
        Event::Stake(stake::Event::Slashed { account, fraction, amount, .. })
            if Some(account) == provider =>
        {
            Some((percent(fraction.numerator(), fraction.denominator()), *amount))
        }
        _ => None,
    })
}

/// How a job ended.
struct End<'a> {
    customer: &'a Address,
    number: u64,
    provider: Option<&'a Address>,
    outcome: Outcome,
    paid: Amount,
    refunded: Amount,
    slash: Option<(String, Amount)>,
}

impl End<'_> {
    fn tell(
        &self,
        (cast, parameters): Sources,
        known: &Known,
    ) -> Result<Option<(Kind, String)>, Failure> {
        let name = |address: &Address| cast.people.name(address);
        let money = |amount: Amount| units(parameters, parameters.market.asset, amount);
        let job = format!("job {} of {}", self.number, name(self.customer));
        let who = |address: &Address| cast.people.who(address);
        let provider = self.provider.map_or_else(String::new, who);
        let slashed = self.slashed(parameters)?;
        let (paid, refunded) = (money(self.paid)?, money(self.refunded)?);
        let bond = |amount: Option<Amount>| match amount {
            Some(amount) => Ok::<_, Failure>(format!(" of {}", money(amount)?)),
            None => Ok(String::new()),
        };
        let (own, disputed) = (bond(known.bond)?, bond(known.dispute_bond)?);
        let (for_customer, for_provider) = known.votes;
        let (kind, text) = match self.outcome {
            Outcome::NotDelivered => (
                Kind::Silent,
                format!(
                    "{provider} accepted {job} and revealed nothing; it lost its bond{own} and \
                     {slashed}; {refunded} returned to the customer"
                ),
            ),
            Outcome::CustomerWon => (
                Kind::CustomerWon,
                format!(
                    "{job}, {for_customer} to {for_provider} judges against {provider}: \
                     {refunded} returned, half of the provider's bond{own} went to the customer, \
                     and it lost {slashed}"
                ),
            ),
            Outcome::ProviderWon => (
                Kind::ProviderWon,
                format!(
                    "{job}, {for_provider} to {for_customer} judges for {provider}: it was paid \
                     {paid}, and half of the customer's bond{disputed}"
                ),
            ),
            Outcome::NoEvidence => (
                Kind::Speechless,
                format!(
                    "{job}: {refunded} returned; {provider} lost its bond{own}, half of it to the \
                     customer, and {slashed}"
                ),
            ),
            Outcome::Undecided => (Kind::Undecided, job),
            Outcome::Paid if self.slash.is_some() => {
                (Kind::Late, format!("{job}: {provider} lost {slashed}"))
            }
            Outcome::NotAccepted => (Kind::NotAccepted, format!("{job}: {refunded} returned")),
            Outcome::Failed => (Kind::Quarantined, job),
            Outcome::Paid | Outcome::Cancelled => return Ok(None),
        };
        Ok(Some((kind, text)))
    }

    /// What of its stake the provider lost with it.
    fn slashed(&self, parameters: &Parameters) -> Result<String, Failure> {
        match self.slash.as_ref().zip(parameters.stake.as_ref()) {
            Some(((share, amount), rules)) => {
                let amount = units(parameters, rules.asset, *amount)?;
                Ok(format!("{share} of its stake, {amount}"))
            }
            None => Ok("nothing of its stake".to_owned()),
        }
    }
}

/// Events that need nothing else.
fn tell((cast, parameters): Sources, event: &Event) -> Result<Option<(Kind, String)>, Failure> {
    let name = |address: &Address| cast.people.name(address);
    Ok(Some(match event {
        Event::Quarantined { step, code } => (Kind::Quarantined, format!("{step}, error {code}")),
        Event::Rewards(rewards::Event::StreamQuarantined { stream, code, .. }) => {
            (Kind::Quarantined, format!("stream {stream}, error {code}"))
        }
        Event::Attestation(attestation::Event::TierRefuted { account, .. }) => {
            let cost = parameters.stake.as_ref().map(|rules| rules.slashing.attestation);
            let cost = cost.map_or_else(String::new, |share| {
                let share = percent(share.numerator(), share.denominator());
                format!("; it costs {share} of its stake")
            });
            let account = cast.people.who(account);
            (Kind::TierRefuted, format!("{account} is at the lowest tier again{cost}"))
        }
        Event::Parameters(parameters::Event::Activated { epoch, version }) => {
            (Kind::Activated, format!("version {version} from epoch {epoch} on"))
        }
        Event::Market(market::Event::Session(SessionEvent::Ended {
            customer,
            session,
            provider,
            paid,
            refunded,
            ..
        })) => {
            let money = |amount: Amount| units(parameters, parameters.market.asset, amount);
            let (customer, provider) = (name(customer), name(provider));
            let (paid, refunded) = (money(*paid)?, money(*refunded)?);
            let text = format!(
                "session {session} of {customer}: {provider} was paid {paid}, {refunded} returned"
            );
            (Kind::SessionEnded, text)
        }
        Event::Exchange(event) => return tell_pool((cast, parameters), event),
        _ => return Ok(None),
    }))
}

fn tell_pool(
    (cast, parameters): Sources,
    event: &exchange::Event,
) -> Result<Option<(Kind, String)>, Failure> {
    let Some(rules) = &parameters.exchange else {
        return Ok(None);
    };
    let both = |amounts: &(Amount, Amount)| {
        let first = units(parameters, rules.assets.0, amounts.0)?;
        let second = units(parameters, rules.assets.1, amounts.1)?;
        Ok::<_, Failure>(format!("{first} and {second}"))
    };
    Ok(Some(match event {
        exchange::Event::LiquidityAdded { account, amounts, .. } => {
            let name = cast.people.name(account);
            (Kind::LiquidityAdded, format!("{name} added {}", both(amounts)?))
        }
        exchange::Event::LiquidityRemoved { account, amounts, .. } => {
            let name = cast.people.name(account);
            (Kind::LiquidityRemoved, format!("{name} took {}", both(amounts)?))
        }
        exchange::Event::Swapped { account, asset_in, amount_in, amount_out } => {
            let out = match *asset_in == rules.assets.0 {
                true => rules.assets.1,
                false => rules.assets.0,
            };
            let given = units(parameters, *asset_in, *amount_in)?;
            let got = units(parameters, out, *amount_out)?;
            (Kind::Swapped, format!("{} changed {given} for {got}", cast.people.name(account)))
        }
    }))
}

/// An amount cut after two decimals, with its unit.
fn units(parameters: &Parameters, asset: AssetId, amount: Amount) -> Result<String, Failure> {
    let asset = asset_of(parameters, asset)?;
    Ok(format!("{} {}", cut(amount, asset), asset.symbol))
}
