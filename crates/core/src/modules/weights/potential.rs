//! From the weights of nodes to potential weight.

use super::Error;
use crate::modules::parameters::Model;
use crate::names::ModelId;
use workmint_amounts::{ArithmeticError, Ratio};

/// What one unit of node weight counts, by model.
#[derive(Clone, Debug)]
pub struct Factors {
    by_model: Vec<Option<Ratio>>,
    /// Whether all factors are 1: then sums need no grouping.
    neutral: bool,
}

impl Factors {
    /// The factors of a network's models, in their order.
    #[must_use]
    pub fn of(models: &[Model]) -> Self {
        Self::new(models.iter().map(|model| Some(model.weight_factor)).collect())
    }

    /// Factors by number of the model; nodes of a model without one do not count.
    #[must_use]
    pub fn new(by_model: Vec<Option<Ratio>>) -> Self {
        let neutral = by_model.iter().all(|factor| *factor == Some(Ratio::ONE));
        Self { by_model, neutral }
    }

    /// Whether all factors are 1.
    #[must_use]
    pub fn is_neutral(&self) -> bool {
        self.neutral
    }

    /// Sum over models of floor(factor x sum of the model's node weights); each model is rounded
    /// down once. Nodes in any order.
    pub fn potential(&self, nodes: impl IntoIterator<Item = (ModelId, u64)>) -> Result<u64, Error> {
        // With equal factors of 1 one sum for all models is the same.
        let key = |model| if self.neutral { ModelId(0) } else { model };
        let known = nodes.into_iter().filter(|(model, _)| self.factor(*model).is_some());
        let by_model = self.by_model(known.map(|(model, weight)| (key(model), weight)))?;
        let add = |sum: u64, (_, weight): (ModelId, u64)| sum.checked_add(weight);
        by_model.into_iter().try_fold(0, add).ok_or(Error::PotentialTooLarge {})
    }

    /// floor(factor x sum of the model's node weights) by model, ascending. Nodes in any order.
    pub fn by_model(
        &self,
        nodes: impl IntoIterator<Item = (ModelId, u64)>,
    ) -> Result<Vec<(ModelId, u64)>, Error> {
        let mut sums: Vec<(ModelId, u64)> = Vec::new();
        for (model, weight) in nodes {
            if self.factor(model).is_none() {
                continue;
            }
            match sums.binary_search_by_key(&model, |(of, _)| *of) {
                Ok(at) => {
                    if let Some((_, sum)) = sums.get_mut(at) {
                        *sum = sum.checked_add(weight).ok_or(Error::PotentialTooLarge {})?;
                    }
                }
                Err(at) => sums.insert(at, (model, weight)),
            }
        }
        for (model, sum) in &mut sums {
            let factor = self.factor(*model).unwrap_or(Ratio::ZERO);
            *sum = narrow(factor.floor_mul(u128::from(*sum)))?;
        }
        Ok(sums)
    }

    fn factor(&self, model: ModelId) -> Option<Ratio> {
        self.by_model.get(usize::from(model.0)).copied().flatten()
    }
}

fn narrow(product: Result<u128, ArithmeticError>) -> Result<u64, Error> {
    product.ok().and_then(|product| u64::try_from(product).ok()).ok_or(Error::PotentialTooLarge {})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn potential(factors: &[Option<&str>], nodes: &[(u16, u64)]) -> Result<u64, Error> {
        let factors = factors.iter().map(|text| text.map(|text| text.parse().unwrap())).collect();
        let nodes = nodes.iter().map(|(model, weight)| (ModelId(*model), *weight));
        Factors::new(factors).potential(nodes)
    }

    #[test]
    fn each_model_is_rounded_down_once() {
        assert_eq!(potential(&[Some("1"), Some("1")], &[(1, 7), (0, 5), (1, 2)]), Ok(14));
        // 0.5 x (3 + 4) = 3.5; 0.3593 x 10 = 3.593; the third has no factor.
        let factors = [Some("0.5"), Some("0.3593"), None];
        assert_eq!(potential(&factors, &[(1, 10), (0, 3), (2, 99), (0, 4)]), Ok(6));
        assert_eq!(potential(&factors, &[(9, 1)]), Ok(0), "a model that is not there");
        assert_eq!(potential(&[Some("0")], &[(0, 9)]), Ok(0));
        assert_eq!(potential(&[Some("2.5")], &[]), Ok(0));
    }

    #[test]
    fn what_leaves_64_bits_is_an_error() {
        let too_large = Err(Error::PotentialTooLarge {});
        assert_eq!(potential(&[Some("1")], &[(0, u64::MAX)]), Ok(u64::MAX));
        assert_eq!(potential(&[Some("1")], &[(0, u64::MAX), (0, 1)]), too_large);
        assert_eq!(potential(&[Some("2")], &[(0, u64::MAX)]), too_large);
        let halves = [Some("0.75"), Some("0.75")];
        assert_eq!(potential(&halves, &[(0, u64::MAX), (1, u64::MAX)]), too_large);
    }
}
