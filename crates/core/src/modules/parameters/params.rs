//! What a network's file says, and what governance may change: units and ranges beside each field.

mod contributions;
mod emission;
mod exchange;
mod fees;
mod governance;
mod jobs;
mod market;
mod opinions;
mod stake;
mod validators;
mod weights;
mod work;

pub use contributions::*;
pub use emission::*;
pub use exchange::*;
pub use fees::*;
pub use governance::*;
pub use jobs::*;
pub use market::*;
pub use opinions::*;
pub use stake::*;
pub use validators::*;
pub use weights::*;
pub use work::*;

use crate::address::Address;
use crate::names::{AssetId, ModelId, Name};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

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
    /// How the price of a unit of work moves.
    pub pricing: Pricing,
    /// What transactions cost.
    pub fees: Fees,
    /// How settled rewards reach their owners.
    pub claims: Claims,
    /// Work claimed for streams with a rate; `None`: there is none.
    pub contributions: Option<Contributions>,
    /// The budgets of streams with a rate; `None`: there are none.
    pub buckets: Option<Buckets>,
    /// What providers stake; `None`: nothing.
    pub stake: Option<Stake>,
    /// Privacy tiers and heartbeats; `None`: there are none.
    pub attestation: Option<Attestation>,
    /// The pool of two assets; `None`: there is none.
    pub exchange: Option<Exchange>,
    /// Proposals and votes; `None`: the role governor schedules parameters.
    pub governance: Option<Governance>,
    /// Validators that bond money; `None`: there are none.
    pub validators: Option<Validators>,
    /// Validators' weights on miners; `None`: there are none.
    pub opinions: Option<Opinions>,
}

/// Identity of the network. Never votable.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Network {
    /// The network's name.
    pub name: Name,
    /// Bound into the genesis hash and every signature; 0 to 2^52 - 20; 0: the genesis says it,
    /// see [`crate::Genesis::chain_id`].
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
    /// Price of one unit (one token), base units of the market's asset; under a pricing rule that
    /// moves, the price the model starts with.
    pub price_per_unit: Amount,
    /// Weight that one unit of an accepted proof's weight counts, so that models compare; 0 to
    /// 1,000,000.
    pub weight_factor: Ratio,
    /// Units of compute in one unit of work, for [`Pricing::UnitOfCompute`]; 1 to 10^9.
    pub compute_per_unit: u64,
    /// The loss that improvements start from, 10^-9; 0: none, so nothing can improve on it.
    pub recorded_loss: u64,
    /// How hard its tasks are, for [`Utility`]; 0 to 1.
    pub difficulty: Ratio,
    /// Its share of streams that score [`Score::ModelShares`]; 0 to 1, of all models together 1.
    pub share: Ratio,
    /// Weight from which it gets all of that share, with less in proportion; 0: any weight.
    pub reference_weight: u64,
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
    /// Where goes what rounding left.
    pub remainder: Remainder,
    /// How a budget cut by allocation or cap reaches the shares.
    pub clip: Clip,
}

/// Where goes what rounding left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Remainder {
    /// To the stream's next epoch.
    Carry,
    /// Where forfeits go (Gonka's mainnet).
    Forfeits,
}

/// How a budget of emission that allocation or cap cut reaches the shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Clip {
    /// The smaller budget is split.
    Budget,
    /// The uncut budget is split and each share scaled down, rounded down again (Gonka's mainnet).
    Shares,
}

/// Where a stream's budget comes from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Source {
    /// This share of the epoch's emission. Shares of all emission streams sum to exactly 1.
    Emission {
        /// Above 0, at most 1.
        share: Ratio,
    },
    /// This much for each block of the epoch that an active validator proposed, base units of the
    /// emission's asset: minted before the epoch's emission, of the same allocation.
    BlockRewards {
        /// For one block.
        reward: Amount,
    },
    /// Everything in the pot of payments for accepted work.
    Payments,
    /// Everything in the pot of this name, in the market's asset: a part of the market's fees.
    Pot {
        /// One stream at most pays out a pot.
        name: Name,
    },
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
    /// Contributions at a rate (with [`Split::Rate`]; document 002, reward rates).
    Rate(Box<RateScore>),
    /// What providers ask for their stake (document 003, passive earnings): stake x probes answered
    /// / probes held x network factor x rate, base units, rounded down. The budget is at most the
    /// sum: what nobody asks for is not minted, and a pot keeps it.
    Availability(Availability),
    /// Staking power of providers (document 003, staking power).
    StakingPower(StakingPower),
    /// The lowest number of shares of the pool of two assets that an account had in the epoch.
    Liquidity,
    /// Effective weight, model by model: each model's share of the budget is divided among the
    /// weights for it. A model's share is what its [`Model::share`] says, less where it has less
    /// than its [`Model::reference_weight`].
    ModelShares,
    /// The median of validators' weights on a miner, by the power behind them (document 004 §4.1).
    Performance,
    /// What is bonded to a validator x the share of blocks it signed (document 004 §4.1).
    BondedStake,
    /// Blocks a validator proposed (document 004 §3.1; with [`Source::BlockRewards`]).
    BlocksProposed,
    /// A miner's incentive by Yuma consensus.
    YumaIncentive,
    /// A validator's dividends by Yuma consensus.
    YumaDividends,
}

/// What availability pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Availability {
    /// Of a stake that answered every probe, at network factor 1; above 0, at most 1.
    pub rate_per_epoch: Ratio,
    /// The network factor is units of paid jobs / units offered, over the `window`, and at least
    /// this; 0 to `most_factor`.
    pub least_factor: Ratio,
    /// At most this; above 0, at most 10.
    pub most_factor: Ratio,
    /// Epochs of demand and supply that count, the one that closes included; 1 to 1,024.
    pub window: u32,
}

/// Whose staking power scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StakingPower {
    /// Probes answered / probes held is at least this; above 0 and with no probe held, nobody's
    /// scores; 0 to 1.
    pub least_uptime: Ratio,
    /// Whether a provider needs a job paid in the epoch; a session that pays counts as one.
    pub needs_paid_job: bool,
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
    /// What contributions are worth, within the rules of buckets.
    Rate(Bucket),
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

impl Source {
    /// Whether it is a share of what the epoch emits.
    #[must_use]
    pub const fn is_emission(&self) -> bool {
        match self {
            Self::Emission { .. } => true,
            Self::BlockRewards { .. } | Self::Payments | Self::Pot { .. } => false,
        }
    }

    /// Whether it is new money of the emission's asset: a share of what the epoch emits, or what
    /// blocks pay.
    #[must_use]
    pub const fn mints(&self) -> bool {
        match self {
            Self::Emission { .. } | Self::BlockRewards { .. } => true,
            Self::Payments | Self::Pot { .. } => false,
        }
    }
}

impl Parameters {
    /// The asset a stream of this source pays: that of emission, otherwise the market's.
    #[must_use]
    pub const fn asset_of(&self, source: &Source) -> AssetId {
        match source {
            Source::Emission { .. } | Source::BlockRewards { .. } => self.emission.asset,
            Source::Payments | Source::Pot { .. } => self.market.asset,
        }
    }

    /// What the stream of this name pays for contributions; `None` if it pays no rate, or there is
    /// no such stream.
    #[must_use]
    pub fn rate_score(&self, stream: &Name) -> Option<&RateScore> {
        let stream = self.streams.iter().find(|of| of.name == *stream)?;
        match (&stream.score, stream.split) {
            (Score::Rate(score), Split::Rate(_)) => Some(score),
            (
                Score::Rate(_)
                | Score::PocWeight(_)
                | Score::WorkDone
                | Score::FixedAccount { .. }
                | Score::Availability(_)
                | Score::StakingPower(_)
                | Score::Liquidity
                | Score::ModelShares
                | Score::Performance
                | Score::BondedStake
                | Score::BlocksProposed
                | Score::YumaIncentive
                | Score::YumaDividends,
                _,
            ) => None,
        }
    }

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
