//! What is asked, as a path of the REST interface with its parameters.

use workmint_core::Address;

use super::kinds::{
    Events, History, RewardsCalculator, RewardsEstimate, Transactions, What, Whole, Worth,
};
use crate::failure::Failure;
use crate::keys::Folder;
use crate::sending::client::Client;

/// Whether an answer is a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One thing.
    One,
    /// A list in an order of its own.
    List,
    /// A list by time: read from either end.
    ByTime,
    /// Text as it is.
    Text,
}

/// A path and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) path: String,
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) shape: Shape,
    /// A word of the question that means another epoch later, and the epoch it means now.
    pub(super) meant: Option<(String, u64)>,
}

impl Question {
    fn new(shape: Shape, path: impl Into<String>) -> Self {
        Self { path: path.into(), parameters: Vec::new(), shape, meant: None }
    }

    /// The same asked by a word for an epoch.
    fn meaning(mut self, text: &str, epoch: u64) -> Self {
        self.meant = matches!(text, "open" | "closed").then(|| (text.to_owned(), epoch));
        self
    }

    /// The same with a parameter, if it is given.
    fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.parameters.extend(value.map(|value| (name, value.to_string())));
        self
    }
}

/// Who answers what names stand for.
pub(super) struct Names<'a> {
    pub(super) client: &'a Client,
    pub(super) folder: &'a dyn Fn() -> Result<Folder, Failure>,
}

impl Names<'_> {
    fn account(&self, text: &str) -> Result<Address, Failure> {
        match text.parse::<Address>() {
            Ok(address) => Ok(address),
            Err(_) => super::account(text, &(self.folder)()?),
        }
    }

    /// The number of an epoch, or of the last closed one.
    fn epoch(&self, text: &str) -> Result<u64, Failure> {
        self.numbered(text, "a number, or \"closed\"")
    }

    /// The same, or the open one.
    fn any_epoch(&self, text: &str) -> Result<u64, Failure> {
        match text {
            "open" => Ok(self.client.facts()?.epoch),
            text => self.numbered(text, "a number, \"open\" or \"closed\""),
        }
    }

    fn numbered(&self, text: &str, allowed: &str) -> Result<u64, Failure> {
        match text {
            "closed" => {
                let closed = self.client.facts()?.epoch.checked_sub(1);
                closed.ok_or_else(|| Failure::input("no epoch is closed yet"))
            }
            text => text
                .parse()
                .map_err(|_| Failure::Input(format!("epoch \"{text}\"; allowed: {allowed}"))),
        }
    }

    /// The question that a subcommand stands for.
    pub(super) fn question(&self, what: &What) -> Result<Question, Failure> {
        let one = |path: String| Question::new(Shape::One, path);
        let list = |path: String| Question::new(Shape::List, path);
        let by_time = |path: String| Question::new(Shape::ByTime, path);
        let of = |account: &str| self.account(account);
        Ok(match what {
            What::Networks(of) => match &of.name {
                None => list("/v1/networks".to_owned()),
                Some(name) => one(format!("/v1/networks/{}", network(name)?)),
            },
            What::Account(who) => one(format!("/v1/accounts/{}", of(&who.account)?)),
            What::Allowances(who) => self.of_account(&who.account, "allowances")?,
            What::Delegations(who) => self.of_account(&who.account, "delegations")?,
            What::Participant(who) => self.perhaps("participants", who.account.as_deref())?,
            What::Validator(who) => self.perhaps("validators", who.account.as_deref())?,
            What::Explain(asked) => {
                let (epoch, account) = (self.any_epoch(&asked.epoch)?, of(&asked.account)?);
                one(format!("/v1/settlements/{epoch}/explain/{account}"))
            }
            What::Proof(asked) => {
                let (epoch, account) = (self.epoch(&asked.epoch)?, of(&asked.account)?);
                one(format!("/v1/settlements/{epoch}/proofs/{account}"))
            }
            What::Estimate(who) => one(format!("/v1/estimate/{}", of(&who.account)?)),
            What::Epoch(of) => match &of.epoch {
                None => by_time("/v1/epochs".to_owned()),
                Some(epoch) => one(format!("/v1/settlements/{}", self.epoch(epoch)?)),
            },
            What::Entries(of) => {
                let epoch = self.epoch(&of.epoch)?;
                list(format!("/v1/settlements/{epoch}/entries")).meaning(&of.epoch, epoch)
            }
            What::Metrics(of) => match &of.epoch {
                None => by_time("/v1/metrics".to_owned()),
                Some(epoch) => one(format!("/v1/epochs/{}/metrics", self.any_epoch(epoch)?)),
            },
            What::Job(of) => self.of_customer("jobs", of.customer.as_deref(), of.number)?,
            What::Session(of) => self.of_customer("sessions", of.customer.as_deref(), of.number)?,
            What::Contribution(asked) => match (&asked.epoch, &asked.account, asked.number) {
                (Some(epoch), Some(account), Some(number)) => {
                    let (epoch, account) = (self.any_epoch(epoch)?, of(account)?);
                    one(format!("/v1/contributions/{epoch}/{account}/{number}"))
                }
                _ => by_time("/v1/contributions".to_owned()),
            },
            What::Proposal(of) => match of.number {
                None => by_time("/v1/governance/proposals".to_owned()),
                Some(number) => one(format!("/v1/governance/proposals/{number}")),
            },
            What::Ballots(of) => list(format!("/v1/governance/proposals/{}/ballots", of.number)),
            What::Events(events) => self.events(events)?,
            What::History(History { account, csv: true }) => {
                Question::new(Shape::Text, format!("/v1/accounts/{}/history.csv", of(account)?))
            }
            What::History(asked) => {
                by_time(format!("/v1/accounts/{}/history", of(&asked.account)?))
            }
            What::Block(of) => match &of.block {
                None => by_time("/v1/blocks".to_owned()),
                Some(block) => one(format!("/v1/blocks/{}", block_name(block)?)),
            },
            What::Tx(of) => match &of.hash {
                None => self.transactions(of)?,
                Some(hash) => one(format!("/v1/transactions/{}", tx_hash(hash)?)),
            },
            What::Wait(_) => whole(&Whole::Network),
            What::Worth(of) => worth(of),
            What::Whole(of) => whole(of),
        })
    }

    /// A list of what an account has.
    fn of_account(&self, account: &str, what: &str) -> Result<Question, Failure> {
        let path = format!("/v1/accounts/{}/{what}", self.account(account)?);
        Ok(Question::new(Shape::List, path))
    }

    fn perhaps(&self, list: &str, account: Option<&str>) -> Result<Question, Failure> {
        Ok(match account {
            None => Question::new(Shape::List, format!("/v1/{list}")),
            Some(account) => {
                Question::new(Shape::One, format!("/v1/{list}/{}", self.account(account)?))
            }
        })
    }

    fn of_customer(
        &self,
        list: &str,
        customer: Option<&str>,
        number: Option<u64>,
    ) -> Result<Question, Failure> {
        let customer = customer.map(|text| self.account(text)).transpose()?;
        Ok(match (customer, number) {
            (Some(customer), Some(number)) => {
                Question::new(Shape::One, format!("/v1/{list}/{customer}/{number}"))
            }
            (customer, _) => {
                Question::new(Shape::ByTime, format!("/v1/{list}")).with("customer", customer)
            }
        })
    }

    fn events(&self, asked: &Events) -> Result<Question, Failure> {
        let account = asked.account.as_deref().map(|text| self.account(text)).transpose()?;
        let question = self.of_blocks("/v1/events", asked.epoch.as_deref(), asked.from)?;
        Ok(question
            .with("account", account)
            .with("event", asked.event.as_ref())
            .with("contract", asked.contract.as_ref()))
    }

    fn transactions(&self, asked: &Transactions) -> Result<Question, Failure> {
        let sender = asked.sender.as_deref().map(|text| self.account(text)).transpose()?;
        let question = self.of_blocks("/v1/transactions", asked.epoch.as_deref(), asked.from)?;
        Ok(question.with("sender", sender).with("succeeded", asked.succeeded))
    }

    /// A list of what stands in blocks: of an epoch, from a height on.
    fn of_blocks(
        &self,
        path: &str,
        epoch: Option<&str>,
        from: Option<u64>,
    ) -> Result<Question, Failure> {
        let number = epoch.map(|text| self.any_epoch(text)).transpose()?;
        let question = Question::new(Shape::ByTime, path).with("epoch", number).with("from", from);
        Ok(match (epoch, number) {
            (Some(text), Some(epoch)) => question.meaning(text, epoch),
            _ => question,
        })
    }
}

/// A question without more words.
fn whole(of: &Whole) -> Question {
    let (shape, path) = match of {
        Whole::Price => (Shape::List, "/v1/prices"),
        Whole::Backpay => (Shape::List, "/v1/backpay"),
        Whole::Settlement => (Shape::ByTime, "/v1/settlements"),
        Whole::Rates => (Shape::One, "/v1/rates"),
        Whole::Buckets => (Shape::One, "/v1/buckets"),
        Whole::RewardsHealth => (Shape::One, "/rewards/health"),
        Whole::RewardsMetrics => (Shape::One, "/rewards/metrics"),
        Whole::Supply => (Shape::One, "/v1/supply"),
        Whole::Governance => (Shape::One, "/v1/governance"),
        Whole::Network => (Shape::One, "/v1/network"),
        Whole::Health => (Shape::One, "/health"),
        Whole::Ready => (Shape::One, "/ready"),
    };
    Question::new(shape, path)
}

/// A question about what work costs or earns.
fn worth(of: &Worth) -> Question {
    match of {
        Worth::Quote(of) => Question::new(Shape::One, "/v1/quote")
            .with("model", Some(&of.model))
            .with("tokens", Some(of.tokens))
            .with("tier", of.tier.as_ref())
            .with("quality", of.quality.as_ref()),
        Worth::RewardsEstimate(of) => estimate(of),
        Worth::RewardsCalculator(of) => calculator(of),
    }
}

fn estimate(of: &RewardsEstimate) -> Question {
    Question::new(Shape::One, "/rewards/estimate")
        .with("tokens", of.tokens.as_ref())
        .with("quality", of.quality.as_ref())
        .with("improvement_pct", of.improvement_pct.as_ref())
        .with("difficulty", of.difficulty.as_ref())
        .with("applicability", of.applicability.as_ref())
        .with("validation_tasks", of.validation_tasks.as_ref())
        .with("complexity", of.complexity.as_ref())
        .with("dataset_gb", of.dataset_gb.as_ref())
        .with("dataset_quality", of.dataset_quality.as_ref())
        .with("dataset_diversity", of.dataset_diversity.as_ref())
        .with("daily", of.daily.then_some(true))
}

fn calculator(of: &RewardsCalculator) -> Question {
    Question::new(Shape::One, "/rewards/calculator")
        .with("scenario", of.scenario.as_ref())
        .with("hours", of.hours.as_ref())
        .with("tokens_per_hour", of.tokens_per_hour.as_ref())
        .with("improvements_per_session", of.improvements_per_session.as_ref())
        .with("tasks_per_batch", of.tasks_per_batch.as_ref())
        .with("gb_per_upload", of.gb_per_upload.as_ref())
}

/// A part of a path that is a height or the hash of a block.
fn block_name(text: &str) -> Result<&str, Failure> {
    let is_height = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_height || is_hash(text) {
        return Ok(text);
    }
    Err(Failure::Input(format!(
        "\"{text}\"; allowed: a height, or the hash of a block as 0x and 64 hexadecimal digits; \
         without either the last blocks are listed"
    )))
}

/// A part of a path that is the hash of a transaction.
fn tx_hash(text: &str) -> Result<&str, Failure> {
    if is_hash(text) {
        return Ok(text);
    }
    Err(Failure::Input(format!(
        "\"{text}\"; allowed: the hash of a transaction as 0x and 64 hexadecimal digits"
    )))
}

fn is_hash(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A part of a path that is a network's name.
fn network(text: &str) -> Result<&str, Failure> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(good) {
        return Ok(text);
    }
    Err(Failure::Input(format!("\"{text}\"; allowed: a name of a-z, 0-9 and -, such as gonka")))
}
