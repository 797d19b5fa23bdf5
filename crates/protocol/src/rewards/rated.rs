//! The streams that pay at a rate.

use workmint_core::modules::parameters::{
    Bucket, ContributionKind, Parameters, RateScore, Score, Split,
};

use super::Error;

/// A stream that pays at a rate.
#[derive(Clone, Copy, Debug)]
pub struct Rated<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it pays.
    pub score: &'a RateScore,
    /// Its bucket.
    pub bucket: &'a Bucket,
}

/// The streams that pay at a rate, in the parameters' order.
///
/// # Errors
/// [`Error::NoRates`] if there is none.
pub fn rated(parameters: &Parameters) -> Result<Vec<Rated<'_>>, Error> {
    let of = parameters.streams.iter().filter_map(|stream| match (&stream.score, &stream.split) {
        (Score::Rate(score), Split::Rate(bucket)) => {
            Some(Rated { name: stream.name.as_str(), score, bucket })
        }
        _ => None,
    });
    let all: Vec<Rated<'_>> = of.collect();
    if all.is_empty() { Err(Error::NoRates) } else { Ok(all) }
}

impl Rated<'_> {
    /// What it pays.
    #[must_use]
    pub fn kind(&self) -> ContributionKind {
        self.score.kind
    }

    /// The name at the beginning of a sentence.
    #[must_use]
    pub fn title(&self) -> String {
        let mut letters = self.name.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}
