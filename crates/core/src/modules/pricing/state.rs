//! Prices, loads, proposals.

use super::formulas::Bounds;
use super::{FinePrice, paced, price_at};
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{Hamiltonian, Imbalance, Parameters, Pricing};
use crate::modules::registry;
use crate::names::ModelId;
use crate::state::State;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError};

/// What the price of one model follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ModelPrice {
    /// What the price has moved to; `None` before its first step.
    pub moved: Option<FinePrice>,
    /// Sum of the loads of the window's steps.
    pub load: u128,
    /// Units of work since the last step.
    pub pending: u64,
    /// Weight of the nodes that serve it in the open epoch.
    pub weight: u128,
    /// Units its providers offer to do in an epoch.
    pub supply: u64,
    /// The most they offered since the last step.
    pub peak: u64,
    /// Under `hamiltonian`, what is queued in 10^-9 of the supply of one step; below 0, what was
    /// spare.
    pub queue: i64,
}

impl ModelPrice {
    /// The price under rules with these bounds: one that never moved starts from `base`.
    pub(super) fn price(&self, base: Amount, bounds: Bounds) -> Result<FinePrice, ArithmeticError> {
        self.moved.map_or_else(|| FinePrice::of(base)?.within(bounds), Ok)
    }
}

/// State of `pricing`.
#[derive(Default)]
pub struct PricingState {
    pub(crate) models: Table<ModelId, ModelPrice>,
    /// Load of each step of the window that had any: of a block by height, of an epoch by number.
    pub(crate) loads: Table<(ModelId, u64), u64>,
    /// The last step of `imbalance` or `hamiltonian`, counted from genesis; `None` before the first
    /// block under the rule.
    pub(crate) last_step: Single<Option<u64>>,
    /// Price of a unit of compute, once a median was taken.
    pub(crate) compute: Single<Option<Amount>>,
    /// What participants propose for a unit of compute.
    pub(crate) proposals: Table<AccountHandle, Amount>,
}

impl PricingState {
    /// What the price of a model follows.
    #[must_use]
    pub fn model(&self, model: ModelId) -> ModelPrice {
        self.models.get(&model).copied().unwrap_or_default()
    }

    /// What a participant proposes for a unit of compute.
    #[must_use]
    pub fn proposal(&self, account: AccountHandle) -> Option<Amount> {
        self.proposals.get(&account).copied()
    }

    pub(super) fn put(&mut self, model: ModelId, row: ModelPrice) {
        if row == self.model(model) {
            return;
        }
        if row == ModelPrice::default() {
            self.models.remove(&model);
        } else {
            self.models.put(model, row);
        }
    }

    /// The price of a unit of a model's work in an epoch, base units of the market's asset. Of the
    /// default state: what it begins with. An error for an unknown model, and for a price above
    /// 2^128.
    pub fn quote(
        &self,
        parameters: &Parameters,
        epoch: u64,
        id: ModelId,
    ) -> Result<Amount, AnyError> {
        let unknown = registry::Error::UnknownModel { model: id };
        let model = parameters.model(id).ok_or(unknown)?;
        let base = model.price_per_unit;
        Ok(match &parameters.pricing {
            Pricing::Fixed => base,
            Pricing::StabilityZone(rules) => {
                price_at(rules, epoch, base, self.model(id).moved)?.quoted()
            }
            Pricing::Imbalance(Imbalance { moves, .. })
            | Pricing::Hamiltonian(Hamiltonian { moves, .. }) => {
                self.model(id).price(base, moves.into())?.quoted()
            }
            Pricing::UnitOfCompute { initial } => {
                let compute = self.compute.get().unwrap_or(*initial);
                compute.checked_mul(u128::from(model.compute_per_unit))?
            }
        })
    }
}

impl PricingState {
    /// The lowest and the highest price that `steps` steps can lead to, base units: each moves it
    /// by the largest step as the rule does, within its bounds. `None` under rules that do not move
    /// by such steps; an error for an unknown model, and for a price above 2^128.
    pub fn reach(
        &self,
        parameters: &Parameters,
        id: ModelId,
        steps: u64,
    ) -> Result<Option<(Amount, Amount)>, AnyError> {
        let Some(moves) = paced::moves(&parameters.pricing) else {
            return Ok(None);
        };
        let model = parameters.model(id).ok_or(registry::Error::UnknownModel { model: id })?;
        let now = self.model(id).price(model.price_per_unit, moves.into())?;
        let furthest = |rises| {
            let mut price = now;
            for _ in 0..steps {
                let step = moves.largest_step;
                let next = match parameters.pricing {
                    Pricing::Hamiltonian(_) => price.scaled(rises, step)?,
                    Pricing::Imbalance(_)
                    | Pricing::Fixed
                    | Pricing::UnitOfCompute { .. }
                    | Pricing::StabilityZone(_) => price.changed(rises, step)?,
                };
                let next = next.within(moves.into())?;
                if next == price {
                    break;
                }
                price = next;
            }
            Ok::<_, AnyError>(price.quoted())
        };
        Ok(Some((furthest(false)?, furthest(true)?)))
    }
}

/// What a unit of a model's work costs now, base units of the market's asset. An error for an
/// unknown model, and for a price above 2^128.
pub fn price(state: &State, parameters: &Parameters, model: ModelId) -> Result<Amount, AnyError> {
    state.pricing.quote(parameters, state.chain().epoch, model)
}
