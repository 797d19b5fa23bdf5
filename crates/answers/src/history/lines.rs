//! Events of an account, in words.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::{
    collateral, ledger, market, pricing, registry, settlement, slashing, vesting, weights, work,
};
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Address, Event};
use workmint_protocol::{Money, Unit};
use workmint_storage::index::EventKey;
use workmint_storage::store::{AccountRow, What};

use super::{governance, provider, validators};
use crate::error::AnswerError;
use crate::text::{asset_of, money_json, shown};

/// One event of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place.
    pub key: EventKey,
    /// What happened, in one word.
    pub kind: &'static str,
    /// The same in a sentence.
    pub text: String,
    /// The amount it is about, if it is about one.
    pub amount: Option<Money>,
    /// What the account gained by it.
    pub gained: Option<Money>,
    /// What the account lost by it.
    pub lost: Option<Money>,
    /// The other accounts it names, ascending.
    pub others: Vec<Address>,
}

impl Line {
    /// For machines.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "height": self.key.height.to_string(),
            "sequence": self.key.sequence,
            "event": self.kind,
            "text": self.text,
            "amount": self.amount.as_ref().map(money_json),
            "gained": self.gained.as_ref().map(money_json),
            "lost": self.lost.as_ref().map(money_json),
        })
    }
}

/// What an event says to one of its accounts.
pub(super) struct Said {
    kind: &'static str,
    text: String,
    amount: Option<Money>,
}

/// One row as it looks to `me`.
pub(super) fn line(
    parameters: &Parameters,
    me: &Address,
    (key, row): (EventKey, &AccountRow),
) -> Result<Line, AnswerError> {
    let words = Words { parameters, me };
    let Said { kind, text, amount } = match &row.what {
        What::Event(event) => describe(&words, event)?,
        What::Fee { message, paid, due } => {
            words.fee(message, (*paid, *due), row.change.as_ref())?
        }
        What::Moved(reason) => words.moved(*reason, row.change.as_ref())?,
    };
    let mut others = match &row.what {
        What::Event(event) => event.accounts(),
        What::Fee { .. } | What::Moved(_) => Vec::new(),
    };
    others.retain(|account| account != me);
    others.sort_unstable();
    others.dedup();
    let changed = |gained: bool| {
        let change = row.change.as_ref().filter(|change| change.gained == gained);
        change.map(|change| words.money(change.asset, change.amount)).transpose()
    };
    let (gained, lost) = (changed(true)?, changed(false)?);
    Ok(Line { key, kind, text, amount, gained, lost, others })
}

fn describe(words: &Words<'_>, event: &Event) -> Result<Said, AnswerError> {
    let Words { parameters, me } = *words;
    match event {
        Event::Ledger(ledger::Event::Transferred { from, to, asset, amount }) => {
            let text = if from == me { format!("sent to {to}") } else { format!("from {from}") };
            words.amount("transferred", *asset, *amount, &text)
        }
        Event::Ledger(ledger::Event::Approved { owner, spender, asset, amount }) => {
            let of_me = format!("that {spender} may spend");
            let text = if owner == me { of_me } else { format!("of {owner} that I may spend") };
            words.allowance(*asset, *amount, &text)
        }
        Event::Registry(event) => Ok(registry_line(event)),
        Event::Vesting(vesting::Event::Granted { asset, amount, end_epoch, .. }) => {
            let text = format!("vests until epoch {end_epoch}");
            words.amount("granted", *asset, *amount, &text)
        }
        Event::Vesting(vesting::Event::Released { asset, amount, .. }) => {
            words.amount("vested", *asset, *amount, "vested and is free")
        }
        Event::Collateral(event) => words.collateral(event),
        Event::Slashing(slashing::Event::Punished { kind, fraction, amount, .. }) => {
            let text = format!("slashed for {kind}, {fraction} of active and unbonding collateral");
            words.amount("punished", parameters.collateral.asset, *amount, &text)
        }
        Event::Work(event) => words.work(event),
        Event::Market(event) => words.market(event),
        Event::Weights(event) => Ok(words.weights(event)),
        Event::Settlement(event) => words.settlement(event),
        Event::Pricing(event) => words.pricing(event),
        Event::Contributions(event) => words.contribution(event),
        Event::Rewards(event) => words.rewards(event),
        Event::Attestation(event) => Ok(provider::tier(event)),
        Event::Governance(event) => governance::line(words, event),
        Event::Stake(event) => provider::stake(words, event),
        Event::Exchange(event) => words.exchange(event),
        Event::Validators(event) => validators::line(words, event),
        Event::Opinions(event) => words.opinions(event),
        Event::Parameters(_) | Event::EpochsSkipped { .. } | Event::Quarantined { .. } => {
            Ok(plain("other", format!("{event:?}")))
        }
    }
}

pub(super) fn plain(kind: &'static str, text: String) -> Said {
    Said { kind, text, amount: None }
}

fn registry_line(event: &registry::Event) -> Said {
    match event {
        registry::Event::ParticipantRegistered { .. } => {
            plain("registered", "registered as a participant".to_owned())
        }
        registry::Event::ValidatorConfirmed { validator, .. } => {
            plain("validator_confirmed", format!("validator {validator} confirmed"))
        }
        registry::Event::TieConfirmed { by, .. } => {
            plain("tie_confirmed", format!("{by} confirmed to be owner or recipient"))
        }
        registry::Event::NodeRegistered { node, .. } => {
            plain("node_registered", format!("registered node {node}"))
        }
        registry::Event::NodeRetired { node, .. } => {
            plain("node_retired", format!("retired node {node}"))
        }
        registry::Event::RecipientSet { recipient, .. } => {
            plain("recipient_set", format!("claims now go to {recipient}"))
        }
    }
}

pub(super) struct Words<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) me: &'a Address,
}

impl Words<'_> {
    pub(super) fn amount(
        &self,
        kind: &'static str,
        asset: AssetId,
        amount: Amount,
        text: &str,
    ) -> Result<Said, AnswerError> {
        let text = format!("{} {text}", shown(amount, asset_of(self.parameters, asset)?));
        Ok(Said { kind, text, amount: Some(self.money(asset, amount)?) })
    }

    fn money(&self, asset: AssetId, amount: Amount) -> Result<Money, AnswerError> {
        let asset = asset_of(self.parameters, asset)?;
        let unit = Unit { symbol: asset.symbol.as_str().to_owned(), decimals: asset.decimals };
        Ok(unit.money(amount))
    }

    /// What may be spent; the largest amount is no limit, and no amount of anything.
    fn allowance(&self, asset: AssetId, amount: Amount, text: &str) -> Result<Said, AnswerError> {
        if amount < Amount::MAX {
            return self.amount("approved", asset, amount, text);
        }
        let symbol = &asset_of(self.parameters, asset)?.symbol;
        Ok(plain("approved", format!("no limit of {symbol} {text}")))
    }

    pub(super) fn model(&self, model: ModelId) -> String {
        let model = self.parameters.model(model);
        model.map_or_else(|| "an unknown model".to_owned(), |model| model.id.to_string())
    }

    fn collateral(&self, event: &collateral::Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.collateral.asset;
        match event {
            collateral::Event::Deposited { amount, .. } => {
                self.amount("collateral_deposited", asset, *amount, "of collateral deposited")
            }
            collateral::Event::WithdrawalBegan { amount, completes, .. } => {
                let text = format!("of collateral is unbonding until {completes}");
                self.amount("withdrawal_began", asset, *amount, &text)
            }
            collateral::Event::Released { amount, .. } => {
                self.amount("collateral_released", asset, *amount, "of collateral released")
            }
            collateral::Event::Slashed { amount, .. } => {
                self.amount("collateral_slashed", asset, *amount, "of collateral taken")
            }
            collateral::Event::Suspended { .. } => {
                Ok(plain("suspended", "validator inactive: collateral gives no weight".to_owned()))
            }
            collateral::Event::Restored { .. } => {
                Ok(plain("restored", "validator active again: collateral counts".to_owned()))
            }
            collateral::Event::UnitPriceMoved { from, to } => {
                let text = format!("a unit of weight takes {to} instead of {from} base units");
                Ok(plain("unit_price_moved", text))
            }
        }
    }

    fn pricing(&self, event: &pricing::Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.market.asset;
        match event {
            pricing::Event::Proposed { price, .. } => {
                self.amount("price_proposed", asset, *price, "proposed for a unit of compute")
            }
            pricing::Event::PriceChanged { model, price } => {
                let text = format!("is now the price of a unit of {}", self.model(*model));
                self.amount("price_changed", asset, *price, &text)
            }
        }
    }

    fn market(&self, event: &market::Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.market.asset;
        match event {
            market::Event::Deposited { model, amount, .. } => {
                let text = format!("prepaid for {}", self.model(*model));
                self.amount("deposited", asset, *amount, &text)
            }
            market::Event::Paid { model, amount, .. } => {
                let text = format!("paid for work on {}", self.model(*model));
                self.amount("paid", asset, *amount, &text)
            }
            market::Event::Opened { id, provider, model, price, escrow, .. } => {
                let unit = shown(*price, asset_of(self.parameters, asset)?);
                let model = self.model(*model);
                let text =
                    format!("in escrow: request {id} to {provider}, {model} at {unit} a unit");
                self.amount("request_opened", asset, *escrow, &text)
            }
            market::Event::AnswerWaits { id, customer, .. } => {
                let text = format!("the answer to {id} waits for the request of {customer}");
                Ok(plain("answer_waits", text))
            }
            market::Event::Answered { id, units, paid, provider, .. } => {
                let text = format!("paid for request {id}: {units} units by {provider}");
                self.amount("request_answered", asset, *paid, &text)
            }
            market::Event::Missed { id, provider, refunded, .. } => {
                let text = format!("free again: {provider} did not answer request {id}");
                self.amount("request_missed", asset, *refunded, &text)
            }
            market::Event::AnswerRefuted { id, provider, amount, missing, returned, .. } => {
                let (amount, how) = match returned {
                    market::Return::Paid => (amount, "returns to the customer"),
                    market::Return::Owed => (missing, "is owed to the customer"),
                    market::Return::Lost => (missing, "cannot be recovered"),
                };
                let text = format!("{how}: the answer of {provider} to {id} was refuted");
                self.amount("answer_refuted", asset, *amount, &text)
            }
            market::Event::DebtPaid { debtor, creditor, amount, .. } => {
                let text = format!("of the debt of {debtor} paid to {creditor}");
                self.amount("debt_paid", asset, *amount, &text)
            }
            market::Event::Closing { model, ends, .. } => {
                let text = format!("deposit for {} ends after {ends}", self.model(*model));
                Ok(plain("deposit_closing", text))
            }
            market::Event::Refunded { model, amount, .. } => {
                let text = format!("of the deposit for {} returned", self.model(*model));
                self.amount("refunded", asset, *amount, &text)
            }
            market::Event::Job(event) => self.jobs(event),
            market::Event::FeesSplit { total, .. } => {
                self.amount("fees_split", asset, *total, "of the market's fees split")
            }
            market::Event::Session(event) => self.session(event),
        }
    }

    fn session(&self, event: &market::SessionEvent) -> Result<Said, AnswerError> {
        use market::SessionEvent as Of;
        let asset = self.parameters.market.asset;
        match event {
            Of::Opened { session, provider, model, price, deposit, .. } => {
                let unit = shown(*price, asset_of(self.parameters, asset)?);
                let model = self.model(*model);
                let text =
                    format!("in session {session} with {provider}, {model} at {unit} a unit");
                self.amount("session_opened", asset, *deposit, &text)
            }
            Of::ToppedUp { session, amount, .. } => {
                self.amount("session_topped_up", asset, *amount, &format!("added to {session}"))
            }
            Of::Redeemed { session, customer, provider, paid, .. } => {
                let text =
                    format!("from {customer} to {provider} by a voucher of session {session}");
                self.amount("voucher_redeemed", asset, *paid, &text)
            }
            Of::Closing { session, customer, ends, .. } => {
                let text = format!("session {session} of {customer} ends after {ends}");
                Ok(plain("session_closing", text))
            }
            Of::Ended { session, customer, refunded, .. } => {
                let text = format!("of session {session} returned to {customer}");
                self.amount("session_ended", asset, *refunded, &text)
            }
        }
    }

    fn settlement(&self, event: &settlement::Event) -> Result<Said, AnswerError> {
        match event {
            settlement::Event::Claimed { epoch, account, recipient, asset, amount, .. } => {
                let whose =
                    if account == self.me { String::new() } else { format!(" of {account}") };
                let to =
                    if recipient == self.me { String::new() } else { format!(" to {recipient}") };
                let text = format!("paid for the claim{whose} of epoch {epoch}{to}");
                self.amount("claimed", *asset, *amount, &text)
            }
            settlement::Event::ClaimForfeited { epoch, asset, amount, .. } => {
                let text = format!("of epoch {epoch} forfeited after a lost challenge");
                self.amount("claim_forfeited", *asset, *amount, &text)
            }
            settlement::Event::ClaimRepaid { epoch, account, customer, asset, amount } => {
                let text = format!("of epoch {epoch}, from {account} to {customer}: refuted work");
                self.amount("claim_repaid", *asset, *amount, &text)
            }
            settlement::Event::Settled { .. }
            | settlement::Event::Forfeited { .. }
            | settlement::Event::Recovered { .. }
            | settlement::Event::DustForfeited { .. }
            | settlement::Event::Expired { .. } => Ok(plain("other", format!("{event:?}"))),
        }
    }

    fn weights(&self, event: &weights::Event) -> Said {
        match event {
            weights::Event::Confirmed { confirmed, inactive, .. } => {
                let found = if *inactive { ", found inactive" } else { "" };
                plain("confirmed", format!("weight read again: {confirmed} confirmed{found}"))
            }
            weights::Event::ModelDelegated { account, model, to } => {
                let to = to.map_or_else(|| "nobody".to_owned(), |to| to.to_string());
                plain("delegated", format!("{account} delegates {} to {to}", self.model(*model)))
            }
            weights::Event::ModelRefused { model, refused, .. } => {
                let verb = if *refused { "refused" } else { "no longer refused" };
                plain("refused_model", format!("{verb}: {}", self.model(*model)))
            }
        }
    }

    fn report(&self, report: &work::ReportRef) -> String {
        match report {
            work::ReportRef::Summary(key) => {
                format!("summary of node {} on {}", key.node, self.model(key.model))
            }
            work::ReportRef::Proof(key) => {
                format!("compute proof of node {} on {}", key.node, self.model(key.model))
            }
            work::ReportRef::Misses(key) => {
                format!("report of {}'s missed requests", key.participant)
            }
            work::ReportRef::Confirmation(key) => {
                format!("reading of {}'s weight", key.participant)
            }
        }
    }

    fn work(&self, event: &work::Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.market.asset;
        let summary = |key: &work::ReportKey| {
            let report = self.report(&work::ReportRef::Summary(*key));
            format!("{report}, {}, epoch {}", key.participant, key.epoch)
        };
        Ok(match event {
            work::Event::Reported { report, .. } => {
                plain("reported", format!("submitted: {}", self.report(report)))
            }
            work::Event::Accepted { report, .. } => {
                plain("accepted", format!("accepted: {}", self.report(report)))
            }
            work::Event::Lapsed { report } => {
                plain("lapsed", format!("found no quorum in time: {}", self.report(report)))
            }
            work::Event::Challenged { summary: key, challenger, bond } => {
                let text = format!("bond: {challenger} challenges the {}", summary(key));
                return self.amount("challenged", asset, *bond, &text);
            }
            work::Event::Refuted { summary: key, .. } => {
                plain("refuted", format!("refuted: {}", summary(key)))
            }
            work::Event::Upheld { summary: key, challenger, bond } => {
                let text = format!("bond lost by {challenger}, upheld: {}", summary(key));
                return self.amount("upheld", asset, *bond, &text);
            }
            work::Event::Undecided { summary: key } => {
                plain("undecided", format!("not decided in time, it stands: {}", summary(key)))
            }
            work::Event::Tallied { summary: key, requests, units, value } => {
                let text =
                    format!("earned by {requests} requests, {units} tokens: {}", summary(key));
                return self.amount("tallied", asset, *value, &text);
            }
            work::Event::SeedCommitted { epoch, .. } => {
                plain("seed_committed", format!("committed the seed of epoch {epoch}"))
            }
            work::Event::ChecksDue { epoch, checks, .. } => {
                plain("checks_due", format!("owes {checks} checks of epoch {epoch}"))
            }
            work::Event::Checked { account, summary: key, valid } => {
                let verdict = if *valid { "right" } else { "wrong" };
                plain("checked", format!("{account} found {verdict}: {}", summary(key)))
            }
            work::Event::StatusFound { status, reason, .. } => {
                plain("status_found", format!("{status} until the epoch ends: {reason}"))
            }
        })
    }
}
