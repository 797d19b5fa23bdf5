//! A challenge under way: its bond and the judges' votes. `contributions` challenges with it too.

use crate::error::Error;
use crate::hash::Hash;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::modules::registry::Role;
use crate::names::AssetId;
use crate::state::State;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// A challenge under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenChallenge {
    /// Who challenged.
    pub challenger: AccountHandle,
    /// Bond, base units: of a summary in the market's asset, of a contribution in the emission's.
    pub bond: Amount,
    /// Hash of what shows that the challenged is wrong.
    pub evidence: Hash,
    /// When it lapses undecided.
    pub deadline: Deadline,
    /// Judges that say refuted.
    pub refuted_by: Vec<AccountHandle>,
    /// Judges that say it stands.
    pub upheld_by: Vec<AccountHandle>,
}

/// What a challenger puts up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bond {
    pub(crate) asset: AssetId,
    pub(crate) kind: LockKind,
    /// Base units.
    pub(crate) amount: Amount,
}

impl OpenChallenge {
    /// A challenge without votes; its bond is locked.
    pub(crate) fn open(
        state: &mut State,
        challenger: AccountHandle,
        bond: Bond,
        (evidence, deadline): (Hash, Deadline),
    ) -> Result<Self, Error> {
        let Bond { asset, kind, amount } = bond;
        state.ledger.lock(challenger, asset, kind, amount)?;
        let (refuted_by, upheld_by) = (Vec::new(), Vec::new());
        Ok(Self { challenger, bond: amount, evidence, deadline, refuted_by, upheld_by })
    }

    /// Counts a judge's vote. Says whether it decides: its side has more than half of all judges.
    /// `None` if this judge has voted.
    pub(crate) fn vote(
        &mut self,
        state: &State,
        judge: AccountHandle,
        refuted: bool,
    ) -> Option<bool> {
        if self.refuted_by.contains(&judge) || self.upheld_by.contains(&judge) {
            return None;
        }
        let side = if refuted { &mut self.refuted_by } else { &mut self.upheld_by };
        side.push(judge);
        let votes = side.len();
        let others = state.registry.holders(Role::Judge).count().checked_sub(votes);
        Some(others.is_none_or(|others| votes > others))
    }

    /// The challenger was right, or nobody decided.
    pub(crate) fn return_bond(
        &self,
        state: &mut State,
        asset: AssetId,
        kind: LockKind,
    ) -> Result<(), Error> {
        state.ledger.unlock(self.challenger, asset, kind, self.bond)
    }

    /// The challenger was wrong: half of the bond, rounded down, goes to whom it challenged, the
    /// rest is burned.
    pub(crate) fn lose_bond(
        &self,
        state: &mut State,
        (asset, kind): (AssetId, LockKind),
        challenged: AccountHandle,
    ) -> Result<(), Error> {
        let given = Amount::new(self.bond.get() >> 1);
        let burned = self.bond.checked_sub(given)?;
        for (to, amount) in [(Holder::Account(challenged), given), (Holder::Issuance, burned)] {
            let from = Holder::Account(self.challenger);
            let posting = Posting { asset, from, to, amount, reason: Reason::LostBond };
            state.ledger.post_locked(kind, self.challenger, posting)?;
        }
        Ok(())
    }
}
