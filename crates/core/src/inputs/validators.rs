//! What is frozen of validators.

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// The validators of an epoch, as columns ascending by participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorColumns {
    /// Row of the participant.
    pub participant: Vec<u32>,
    /// The least bonded to it in the epoch, its own and delegated, base units.
    pub bonded: Vec<Amount>,
    /// Of which delegated, base units.
    pub delegated: Vec<Amount>,
    /// What it keeps of its delegators' rewards.
    pub commission: Vec<Ratio>,
    /// Blocks it signed while it was active; at most `due`.
    pub signed: Vec<u64>,
    /// Blocks it should have signed.
    pub due: Vec<u64>,
    /// Blocks it proposed.
    pub proposed: Vec<u64>,
}

/// One row of [`ValidatorColumns`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValidatorRow {
    /// Row of the participant.
    pub participant: u32,
    /// Bonded to it, its own and delegated, base units.
    pub bonded: Amount,
    /// Of which delegated, base units.
    pub delegated: Amount,
    /// What it keeps of its delegators' rewards.
    pub commission: Ratio,
    /// Blocks it signed.
    pub signed: u64,
    /// Blocks it should have signed.
    pub due: u64,
    /// Blocks it proposed.
    pub proposed: u64,
}

impl ValidatorColumns {
    /// Appends a row; rows must come in ascending order of participant.
    pub fn push(&mut self, row: ValidatorRow) {
        self.participant.push(row.participant);
        self.bonded.push(row.bonded);
        self.delegated.push(row.delegated);
        self.commission.push(row.commission);
        self.signed.push(row.signed);
        self.due.push(row.due);
        self.proposed.push(row.proposed);
    }

    /// The row at this place; `None` beyond the end.
    #[must_use]
    pub fn row(&self, at: usize) -> Option<ValidatorRow> {
        Some(ValidatorRow {
            participant: *self.participant.get(at)?,
            bonded: *self.bonded.get(at)?,
            delegated: *self.delegated.get(at)?,
            commission: *self.commission.get(at)?,
            signed: *self.signed.get(at)?,
            due: *self.due.get(at)?,
            proposed: *self.proposed.get(at)?,
        })
    }

    /// All rows, ascending by participant.
    pub fn rows(&self) -> impl Iterator<Item = ValidatorRow> {
        (0..self.participant.len()).filter_map(|at| self.row(at))
    }

    /// What is known of a participant.
    #[must_use]
    pub fn of(&self, participant: usize) -> Option<ValidatorRow> {
        let participant = u32::try_from(participant).ok()?;
        self.row(self.participant.binary_search(&participant).ok()?)
    }
}
