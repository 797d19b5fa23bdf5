//! What a job is created under, as far as it does not depend on the state: the message that creates
//! one and an estimate ask the same function.

use super::{Error, backing, deposit};
use crate::error::Error as AnyError;
use crate::modules::parameters::{JobRules, Parameters};
use crate::names::ModelId;
use workmint_amounts::{Amount, Ratio};

/// The rules and the tier's multiplier of a job that may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The rules.
    pub rules: JobRules,
    /// What the tier multiplies the price by.
    pub multiplier: Ratio,
    /// Most units of work.
    pub max_units: u64,
}

impl Terms {
    /// Those of a job of at most `max_units` of a model at a tier.
    ///
    /// # Errors
    /// [`Error::NoJobs`], [`Error::UnknownModel`], [`Error::OutOfRange`], [`Error::UnknownTier`].
    pub fn of(
        parameters: &Parameters,
        (model, tier): (ModelId, u8),
        max_units: u64,
    ) -> Result<Self, Error> {
        let rules = parameters.market.jobs.clone().ok_or(Error::NoJobs {})?;
        if parameters.model(model).is_none() {
            return Err(Error::UnknownModel {});
        }
        if !(1..=rules.max_units).contains(&max_units) {
            let (rule, most) = ("max_units of a job", rules.max_units);
            return Err(Error::OutOfRange { rule, least: 1, most });
        }
        let multiplier = backing::multiplier(parameters, tier)?;
        Ok(Self { rules, multiplier, max_units })
    }

    /// What the customer locks at a price, base units.
    ///
    /// # Errors
    /// [`Error::FreeJob`] if that is 0; overflow.
    pub fn deposit(&self, price: Amount) -> Result<Amount, AnyError> {
        let locked = deposit(&self.rules, (price, self.max_units), self.multiplier)?;
        if locked.is_zero() { Err(Error::FreeJob {}.into()) } else { Ok(locked) }
    }
}
