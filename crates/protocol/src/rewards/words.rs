//! What document 002 calls the kinds of contributions, their rates and multipliers.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{ContributionKind, MAX_QUANTITY};

/// The words of one kind of contribution.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// In a sentence after "pays".
    pub what: &'static str,
    /// Unit of the quantity, after a number.
    pub unit: &'static str,
    /// What the rate is for, after "per".
    pub rated: &'static str,
    /// The rate's field in an estimate, without the asset.
    pub rate: &'static str,
    /// The rate's field in the policy, without the asset.
    pub policy_rate: &'static str,
    /// The quantity's parameter in a request.
    pub quantity: &'static str,
    /// Digits after the dot of a quantity.
    pub decimals: u8,
    /// Largest quantity, in units of the last of those digits.
    pub most: u64,
    /// Largest quantity of one contribution, in the same units; the smallest is 1 of them.
    pub most_in_one: u64,
    /// The first multiplier.
    pub first: MultiplierWords,
    /// The second one, if the kind has it.
    pub second: Option<MultiplierWords>,
}

/// The words of one multiplier.
#[derive(Debug, PartialEq, Eq)]
pub struct MultiplierWords {
    /// Its name.
    pub name: &'static str,
    /// Its parameter in a request.
    pub parameter: &'static str,
    /// Its field in an estimate.
    pub applied: &'static str,
    /// What a request means that does not say, 10^-6.
    pub default: u32,
}

static TOKENS: Words = Words {
    what: "tokens",
    unit: "tokens",
    rated: "1,000 tokens",
    rate: "per_1k_tokens",
    policy_rate: "per_1k_tokens",
    quantity: "tokens",
    decimals: 0,
    most: u64::MAX,
    most_in_one: MAX_QUANTITY,
    first: MultiplierWords {
        name: "quality",
        parameter: "quality",
        applied: "quality_applied",
        default: 1_000_000,
    },
    second: None,
};

static IMPROVEMENT: Words = Words {
    what: "improvements",
    unit: "% improvement",
    rated: "1 % improvement",
    rate: "per_1pct_improve",
    policy_rate: "per_1pct_improvement",
    quantity: "improvement_pct",
    decimals: 7,
    most: 1_000_000_000,
    // No contribution has a loss of 0.
    most_in_one: 999_999_999,
    first: MultiplierWords {
        name: "difficulty",
        parameter: "difficulty",
        applied: "difficulty_applied",
        default: 1_500_000,
    },
    second: Some(MultiplierWords {
        name: "applicability",
        parameter: "applicability",
        applied: "applicability_applied",
        default: 1_000_000,
    }),
};

static TASKS: Words = Words {
    what: "validation tasks",
    unit: "tasks",
    rated: "1 task",
    rate: "per_task",
    policy_rate: "per_validation_task",
    quantity: "validation_tasks",
    decimals: 0,
    most: u64::MAX,
    most_in_one: MAX_QUANTITY,
    first: MultiplierWords {
        name: "complexity",
        parameter: "complexity",
        applied: "complexity_applied",
        default: 1_000_000,
    },
    second: None,
};

static DATASET: Words = Words {
    what: "datasets",
    unit: "GB",
    rated: "1 GB",
    rate: "per_gb",
    policy_rate: "per_gb_dataset",
    quantity: "dataset_gb",
    decimals: 9,
    most: u64::MAX,
    most_in_one: MAX_QUANTITY,
    first: MultiplierWords {
        name: "quality",
        parameter: "dataset_quality",
        applied: "quality_applied",
        default: 900_000,
    },
    second: Some(MultiplierWords {
        name: "diversity",
        parameter: "dataset_diversity",
        applied: "diversity_applied",
        default: 1_000_000,
    }),
};

impl Words {
    /// What one contribution may have: `0.0000001 to 99.9999999 % improvement`.
    #[must_use]
    pub fn range_in_one(&self) -> String {
        let number = |quantity: u64| Amount::new(quantity.into()).to_decimal(self.decimals);
        format!("{} to {} {}", number(1), number(self.most_in_one), self.unit)
    }
}

/// The words of a kind; a quantity's last digit is the unit that contributions are counted in.
#[must_use]
pub fn words(kind: ContributionKind) -> &'static Words {
    match kind {
        ContributionKind::Tokens => &TOKENS,
        ContributionKind::Improvement => &IMPROVEMENT,
        ContributionKind::Tasks => &TASKS,
        ContributionKind::Dataset => &DATASET,
    }
}
