//! Adapters: what weights may be, and how they are kept.

use workmint_core::modules::opinions::weighing;

use super::read;
use crate::conformance::case::{Case, Node};
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, same};

const fn of(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    of("check_length", |case| {
        let input = case.input();
        let (seat, weighed) = seat_and_weighed(&input)?;
        let seats = read::one(&input.at("subnet_n"))?;
        let minimum = read::one(&input.at("min_allowed_weights"))?;
        agrees(case, weighing::are_enough(seat, &weighed, seats, minimum))
    }),
    of("check_len_uids_within_allowed", |case| {
        let weighed: Vec<u16> = read::column(&case.input().at("uids"))?;
        agrees(case, weighing::are_at_most(&weighed, read::one(&case.input().at("subnet_n"))?))
    }),
    of("is_self_weight", |case| {
        let (seat, weighed) = seat_and_weighed(&case.input())?;
        agrees(case, weighing::is_self_weight(seat, &weighed))
    }),
    of("max_weight_limited", |case| {
        let input = case.input();
        let (seat, weighed) = seat_and_weighed(&input)?;
        let weights: Vec<u16> = read::column(&input.at("weights"))?;
        let limit = read::one(&input.at("limit"))?;
        agrees(case, weighing::are_within(seat, &weighed, &weights, limit))
    }),
    of("get_max_weight_limit", |case| {
        same("limit", weighing::FULL_WEIGHT, read::one(&case.expected())?)
    }),
    of("normalize_weights", |case| {
        let weights: Vec<u16> = read::column(&case.input().at("weights"))?;
        same("weights", weighing::normalized(&weights), read::column(&case.expected())?)
    }),
    Adapter {
        file: "weights",
        function: "check_vec_max_limited",
        run: |case| share_limit(case, "weights", "limit"),
    },
    Adapter {
        file: "math",
        function: "check_vec_max_limited",
        run: |case| share_limit(case, "vec", "max_limit"),
    },
    Adapter {
        file: "weights",
        function: "vec_u16_max_upscale_to_u16",
        run: |case| upscaling(case, "weights"),
    },
    Adapter {
        file: "math",
        function: "vec_u16_max_upscale_to_u16",
        run: |case| upscaling(case, "vec"),
    },
    of("vec_max_upscale_to_u16", |case| {
        let numbers: Vec<_> = read::column(&case.input().at("vec"))?;
        same("weights", weighing::upscaled_from(&numbers), read::column(&case.expected())?)
    }),
];

fn seat_and_weighed(input: &Node<'_>) -> Result<(u16, Vec<u16>), Mismatch> {
    Ok((read::one(&input.at("uid"))?, read::column(&input.at("uids"))?))
}

fn agrees(case: &Case, ours: bool) -> Outcome {
    same("allowed", ours, case.expected().flag()?)
}

fn share_limit(case: &Case, weights: &str, limit: &str) -> Outcome {
    let weights: Vec<u16> = read::column(&case.input().at(weights))?;
    agrees(case, weighing::shares_are_within(&weights, read::one(&case.input().at(limit))?))
}

fn upscaling(case: &Case, weights: &str) -> Outcome {
    let weights: Vec<u16> = read::column(&case.input().at(weights))?;
    same("weights", weighing::upscaled(&weights), read::column(&case.expected())?)
}
