//! The options of `workmint estimate` about contributions.

use clap::Args;
use workmint_core::modules::parameters::{ContributionKind, Parameters, Score, Source};
use workmint_protocol::rewards::{
    ParseWorkError, Question, Work, parse_multiplier, parse_quantity, rated, words,
};

use crate::failure::Failure;

/// Contributions to streams that pay at a rate. Multipliers are what verifiers would measure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Contributions, in networks that pay them at a rate")]
pub(super) struct Options {
    /// Tokens processed.
    #[arg(long, value_name = "N", value_parser = tokens, allow_negative_numbers = true)]
    tokens: Option<u64>,
    /// Their quality; 1 unless given.
    #[arg(long, value_name = "Q", requires = "tokens", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    quality: Option<u32>,
    /// By how much a model's loss falls, per cent of its recorded loss.
    #[arg(long, value_name = "P", value_parser = improvement, allow_negative_numbers = true)]
    improvement_pct: Option<u64>,
    /// The improvement's difficulty; 1.5 unless given.
    #[arg(long, value_name = "D", requires = "improvement_pct", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    difficulty: Option<u32>,
    /// The improvement's applicability; 1 unless given.
    #[arg(long, value_name = "A", requires = "improvement_pct", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    applicability: Option<u32>,
    /// Validation tasks completed.
    #[arg(long, value_name = "N", value_parser = tasks, allow_negative_numbers = true)]
    validation_tasks: Option<u64>,
    /// Their complexity; 1 unless given.
    #[arg(long, value_name = "C", requires = "validation_tasks", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    complexity: Option<u32>,
    /// Size of a dataset, GB of 10^9 bytes.
    #[arg(long, value_name = "GB", value_parser = gigabytes, allow_negative_numbers = true)]
    dataset_gb: Option<u64>,
    /// Its quality; 0.9 unless given.
    #[arg(long, value_name = "Q", requires = "dataset_gb", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    dataset_quality: Option<u32>,
    /// Its diversity; 1 unless given.
    #[arg(long, value_name = "D", requires = "dataset_gb", value_parser = parse_multiplier,
          allow_negative_numbers = true)]
    dataset_diversity: Option<u32>,
    /// They are a day's work, not one contribution of each kind.
    #[arg(long)]
    pub(super) daily: bool,
}

pub(in crate::commands) fn tokens(text: &str) -> Result<u64, ParseWorkError> {
    parse_quantity(ContributionKind::Tokens, text)
}

pub(in crate::commands) fn improvement(text: &str) -> Result<u64, ParseWorkError> {
    parse_quantity(ContributionKind::Improvement, text)
}

pub(in crate::commands) fn tasks(text: &str) -> Result<u64, ParseWorkError> {
    parse_quantity(ContributionKind::Tasks, text)
}

pub(in crate::commands) fn gigabytes(text: &str) -> Result<u64, ParseWorkError> {
    parse_quantity(ContributionKind::Dataset, text)
}

impl Options {
    /// Tokens and their quality, 10^-6, if any are given.
    pub(super) fn tokens(&self) -> Option<(u64, Option<u32>)> {
        Some((self.tokens?, self.quality))
    }

    /// What is asked about contributions; `None`: nothing.
    pub(super) fn question(&self) -> Option<Question> {
        let all = [
            (ContributionKind::Tokens, self.tokens, self.quality, None),
            (
                ContributionKind::Improvement,
                self.improvement_pct,
                self.difficulty,
                self.applicability,
            ),
            (ContributionKind::Tasks, self.validation_tasks, self.complexity, None),
            (
                ContributionKind::Dataset,
                self.dataset_gb,
                self.dataset_quality,
                self.dataset_diversity,
            ),
        ];
        let given = all.into_iter().filter_map(|(kind, quantity, first, second)| {
            Some((kind, Work { quantity: quantity?, first, second }))
        });
        let question = Question { work: given.collect(), daily: self.daily };
        (!question.work.is_empty()).then_some(question)
    }
}

/// Refuses a question about weight if the network pays contributions and nothing by weight.
pub(super) fn check_weighs(parameters: &Parameters) -> Result<(), Failure> {
    let mut streams = parameters.streams.iter();
    let weighs = streams.any(|stream| {
        matches!((&stream.source, &stream.score), (Source::Emission { .. }, Score::PocWeight(_)))
    });
    match rated(parameters) {
        Ok(rated) if !weighs => {
            let options = rated.iter().map(|stream| option(words(stream.kind()).quantity));
            let options: Vec<String> = options.collect();
            Err(Failure::Input(format!(
                "network {} pays nothing by weight; allowed: {}",
                parameters.network.name,
                options.join(", ")
            )))
        }
        _ => Ok(()),
    }
}

/// The option of a request's parameter.
pub(in crate::commands) fn option(parameter: &str) -> String {
    format!("--{}", parameter.replace('_', "-"))
}
