//! One row per statement about seats, weights and the consensus.

use super::super::*;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use workmint_amounts::Amount;

/// Sound parameters with seats and a consensus that one stream pays by.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.network.epoch_length = EpochLength::Blocks(360);
    all.opinions = Some(Opinions {
        seats: 256,
        owner: None,
        power: OpinionPower::Collateral,
        least_power: Amount::new(1_000),
        most_validators: 64,
        activity_cutoff_blocks: 5_000,
        registration: SeatRegistration {
            initial: Amount::new(1_000),
            minimum: Amount::new(500),
            maximum: Amount::new(100_000),
            half_life_blocks: 360,
            rise: ratio("1.26"),
            burned_share: ratio("1"),
            rest: Destination::Burn,
            immunity_blocks: 5_000,
        },
        weighing: Weighing {
            minimum_count: 1,
            rate_limit_blocks: 100,
            reveal_epochs: Some(1),
            most_commitments: 10,
        },
        yuma: Some(Yuma {
            mode: YumaMode::Strict,
            kind: YumaKind::Yuma3,
            kappa: 32_768,
            bonds_penalty: 65_535,
            bonds_moving_average: 900_000,
            liquid: Some(LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 }),
        }),
        children: Some(ChildRules { most: 5, most_take: ratio("0.18"), delay_epochs: 20 }),
    });
    all.streams[0].score = Score::YumaIncentive;
    all
}

fn rules(all: &mut Parameters) -> &mut Opinions {
    all.opinions.as_mut().unwrap()
}

fn price(all: &mut Parameters) -> &mut SeatRegistration {
    &mut rules(all).registration
}

fn weighing(all: &mut Parameters) -> &mut Weighing {
    &mut rules(all).weighing
}

fn yuma(all: &mut Parameters) -> &mut Yuma {
    rules(all).yuma.as_mut().unwrap()
}

fn liquid(all: &mut Parameters) -> &mut LiquidAlpha {
    yuma(all).liquid.as_mut().unwrap()
}

fn children(all: &mut Parameters) -> &mut ChildRules {
    rules(all).children.as_mut().unwrap()
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("no seat", |p| rules(p).seats = 0, "opinions.seats", "1 to 4096"),
    ("many seats", |p| rules(p).seats = 4_097, "opinions.seats", "1 to 4096"),
    ("nobody weighs", |p| rules(p).most_validators = 0, "opinions.most_validators", "1 to 256"),
    ("more than seats", |p| rules(p).most_validators = 257, "opinions.most_validators",
     "1 to 256"),
    ("no bonds", |p| rules(p).power = OpinionPower::Bonded, "opinions.power", "[validators]"),
    ("no stake", |p| rules(p).power = OpinionPower::Stake, "opinions.power", "[stake]"),
    ("nobody active", |p| rules(p).activity_cutoff_blocks = 0, "opinions.activity_cutoff",
     "at least 1"),
    ("minimum above maximum", |p| price(p).minimum = Amount::new(100_001),
     "opinions.registration.minimum", "0 to maximum"),
    ("initial below", |p| price(p).initial = Amount::new(499), "opinions.registration.initial",
     "out of range"),
    ("initial above", |p| price(p).initial = Amount::new(100_001),
     "opinions.registration.initial", "out of range"),
    ("no half-life", |p| price(p).half_life_blocks = 0, "opinions.registration.half_life",
     "1 to 1000000"),
    ("long half-life", |p| price(p).half_life_blocks = 1_000_001,
     "opinions.registration.half_life", "1 to 1000000"),
    ("falls", |p| price(p).rise = ratio("0.99"), "opinions.registration.rise", "1 to 10"),
    ("explodes", |p| price(p).rise = ratio("10.1"), "opinions.registration.rise", "1 to 10"),
    ("too large to rise", |p| price(p).maximum = Amount::MAX, "opinions.registration.maximum",
     "128 bits"),
    ("burns more", |p| price(p).burned_share = ratio("1.1"),
     "opinions.registration.burned_share", "0 to 1"),
    ("many to weigh", |p| weighing(p).minimum_count = 4_097, "opinions.weighing.minimum_count",
     "0 to 4096"),
    ("reveal at once", |p| weighing(p).reveal_epochs = Some(0), "opinions.weighing.reveal",
     "1 to 100"),
    ("reveal late", |p| weighing(p).reveal_epochs = Some(101), "opinions.weighing.reveal",
     "1 to 100"),
    ("no commitment", |p| weighing(p).most_commitments = 0, "opinions.weighing.most_commitments",
     "1 to 64"),
    ("many commitments", |p| weighing(p).most_commitments = 65,
     "opinions.weighing.most_commitments", "1 to 64"),
    ("more than a million", |p| yuma(p).bonds_moving_average = 1_000_001,
     "opinions.yuma.bonds_moving_average", "0 to 1000000"),
    ("liquid shares", |p| yuma(p).kind = YumaKind::Yuma1, "opinions.yuma.liquid", "yuma3"),
    ("low alpha", |p| liquid(p).low = 1_637, "opinions.yuma.liquid.low", "1638 to high"),
    ("low above high", |p| liquid(p).high = 45_874, "opinions.yuma.liquid.low", "1638 to high"),
    ("no child", |p| children(p).most = 0, "opinions.children.most", "1 to 64"),
    ("many children", |p| children(p).most = 65, "opinions.children.most", "1 to 64"),
    ("takes more", |p| children(p).most_take = ratio("1.01"), "opinions.children.most_take",
     "0 to 1"),
    ("at once", |p| children(p).delay_epochs = 0, "opinions.children.delay", "1 to 100000"),
    ("stream without seats", |p| p.opinions = None, "streams[0].score", "[opinions]"),
    ("stream without consensus", |p| rules(p).yuma = None, "streams[0].score", "[opinions.yuma]"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("half", |p| yuma(p).kappa = 32_767, Level::Fact, "opinions.yuma.kappa", "two halves"),
    ("minority", |p| yuma(p).kappa = 32_766, Level::Warning, "opinions.yuma.kappa", "minority"),
    ("no memory", |p| yuma(p).bonds_moving_average = 0,
     Level::Fact, "opinions.yuma.bonds_moving_average", "no memory"),
    ("frozen", |p| yuma(p).bonds_moving_average = 1_000_000,
     Level::Warning, "opinions.yuma.bonds_moving_average", "never move"),
    ("upstream", |p| yuma(p).mode = YumaMode::Subtensor,
     Level::Fact, "opinions.yuma.mode", "order of weights"),
    ("in the open", |p| weighing(p).reveal_epochs = None,
     Level::Fact, "opinions.weighing.reveal", "copy"),
    ("all seats", |p| weighing(p).minimum_count = 257,
     Level::Fact, "opinions.weighing.minimum_count", "all of them"),
    ("rare weights", |p| weighing(p).rate_limit_blocks = 5_001,
     Level::Warning, "opinions.activity_cutoff", "5,000 blocks"),
    ("short memory", |p| rules(p).activity_cutoff_blocks = 719,
     Level::Warning, "opinions.activity_cutoff", "too old"),
    ("mortal", |p| price(p).immunity_blocks = 359,
     Level::Warning, "opinions.registration.immunity", "before the first close"),
    ("free", |p| { price(p).maximum = Amount::ZERO; price(p).minimum = Amount::ZERO;
     price(p).initial = Amount::ZERO },
     Level::Warning, "opinions.registration.maximum", "costs nothing"),
    ("greedy", |p| children(p).most_take = ratio("1"),
     Level::Warning, "opinions.children.most_take", "keep all"),
    ("several opinions", |_| {}, Level::Fact, "opinions.weighing.most_commitments",
     "commit to 10 opinions"),
    ("unpaid", |p| p.streams[0].score = Score::WorkDone,
     Level::Warning, "opinions", "seats earn nothing"),
];

#[test]
fn every_error_of_opinions() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn remarks_on_opinions() {
    assert_remarks(&sound, REMARKS);
}
