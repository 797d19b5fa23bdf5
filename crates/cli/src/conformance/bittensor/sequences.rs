//! Adapters: the published cases of Yuma (bactensor/interactive-yuma-simulator), forty epochs each,
//! as upstream's production path computes them.

use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::subtensor::{Backing, epoch};
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Run, Seats};

use super::{epochs, read};
use crate::conformance::case::{Case, Node};
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] =
    &[Adapter { file: "yuma_sim_cases", function: "epoch_sparse_sequence", run: sequence }];

/// The seats before the first epoch: validators first, all registered at 0. Validators keep their
/// permit, whatever their stake becomes.
fn seats(count: usize, validators: usize, blocks: u64) -> Seats {
    let mut bonds = Matrix::default();
    (0..count).for_each(|_| bonds.push_row([]));
    Seats {
        blocks,
        permit: (0..count).map(|at| at < validators).collect(),
        registered: vec![0; count],
        committed: vec![None; count],
        bonds,
        ..Seats::default()
    }
}

/// The bonds without those on one seat.
fn without(bonds: &Matrix, seat: u16) -> Matrix {
    let mut kept = Matrix::default();
    for at in 0..bonds.rows() {
        kept.push_row(bonds.entries_of(at).filter(|(column, _)| *column != seat));
    }
    kept
}

fn of_epoch<'a, 'b>(all: &'b [Node<'a>], at: usize) -> Result<&'b Node<'a>, Mismatch> {
    all.get(at).ok_or_else(|| Mismatch::new(format!("nothing is recorded of epoch {at}")))
}

fn sequence(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = epochs::rules(&input)?;
    let (count, validators) = (input.at("n").number()?, input.at("validators").list()?.len());
    let limits = Limits {
        least_power: Amount::ZERO,
        most_validators: read::one(&input.at("max_allowed_validators"))?,
        activity_cutoff_blocks: 5_000,
        commit_reveal: false,
    };
    let reset: Option<usize> = read::option(input.at("reset_bonds_before_epoch").value()?)?;
    let server: Option<usize> = read::option(input.at("reset_bonds_server_index").value()?)?;
    let mut seats = seats(count, validators, read::one(&input.at("tempo"))?);
    let stakes = input.at("stakes_per_epoch").list()?;
    let weights = input.at("weights_u16_per_epoch").list()?;
    let theirs = ["dividends_u16", "incentive_u16", "bonds_u16"].map(|key| expected.at(key).list());
    let [dividends, incentive, bonds] = theirs;
    let (dividends, incentive, bonds) = (dividends?, incentive?, bonds?);
    require("epochs", (stakes.len(), weights.len()), (dividends.len(), incentive.len()))?;
    for (at, (stake, given)) in stakes.iter().zip(&weights).enumerate() {
        if let Some(server) = server.filter(|_| reset == Some(at)) {
            let seat = u16::try_from(validators + server).map_err(Mismatch::from)?;
            seats.bonds = without(&seats.bonds, seat);
        }
        seats.last_run = seats.height;
        seats.height += 1 + seats.blocks;
        seats.last_update = vec![seats.height; count];
        let mut matrix = read::matrix(given.value()?)?;
        (matrix.rows()..count).for_each(|_| matrix.push_row([]));
        seats.weights = matrix;
        let mut powers: Vec<Amount> = read::column::<u64>(stake)?
            .into_iter()
            .map(|stake| Amount::new(u128::from(stake)))
            .collect();
        powers.resize(count, Amount::ZERO);
        let ours =
            epoch(&Run { rules: &rules, limits, seats: &seats }, &Backing::of_powers(&powers)?)?;
        let stored = ours.proportions();
        let (shown, miners) =
            (stored.dividends.get(..validators), stored.incentive.get(validators..));
        let epoch = |what: &str| format!("{what} of epoch {at}");
        require(&epoch("dividends"), shown, Some(&read::column(of_epoch(&dividends, at)?)?))?;
        require(&epoch("incentive"), miners, Some(&read::column(of_epoch(&incentive, at)?)?))?;
        let left = ours.stored_bonds();
        let theirs = read::matrix(of_epoch(&bonds, at)?.value()?)?;
        for row in 0..count {
            let (ours, theirs) = (left.row(row), theirs.row(row));
            require(&epoch("bonds"), ours, theirs)?;
        }
        seats.bonds = left;
    }
    Ok(Verdict::Passed)
}
