//! The words of the file for each choice, in one place for reading and writing.

use workmint_core::modules::parameters::{
    ClaimMode, Clip, ContributionKind, Denominator, Destination, Limit, MessageGroup,
    MissConsequence, OpinionPower, PowerRule, PriceRounding, PriceStep, Remainder, SlashBase,
    SlashRounding, VestingRemainder, YumaKind, YumaMode,
};

/// Words and what they mean.
pub(crate) type Choices<T> = &'static [(&'static str, T)];

/// How a stream's budget is split.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitWord {
    Proportional,
    Direct,
    Rate,
}

pub(crate) const SPLITS: Choices<SplitWord> = &[
    ("proportional", SplitWord::Proportional),
    ("direct", SplitWord::Direct),
    ("rate", SplitWord::Rate),
];
pub(crate) const DENOMINATORS: Choices<Denominator> =
    &[("full", Denominator::Full), ("paid", Denominator::Paid)];
pub(crate) const LIMITS: Choices<Limit> =
    &[("none", Limit::None), ("burned_fees", Limit::BurnedFees)];
pub(crate) const REMAINDERS: Choices<Remainder> =
    &[("carry", Remainder::Carry), ("forfeits", Remainder::Forfeits)];
pub(crate) const CLIPS: Choices<Clip> = &[("budget", Clip::Budget), ("shares", Clip::Shares)];
pub(crate) const DESTINATIONS: Choices<Destination> = &[
    ("burn", Destination::Burn),
    ("treasury", Destination::Treasury),
    ("recycling", Destination::Recycling),
];
pub(crate) const MESSAGE_GROUPS: Choices<MessageGroup> = &[
    ("staking", MessageGroup::Staking),
    ("governance", MessageGroup::Governance),
    ("exchange", MessageGroup::Exchange),
    ("duties", MessageGroup::Duties),
];
pub(crate) const ROUNDINGS: Choices<SlashRounding> =
    &[("up_on_sum", SlashRounding::UpOnSum), ("down_per_holding", SlashRounding::DownPerHolding)];
pub(crate) const BASES: Choices<SlashBase> =
    &[("all", SlashBase::All), ("required", SlashBase::Required)];
pub(crate) const MISS_CONSEQUENCES: Choices<MissConsequence> =
    &[("slash", MissConsequence::Slash), ("forfeit", MissConsequence::Forfeit)];
pub(crate) const STEPS: Choices<PriceStep> =
    &[("block", PriceStep::Block), ("epoch", PriceStep::Epoch)];
pub(crate) const PRICE_ROUNDINGS: Choices<PriceRounding> =
    &[("keep", PriceRounding::Keep), ("truncate", PriceRounding::Truncate)];
pub(crate) const VESTING_REMAINDERS: Choices<VestingRemainder> =
    &[("spread", VestingRemainder::Spread), ("first", VestingRemainder::First)];
pub(crate) const MODES: Choices<ClaimMode> =
    &[("pull", ClaimMode::Pull), ("push", ClaimMode::Push)];

/// Where a part of the market's fees goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeePlace {
    Burn,
    Treasury,
    Pot,
}

pub(crate) const FEE_PLACES: Choices<FeePlace> =
    &[("burn", FeePlace::Burn), ("treasury", FeePlace::Treasury), ("pot", FeePlace::Pot)];
pub(crate) const POWERS: Choices<PowerRule> = &[
    ("sqrt", PowerRule::Sqrt),
    ("linear", PowerRule::Linear),
    ("effective_weight", PowerRule::EffectiveWeight),
];

pub(crate) const OPINION_POWERS: Choices<OpinionPower> = &[
    ("bonded", OpinionPower::Bonded),
    ("collateral", OpinionPower::Collateral),
    ("stake", OpinionPower::Stake),
];
pub(crate) const YUMA_MODES: Choices<YumaMode> =
    &[("strict", YumaMode::Strict), ("subtensor", YumaMode::Subtensor)];
pub(crate) const YUMA_KINDS: Choices<YumaKind> =
    &[("yuma1", YumaKind::Yuma1), ("yuma3", YumaKind::Yuma3)];

/// Which schedule `[emission]` uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScheduleWord {
    Exponential,
    FixedPerBlock,
    RemainingFraction,
    Geometric,
    WorkSubsidy,
    Inflation,
    Halving,
    HalvingByIssuance,
}

pub(crate) const SCHEDULES: Choices<ScheduleWord> = &[
    ("exponential", ScheduleWord::Exponential),
    ("fixed_per_block", ScheduleWord::FixedPerBlock),
    ("remaining_fraction", ScheduleWord::RemainingFraction),
    ("geometric", ScheduleWord::Geometric),
    ("work_subsidy", ScheduleWord::WorkSubsidy),
    ("inflation", ScheduleWord::Inflation),
    ("halving", ScheduleWord::Halving),
    ("halving_by_issuance", ScheduleWord::HalvingByIssuance),
];

/// Where a stream's budget comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceWord {
    Emission,
    BlockRewards,
    Payments,
    Pot,
}

pub(crate) const SOURCES: Choices<SourceWord> = &[
    ("emission", SourceWord::Emission),
    ("block_rewards", SourceWord::BlockRewards),
    ("payments", SourceWord::Payments),
    ("pot", SourceWord::Pot),
];

/// What a stream scores.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScoreWord {
    PocWeight,
    WorkDone,
    FixedAccount,
    Rate(ContributionKind),
    Availability,
    StakingPower,
    Liquidity,
    ModelShares,
    Performance,
    BondedStake,
    BlocksProposed,
    YumaIncentive,
    YumaDividends,
}

pub(crate) const SCORES: Choices<ScoreWord> = &[
    ("poc_weight", ScoreWord::PocWeight),
    ("work_done", ScoreWord::WorkDone),
    ("fixed_account", ScoreWord::FixedAccount),
    ("tokens_quality", ScoreWord::Rate(ContributionKind::Tokens)),
    ("improvement", ScoreWord::Rate(ContributionKind::Improvement)),
    ("tasks", ScoreWord::Rate(ContributionKind::Tasks)),
    ("dataset", ScoreWord::Rate(ContributionKind::Dataset)),
    ("availability", ScoreWord::Availability),
    ("staking_power", ScoreWord::StakingPower),
    ("liquidity", ScoreWord::Liquidity),
    ("model_shares", ScoreWord::ModelShares),
    ("performance", ScoreWord::Performance),
    ("bonded_stake", ScoreWord::BondedStake),
    ("blocks_proposed", ScoreWord::BlocksProposed),
    ("yuma_incentive", ScoreWord::YumaIncentive),
    ("yuma_dividends", ScoreWord::YumaDividends),
];

/// Where a multiplier comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MultiplierWord {
    Measured,
    Consensus,
    ByImprovement,
}

pub(crate) const MULTIPLIERS: Choices<MultiplierWord> = &[
    ("measured", MultiplierWord::Measured),
    ("consensus", MultiplierWord::Consensus),
    ("by_improvement", MultiplierWord::ByImprovement),
];

/// Which test of missed requests runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissRule {
    Ratio,
    Binomial,
    Tables,
}

pub(crate) const MISS_RULES: Choices<MissRule> =
    &[("ratio", MissRule::Ratio), ("binomial", MissRule::Binomial), ("tables", MissRule::Tables)];

/// How prices move.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PricingWord {
    Fixed,
    StabilityZone,
    UnitOfCompute,
    Imbalance,
    Hamiltonian,
}

pub(crate) const PRICINGS: Choices<PricingWord> = &[
    ("fixed", PricingWord::Fixed),
    ("stability_zone", PricingWord::StabilityZone),
    ("unit_of_compute", PricingWord::UnitOfCompute),
    ("imbalance", PricingWord::Imbalance),
    ("hamiltonian", PricingWord::Hamiltonian),
];

/// The word for a choice; the tables above name every one.
pub(crate) fn word<T: PartialEq>(choices: &'static [(&'static str, T)], chosen: &T) -> String {
    let found = choices.iter().find(|(_, choice)| choice == chosen);
    found.map_or_else(String::new, |(word, _)| (*word).to_owned())
}
