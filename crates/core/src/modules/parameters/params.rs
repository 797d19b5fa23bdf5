//! What a network's file says, and what governance may change: units and ranges beside each field.

use crate::address::Address;
use crate::names::{AssetId, ModelId, Name};
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio, SignedRatio};

/// Everything a network runs by. Amounts are base units of the asset named beside them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Name, chain id, epoch length.
    pub network: Network,
    /// The assets, by [`AssetId`]: 1 to 16 of them.
    pub assets: Vec<Asset>,
    /// The models customers may ask for, by [`ModelId`]: at most 1,024.
    pub models: Vec<Model>,
    /// What is minted when.
    pub emission: Emission,
    /// How budgets become rewards, in the file's order: at most 64.
    pub streams: Vec<Stream>,
    /// How potential weight becomes effective weight.
    pub weights: Weights,
    /// Deposits that back weight.
    pub collateral: Collateral,
    /// Fractions taken for offences.
    pub slashing: Slashing,
    /// Reports, quorum, challenges, duties, missed requests.
    pub work: Work,
    /// Prepaid deposits of customers.
    pub market: Market,
    /// The flat fee of a transaction.
    pub fees: Fees,
    /// How settled rewards reach their owners.
    pub claims: Claims,
}

/// Identity of the network. Never votable.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Network {
    /// The network's name.
    pub name: Name,
    /// Bound into the genesis hash and every signature; at least 1.
    pub chain_id: u64,
    /// How long an epoch is.
    pub epoch_length: EpochLength,
}

/// How an epoch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum EpochLength {
    /// After this many milliseconds, 1 s to 366 days.
    Time(u64),
    /// After this many blocks, at least 1.
    Blocks(u64),
}

/// A token. Never votable.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Asset {
    /// Ticker, for people.
    pub symbol: Name,
    /// Display unit = 10^decimals base units; 0 to 18.
    pub decimals: u8,
    /// Most that may ever be issued, genesis included, burned units not given back.
    pub cap: Amount,
}

/// A model that providers serve.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Model {
    /// The model's id, as customers write it.
    pub id: Name,
    /// Units of work that one unit of confirmed node weight can do in an epoch; at least 1.
    pub units_per_weight: u64,
    /// Price of one unit (one token), base units of the market's asset.
    pub price_per_unit: Amount,
}

/// What is minted when.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Emission {
    /// The asset minted.
    pub asset: AssetId,
    /// The rule that gives an epoch's amount.
    pub schedule: Schedule,
    /// Most that emission may ever mint.
    pub allocation: Amount,
    /// The first epoch that emits; earlier epochs emit nothing.
    pub genesis_epoch: u64,
}

/// An emission schedule. `n` counts epochs from the emission's genesis epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Schedule {
    /// floor(initial x exp(rate x n)): Gonka tokenomics V2 (document 000 §4.2).
    Exponential {
        /// Amount of epoch n = 0.
        initial: Amount,
        /// Decay per epoch, -1 to 0.
        rate: SignedRatio,
    },
    /// `reward` for each block of the epoch, minted at its close.
    FixedPerBlock {
        /// Amount per block.
        reward: Amount,
    },
    /// floor((allocation - issued) x rate).
    RemainingFraction {
        /// Share of what is left, above 0, at most 1.
        rate: Ratio,
    },
}

/// One way a budget becomes rewards: source, score rule, split rule, destinations.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stream {
    /// The stream's name, unique.
    pub name: Name,
    /// Where its budget comes from.
    pub source: Source,
    /// What is scored.
    pub score: Score,
    /// How the budget is split by scores.
    pub split: Split,
    /// Which scores the budget is divided by.
    pub denominator: Denominator,
    /// An upper limit of the budget.
    pub limit: Limit,
    /// Where goes what penalties removed.
    pub forfeits: Destination,
}

/// Where a stream's budget comes from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Source {
    /// This share of the epoch's emission. Shares of all emission streams sum to exactly 1.
    Emission {
        /// Above 0, at most 1.
        share: Ratio,
    },
    /// Everything in the pot of payments for accepted work.
    Payments,
}

/// What a stream scores.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Score {
    /// Effective weight of compute proofs x utilisation bonus x coverage bonus (document 000 §3.2).
    PocWeight(Bonuses),
    /// Accepted units x the price locked at acceptance (document 000 §2.2, WorkCoins).
    WorkDone,
    /// One account takes the whole budget (with [`Split::Direct`]).
    FixedAccount {
        /// The account.
        account: Payee,
    },
}

/// The bonuses of document 000 §5 and §6. All zero and coverage 1: no bonus.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Bonuses {
    /// A node's weight counts 1 + utilisation of its model x this; 0 to 10.
    pub utilisation_factor: Ratio,
    /// Multiplier of a participant with a node for every model; 1 to 10.
    pub full_coverage: Ratio,
    /// Otherwise 1 + (models served / models) x this; 0 to 10.
    pub partial_coverage: Ratio,
}

/// Who a [`Score::FixedAccount`] stream pays.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Payee {
    /// The treasury pot.
    Treasury,
    /// An account.
    Account(Address),
}

/// How a stream's budget is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Split {
    /// floor(budget x score / denominator); dust is carried to the stream's next epoch.
    Proportional,
    /// The whole budget to one account.
    Direct,
}

/// Which scores a budget is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Denominator {
    /// All scores before penalties: what a penalty removes is a forfeit.
    Full,
    /// Scores after penalties: the others share it.
    Paid,
}

/// An upper limit of a stream's budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Limit {
    /// None.
    None,
    /// The fees burned in the same epoch, so that self-dealing never pays.
    BurnedFees,
}

/// Where money without an owner goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Destination {
    /// Burned; if it was never minted, it is not minted.
    Burn,
    /// The treasury pot.
    Treasury,
    /// The recycling pool, re-issued before anything is minted.
    Recycling,
}

/// Document 001 §2.1: how potential weight becomes effective weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Weights {
    /// Share of potential weight that needs no collateral; 0 to 1.
    pub base_weight_ratio: Ratio,
    /// Collateral (base units) that activates one unit of weight; above 0.
    pub collateral_per_weight_unit: Ratio,
    /// Up to and including this epoch all potential weight is effective.
    pub grace_until_epoch: Option<u64>,
}

/// Document 001 §2.2: deposits that back weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Collateral {
    /// The asset deposited.
    pub asset: AssetId,
    /// How long a withdrawal stays slashable before it is released.
    pub unbonding: Duration,
    /// Withdrawals a participant may have under way at a time; 1 to 256.
    pub max_withdrawals: u32,
}

/// Document 001 §2.3: fractions of active and unbonding collateral taken for offences; 0 to 1.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Slashing {
    /// For a refuted report.
    pub invalid_work: Ratio,
    /// For failing the missed-request test.
    pub downtime: Ratio,
    /// Most of a slash that a successful challenger receives; 0 to 0.5.
    pub reporter_share: Ratio,
    /// Where the rest goes.
    pub destination: Destination,
    /// How the sum is rounded.
    pub rounding: SlashRounding,
    /// Evidence of a consensus fault older than this is refused.
    pub evidence_max_age: Duration,
}

/// How a slash is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SlashRounding {
    /// Up, on the sum of active and unbonding, then spread over the holdings.
    UpOnSum,
    /// Down, on each holding.
    DownPerHolding,
}

/// Reports, quorum, challenges, duties, missed requests.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Work {
    /// Reporters that must attest a report; 1 to 64, at most as many as there are reporters.
    pub quorum: u32,
    /// How long an accepted summary can be challenged.
    pub challenge_window: Duration,
    /// Smallest challenge bond, base units of the market's asset.
    pub challenge_bond_minimum: Amount,
    /// The bond is at least this share of the receipt's value; 0 to 1.
    pub challenge_bond_ratio: Ratio,
    /// How long judges have; undecided, the receipt stands.
    pub decision_window: Duration,
    /// Customers that one summary may list; 1 to 4,096.
    pub max_customers_per_summary: u32,
    /// Sampled checks each validator owes of the closed epoch's receipts; 0 switches duties off.
    pub checks_per_epoch: u32,
    /// The test of missed requests.
    pub missed_requests: MissedRequests,
}

/// When a participant fails its duty to answer. A participant with no request passes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum MissedRequests {
    /// Fails when missed / total is above this (document 001 §2.3 as v0.2.0 of Gonka runs it).
    Ratio {
        /// 0 to 1.
        threshold: Ratio,
    },
    /// Fails when so many misses are less likely than `significance` at a true rate of `rate`.
    Binomial {
        /// The rate of misses that is still good service; above 0, below 1.
        rate: Ratio,
        /// Above 0, below 1; 0.05 is customary.
        significance: Ratio,
    },
}

/// Prepaid deposits of customers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Market {
    /// The asset customers pay in.
    pub asset: AssetId,
    /// How long a deposit stays chargeable after its owner closes it.
    pub close_window: Duration,
}

/// The flat fee of a transaction, the same for every message.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fees {
    /// The asset it is paid in.
    pub asset: AssetId,
    /// Base units; may be 0 in a local network.
    pub flat: Amount,
    /// Where it goes.
    pub destination: Destination,
}

/// How settled rewards reach their owners.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Claims {
    /// Pull: the owner claims. Push: paid at the close.
    pub mode: ClaimMode,
    /// Epochs after the settled one at whose last close a claim expires; 1 to 1,024.
    pub window_epochs: u64,
    /// Where expired claims go.
    pub unclaimed: Destination,
    /// Epochs over which a claimed reward vests; 0 pays at once; at most 3,650.
    pub vesting_epochs: u64,
}

/// See [`Claims::mode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ClaimMode {
    /// The owner claims.
    Pull,
    /// Paid at the close, through the same record.
    Push,
}

impl Parameters {
    /// The asset with this number.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets.get(usize::from(id.0))
    }

    /// The model with this number.
    #[must_use]
    pub fn model(&self, id: ModelId) -> Option<&Model> {
        self.models.get(usize::from(id.0))
    }

    /// The number of the model with this id.
    #[must_use]
    pub fn model_id(&self, id: &str) -> Option<ModelId> {
        let at = self.models.iter().position(|model| model.id.as_str() == id)?;
        u16::try_from(at).ok().map(ModelId)
    }
}
