//! What contributions earned an account, in networks that pay nothing by weight or work.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{Asset, Parameters, Score, Source};
use workmint_protocol::rewards::{rated, words};
use workmint_storage::store::View;

use super::rates::option;
use crate::commands::explain::facts;
use crate::failure::Failure;
use crate::output::{Out, amount_json, grouped, shown, wrapped};

/// Settled epochs that are told.
const EPOCHS: usize = 5;
/// Columns of a line.
const WIDTH: usize = 96;

/// What contributions earned an account.
#[derive(Clone, Debug)]
pub(super) struct Contributed {
    /// The last settled epochs, newest first, and what each paid the account, base units.
    earned: Vec<(u64, Amount)>,
    /// What streams owe it, base units before decay.
    owed: Amount,
    /// The options that ask what a contribution is worth.
    options: String,
}

/// Whether contributions are paid and nothing by weight or work.
pub(super) fn is_all(parameters: &Parameters) -> bool {
    let measured = parameters.streams.iter().any(|stream| {
        matches!(stream.source, Source::Emission { .. })
            && matches!(stream.score, Score::PocWeight(_) | Score::WorkDone)
    });
    !measured && rated(parameters).is_ok()
}

/// From the settled epochs and the state.
pub(super) fn gather(
    view: &View,
    parameters: &Parameters,
    account: &Address,
) -> Result<Contributed, Failure> {
    let state = view.state();
    let mut earned = Vec::new();
    for header in state.settlement.headers(0).rev().take(EPOCHS) {
        let facts = facts::gather(view, header.epoch, account)?;
        let paid = facts.map(|facts| super::live::exact(&facts)).transpose()?;
        earned.push((header.epoch, paid.map_or(Amount::ZERO, |paid| paid.rewards)));
    }
    let handle = state.ledger.handle(account);
    let owed = state.rewards.backpay().filter(|((_, _, to), _)| Some(*to) == handle);
    let owed = Amount::sum(owed.map(|(_, owed)| owed.amount)).map_err(Failure::damage)?;
    let options = rated(parameters)?;
    let options = options.iter().map(|stream| option(words(stream.kind()).quantity));
    let options = options.collect::<Vec<_>>().join(", ");
    Ok(Contributed { earned, owed, options })
}

impl Contributed {
    pub(super) fn tell(&self, out: &mut Out, asset: &Asset) -> Result<(), Failure> {
        if self.earned.is_empty() {
            out.line("No epoch is settled yet.")?;
        } else {
            out.line("Paid by the last settled epochs")?;
        }
        for (epoch, paid) in &self.earned {
            out.line(format_args!("  epoch {}: {}", grouped(*epoch), shown(*paid, asset)))?;
        }
        out.line(format_args!("Owed as backpay, before it decays: {}", shown(self.owed, asset)))?;
        let text = format!(
            "Nothing is paid by weight. What a contribution is worth: workmint estimate with {}.",
            self.options
        );
        out.line(wrapped(&text, WIDTH, ""))
    }

    pub(super) fn document(&self, asset: &Asset) -> Value {
        let earned = self.earned.iter().map(|(epoch, paid)| {
            json!({ "epoch": epoch.to_string(), "rewards": amount_json(*paid, asset) })
        });
        json!({
            "earned": earned.collect::<Vec<Value>>(),
            "owed": amount_json(self.owed, asset),
        })
    }
}
