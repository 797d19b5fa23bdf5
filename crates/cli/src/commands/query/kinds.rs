//! What can be asked: the subcommands of `workmint query`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// What an account has, by asset: spendable, locked, why.
    #[command(visible_alias = "balance")]
    #[command(after_help = "Example:\n  workmint query balance alice")]
    Account(Who),
    /// What others may spend of an account's.
    #[command(after_help = "Example:\n  workmint query allowances alice")]
    Allowances(Who),
    /// What an account has bonded to validators, and what of it is on its way back.
    Delegations(Who),
    /// What happened to an account.
    #[command(after_help = "Example:\n  workmint query history alice --csv > alice.csv")]
    History(History),
    /// What a participant does: nodes, weights, collateral, status; all of them without one.
    #[command(after_help = "Example:\n  workmint query participant alice")]
    Participant(Perhaps),
    /// A validator: what is bonded to it, whether it is active; all of them without one.
    #[command(after_help = "Example:\n  workmint query validator")]
    Validator(Perhaps),
    /// What a participant will get for the open epoch.
    #[command(after_help = "Example:\n  workmint query estimate alice")]
    Estimate(Who),
    /// Why an account received what it received in an epoch, step by step.
    #[command(after_help = "Example:\n  workmint query explain closed alice")]
    Explain(Explained),
    /// The Merkle proof of what an account has in a settled epoch.
    #[command(after_help = "Example:\n  workmint query proof closed alice --json")]
    Proof(OfEpoch),
    /// The epochs that are settled; or one of them, stream by stream.
    #[command(after_help = "Example:\n  workmint query epoch closed")]
    Epoch(Epoch),
    /// Who may claim what of a settled epoch.
    #[command(after_help = "Example:\n  workmint query entries closed --limit 20")]
    Entries(OneEpoch),
    /// Emission, recipients, burned amounts, prices of jobs: by epoch, or of one.
    #[command(after_help = "Example:\n  workmint query metrics --limit 5")]
    Metrics(Epoch),
    /// Wait until the open epoch is closed.
    #[command(after_help = "Example:\n  workmint query wait --most 600")]
    Wait(Wait),
    /// A customer's job; without a number all of the customer's, without a customer all there are.
    #[command(after_help = "Example:\n  workmint query job alice 0")]
    Job(Numbered),
    /// A customer's session; without a number all of the customer's, without a customer all there
    /// are.
    #[command(after_help = "Example:\n  workmint query session alice 0")]
    Session(Numbered),
    /// Contributions to streams that pay at a rate; or one of them.
    #[command(after_help = "Example:\n  workmint query contribution --limit 20")]
    Contribution(Contribution),
    /// A proposal and its votes; all of them without a number.
    #[command(after_help = "Example:\n  workmint query proposal 0")]
    Proposal(Optional),
    /// Who voted on a proposal, and how.
    #[command(after_help = "Example:\n  workmint query ballots 0")]
    Ballots(Number),
    /// What happened on the network: amounts that moved, and every event.
    #[command(after_help = "Example:\n  workmint query events --epoch open --account alice")]
    Events(Events),
    /// A block by its height or hash; the last ones without.
    #[command(after_help = "Example:\n  workmint query block 7")]
    Block(Block),
    /// A transaction by its hash; the last ones without.
    #[command(after_help = "Example:\n  workmint query tx --sender alice --succeeded false")]
    Tx(Transactions),
    /// The networks that are built in; one of them with every parameter.
    #[command(after_help = "Example:\n  workmint query networks gonka")]
    Networks(Networks),
    #[command(flatten)]
    Worth(Worth),
    #[command(flatten)]
    Whole(Whole),
}

/// What work costs or earns.
#[derive(Debug, Subcommand)]
pub(super) enum Worth {
    /// What a job would cost now, and what its price can become.
    #[command(after_help = "Example:\n  workmint query quote --model qwen3-30b --tokens 1000")]
    Quote(Quote),
    /// What contributions would be worth, and what their buckets have left.
    #[command(
        after_help = "Example:\n  workmint query rewards-estimate --tokens 100000 --quality 1.1"
    )]
    RewardsEstimate(RewardsEstimate),
    /// What typical work earns.
    #[command(
        after_help = "Example:\n  workmint query rewards-calculator --scenario inference_hour"
    )]
    RewardsCalculator(RewardsCalculator),
}

/// What is asked of the whole network, without more words.
#[derive(Debug, Subcommand)]
pub(super) enum Whole {
    /// Prices of the models.
    #[command(after_help = "Example:\n  workmint query price")]
    Price,
    /// What contributions are worth: rates, multipliers, a day's budget.
    #[command(after_help = "Example:\n  workmint query rates")]
    Rates,
    /// What buckets have, used and owe in the open epoch.
    #[command(after_help = "Example:\n  workmint query buckets")]
    Buckets,
    /// What buckets owe, and whom.
    #[command(after_help = "Example:\n  workmint query backpay --limit 20")]
    Backpay,
    /// Whether the buckets are healthy, and what is wrong.
    #[command(after_help = "Example:\n  workmint query rewards-health")]
    RewardsHealth,
    /// Use of the buckets, what they owe, alerts.
    #[command(after_help = "Example:\n  workmint query rewards-metrics --json")]
    RewardsMetrics,
    /// What exists of each asset, minted, burned, held.
    #[command(after_help = "Example:\n  workmint query supply --json")]
    Supply,
    /// The settled epochs stream by stream.
    #[command(after_help = "Example:\n  workmint query settlement --limit 5")]
    Settlement,
    /// The treasury, versions of the rules, what is scheduled.
    #[command(after_help = "Example:\n  workmint query governance")]
    Governance,
    /// What the network is: assets, models, every parameter.
    #[command(after_help = "Example:\n  workmint query network --json > facts.json")]
    Network,
    /// Whether the node is well.
    #[command(after_help = "Example:\n  workmint query health")]
    Health,
    /// Whether the node can serve.
    #[command(after_help = "Example:\n  workmint query ready")]
    Ready,
}

#[derive(Debug, Args)]
pub(super) struct Networks {
    /// Its name; all of them without
    pub(super) name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Who {
    /// Address, or name of a key
    pub(super) account: String,
}

#[derive(Debug, Args)]
pub(super) struct Perhaps {
    /// Address, or name of a key; all of them without
    pub(super) account: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct OfEpoch {
    /// The epoch, or "closed" for the last one
    pub(super) epoch: String,
    /// Address, or name of a key
    pub(super) account: String,
}

#[derive(Debug, Args)]
pub(super) struct Explained {
    /// The epoch: its number, "open", or "closed" for the last closed one
    pub(super) epoch: String,
    /// Address, or name of a key
    pub(super) account: String,
}

#[derive(Debug, Args)]
pub(super) struct OneEpoch {
    /// The epoch, or "closed" for the last one
    pub(super) epoch: String,
}

#[derive(Debug, Args)]
pub(super) struct Epoch {
    /// The epoch, or "closed" for the last one; without it all of them
    pub(super) epoch: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Wait {
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    pub(super) most: u64,
}

#[derive(Debug, Args)]
pub(super) struct Quote {
    /// The model's id
    #[arg(long, value_name = "ID")]
    pub(super) model: String,
    /// Units of work
    #[arg(long, value_name = "N")]
    pub(super) tokens: u64,
    /// The privacy tier, by name or number; 0 unless given
    #[arg(long, value_name = "TIER")]
    pub(super) tier: Option<String>,
    /// The quality that is taken to be measured; 1 unless given
    #[arg(long, value_name = "Q")]
    pub(super) quality: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Numbered {
    /// Address of the customer, or name of a key; all customers without
    pub(super) customer: Option<String>,
    /// Its number; all of them without
    pub(super) number: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct Contribution {
    /// The epoch of the work, or "closed" for the last one; without it all that are kept
    #[arg(requires = "account")]
    pub(super) epoch: Option<String>,
    /// Address of the contributor, or name of a key
    #[arg(requires = "number")]
    pub(super) account: Option<String>,
    /// The contributor's number for it
    pub(super) number: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct RewardsEstimate {
    /// Tokens processed
    #[arg(long, value_name = "N")]
    pub(super) tokens: Option<String>,
    /// Their quality; 1 unless given
    #[arg(long, value_name = "Q", requires = "tokens")]
    pub(super) quality: Option<String>,
    /// By how much a model's loss falls, per cent of its recorded loss
    #[arg(long, value_name = "P")]
    pub(super) improvement_pct: Option<String>,
    /// The improvement's difficulty; 1.5 unless given
    #[arg(long, value_name = "D", requires = "improvement_pct")]
    pub(super) difficulty: Option<String>,
    /// The improvement's applicability; 1 unless given
    #[arg(long, value_name = "A", requires = "improvement_pct")]
    pub(super) applicability: Option<String>,
    /// Validation tasks completed
    #[arg(long, value_name = "N")]
    pub(super) validation_tasks: Option<String>,
    /// Their complexity; 1 unless given
    #[arg(long, value_name = "C", requires = "validation_tasks")]
    pub(super) complexity: Option<String>,
    /// Size of a dataset, GB of 10^9 bytes
    #[arg(long, value_name = "GB")]
    pub(super) dataset_gb: Option<String>,
    /// Its quality; 0.9 unless given
    #[arg(long, value_name = "Q", requires = "dataset_gb")]
    pub(super) dataset_quality: Option<String>,
    /// Its diversity; 1 unless given
    #[arg(long, value_name = "D", requires = "dataset_gb")]
    pub(super) dataset_diversity: Option<String>,
    /// They are a day's work, not one contribution of each kind
    #[arg(long)]
    pub(super) daily: bool,
}

#[derive(Debug, Args)]
pub(super) struct RewardsCalculator {
    /// custom (one of each), inference_hour, learning_session, validation_batch or dataset_upload
    #[arg(long, value_name = "NAME")]
    pub(super) scenario: Option<String>,
    /// Hours it takes, above 0, at most 8760; 1 unless given
    #[arg(long, value_name = "H")]
    pub(super) hours: Option<String>,
    /// Tokens an hour; 100,000 unless given
    #[arg(long, value_name = "N")]
    pub(super) tokens_per_hour: Option<String>,
    /// The improvement, per cent of the model's recorded loss; 2 unless given
    #[arg(long, value_name = "P")]
    pub(super) improvements_per_session: Option<String>,
    /// Tasks; 50 unless given
    #[arg(long, value_name = "N")]
    pub(super) tasks_per_batch: Option<String>,
    /// Size of the dataset, GB of 10^9 bytes; 10 unless given
    #[arg(long, value_name = "GB")]
    pub(super) gb_per_upload: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Optional {
    /// Its number
    pub(super) number: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct Number {
    /// The proposal's number
    pub(super) number: u64,
}

#[derive(Debug, Args)]
pub(super) struct Events {
    /// Only those of this epoch's blocks: its number, "open", or "closed" for the last closed one
    #[arg(long, value_name = "N")]
    pub(super) epoch: Option<String>,
    /// Only those with this account in a field: address, or name of a key
    #[arg(long, value_name = "ACCOUNT")]
    pub(super) account: Option<String>,
    /// Only those of this name, such as Transfer
    #[arg(long, value_name = "NAME")]
    pub(super) event: Option<String>,
    /// Only those of this interface, such as ICollateralEvents
    #[arg(long, value_name = "NAME")]
    pub(super) contract: Option<String>,
    /// Only those from this height on
    #[arg(long, value_name = "HEIGHT")]
    pub(super) from: Option<u64>,
    /// Go on with what happens, until interrupted; without --from only what happens from now on
    #[arg(long, short = 'f', conflicts_with_all = ["epoch", "limit", "cursor", "order"])]
    pub(super) follow: bool,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// Address, or name of a key
    pub(super) account: String,
    /// Print all of it as CSV, oldest first
    #[arg(long, conflicts_with = "json")]
    pub(super) csv: bool,
}

#[derive(Debug, Args)]
pub(super) struct Block {
    /// Height or hash
    pub(super) block: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Transactions {
    /// Its hash
    #[arg(conflicts_with_all = ["sender", "succeeded", "epoch", "from"])]
    pub(super) hash: Option<String>,
    /// Only those of this sender: address, or name of a key
    #[arg(long, value_name = "ACCOUNT")]
    pub(super) sender: Option<String>,
    /// Only those that did what they asked for (true), or failed (false)
    #[arg(long, value_name = "BOOL")]
    pub(super) succeeded: Option<bool>,
    /// Only those of this epoch's blocks: its number, "open", or "closed" for the last closed one
    #[arg(long, value_name = "N")]
    pub(super) epoch: Option<String>,
    /// Only those from this height on
    #[arg(long, value_name = "HEIGHT")]
    pub(super) from: Option<u64>,
}
