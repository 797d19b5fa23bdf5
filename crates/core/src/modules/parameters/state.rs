//! The active parameters and those that wait.

use super::Parameters;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

/// Parameters with the number of their version: 0 at genesis, then one more per change.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scheduled {
    /// The version's number.
    pub version: u64,
    /// The parameters.
    pub parameters: Arc<Parameters>,
}

/// State of `parameters`. The active version is `None` only before genesis.
#[derive(Default)]
pub struct ParameterState {
    pub(crate) active: Single<Option<Scheduled>>,
    /// By first epoch.
    pub(crate) scheduled: Table<u64, Arc<Parameters>>,
}

impl ParameterState {
    /// The version the open epoch runs under.
    #[must_use]
    pub fn active(&self) -> Option<&Scheduled> {
        self.active.get().as_ref()
    }

    /// Changes that wait, by first epoch.
    pub fn scheduled(&self) -> impl Iterator<Item = (u64, &Parameters)> {
        self.scheduled.iter().map(|(epoch, parameters)| (*epoch, &**parameters))
    }
}
