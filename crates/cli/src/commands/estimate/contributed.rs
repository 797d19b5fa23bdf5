//! What contributions earned an account, in words.

use workmint_answers::estimate::Contributed;
use workmint_core::modules::parameters::Parameters;
use workmint_protocol::rewards::{rated, words};

use super::rates::option;
use crate::failure::Failure;
use crate::output::{Out, asset_of, grouped, shown, wrapped};

/// Columns of a line.
const WIDTH: usize = 96;

pub(super) fn tell(
    out: &mut Out,
    parameters: &Parameters,
    contributed: &Contributed,
) -> Result<(), Failure> {
    let asset = asset_of(parameters, parameters.emission.asset)?;
    let options = rated(parameters)?;
    let options = options.iter().map(|stream| option(words(stream.kind()).quantity));
    let options = options.collect::<Vec<_>>().join(", ");
    if contributed.earned.is_empty() {
        out.line("No epoch is settled yet.")?;
    } else {
        out.line("Paid by the last settled epochs")?;
    }
    for (epoch, paid) in &contributed.earned {
        out.line(format_args!("  epoch {}: {}", grouped(*epoch), shown(*paid, asset)))?;
    }
    out.line(format_args!(
        "Owed as backpay, before it decays: {}",
        shown(contributed.owed, asset)
    ))?;
    let text = format!(
        "Nothing is paid by weight. What a contribution is worth: workmint estimate with \
         {options}."
    );
    out.line(wrapped(&text, WIDTH, ""))
}
