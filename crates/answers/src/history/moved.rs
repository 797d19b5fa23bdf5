//! Amounts that moved of which no event tells: fees, and what the begin and end of a block paid.

use workmint_amounts::Amount;
use workmint_core::modules::ledger::Reason;
use workmint_storage::store::Change;

use super::lines::{Said, Words};
use crate::error::AnswerError;
use crate::text::{asset_of, shown};

impl Words<'_> {
    /// What a transaction cost: fee and tip, and of which the fee.
    pub(super) fn fee(
        &self,
        message: &str,
        (paid, due): (Amount, Amount),
        change: Option<&Change>,
    ) -> Result<Said, AnswerError> {
        // What fees are paid in may have been another asset then.
        let asset = change.map_or(self.parameters.fees.asset, |change| change.asset);
        let tip = paid.checked_sub(due).map_err(AnswerError::damage)?;
        let text = match tip.is_zero() {
            true => format!("paid as the fee of {message}"),
            false => {
                let tip = shown(tip, asset_of(self.parameters, asset)?);
                format!("paid as the fee of {message}, {tip} of it as a tip")
            }
        };
        self.amount("fee", asset, paid, &text)
    }

    /// An amount that an account gained or lost.
    pub(super) fn moved(
        &self,
        reason: Reason,
        change: Option<&Change>,
    ) -> Result<Said, AnswerError> {
        let missing = || AnswerError::damage("an indexed amount is missing");
        let Change { asset, gained, amount } = *change.ok_or_else(missing)?;
        let verb = if gained { "gained" } else { "lost" };
        self.amount("moved", asset, amount, &format!("{verb}: {}", why(reason)))
    }
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Genesis => "first owners",
        Reason::Transfer => "a transfer",
        Reason::Fee => "a fee of the market",
        Reason::Payment => "payment for work",
        Reason::Reward => "a reward",
        Reason::Claim => "a claim",
        Reason::Expired => "a claim that expired",
        Reason::Forfeit => "forfeited",
        Reason::Dust => "what rounding left",
        Reason::Slash => "slashed",
        Reason::Bounty => "a challenger's share of a slash",
        Reason::LostBond => "the bond of a lost challenge",
        Reason::Restitution => "what refuted work had cost",
        Reason::Recovery => "a debt to customers",
        Reason::UnstakeBurn => "burned of released stake",
        Reason::TreasurySpend => "from the treasury",
        Reason::LostDeposit => "the deposit of a proposal",
        Reason::Exchange => "the pool of two assets",
        Reason::EndedPot => "left in a pot that ended",
        Reason::Bond => "bonded to a validator, or back from it",
        Reason::Seat => "the price of a seat",
    }
}
