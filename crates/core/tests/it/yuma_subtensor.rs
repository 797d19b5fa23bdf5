//! Yuma in the mode `subtensor`, against a transcription of reference/bittensor.md §1.2 into
//! Python's integers (dense columns, a median by partition, rows read forward only), of which the
//! numbers are kept here.

use crate::draw::Draw;
use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::subtensor::fixed::{I32F32, I64F64};
use workmint_core::modules::opinions::yuma::subtensor::{Backing, Epoch, epoch};
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Run, Seats, run};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind, YumaMode};

/// A network and its rules.
#[derive(Clone)]
struct Network {
    rules: Yuma,
    limits: Limits,
    seats: Seats,
}

impl Network {
    fn run(&self) -> Run<'_> {
        Run { rules: &self.rules, limits: self.limits, seats: &self.seats }
    }

    fn epoch(&self) -> Epoch {
        epoch(&self.run(), &Backing::of_powers(&self.seats.power).unwrap()).unwrap()
    }
}

fn matrix(rows: &[&[(u16, u32)]]) -> Matrix {
    let mut matrix = Matrix::default();
    rows.iter().for_each(|row| matrix.push_row(row.iter().copied()));
    matrix
}

fn powers(units: &[u128]) -> Vec<Amount> {
    units.iter().copied().map(Amount::new).collect()
}

/// Four validators, of which one has too little and one is the owner without a permit. Seat 3 was
/// taken after seat 1 committed.
fn small() -> Network {
    Network {
        rules: Yuma {
            mode: YumaMode::Subtensor,
            kind: YumaKind::Yuma1,
            kappa: 32_767,
            bonds_penalty: 50_000,
            bonds_moving_average: 900_000,
            liquid: None,
        },
        limits: Limits {
            least_power: Amount::new(50),
            most_validators: 3,
            activity_cutoff_blocks: 500,
            commit_reveal: true,
        },
        seats: Seats {
            height: 1_000,
            blocks: 360,
            last_run: 640,
            owner: Some(4),
            power: powers(&[500, 300, 200, 49, 7]),
            permit: vec![true, true, true, true, false],
            last_update: vec![990, 950, 900, 990, 995],
            registered: vec![0, 10, 20, 700, 0],
            committed: vec![None, Some(600), Some(800), None, None],
            weights: matrix(&[
                &[(3, 40_000), (1, 25_535), (2, 9)],
                &[(3, 65_535), (4, 30_000), (0, 1)],
                &[(2, 7), (4, 65_535), (3, 12_345)],
                &[(0, 1)],
                &[(4, 50_000), (3, 65_535)],
            ]),
            bonds: matrix(&[
                &[(1, 65_535), (3, 20_000)],
                &[(4, 65_535), (2, 100)],
                &[(4, 30_000)],
                &[(1, 5)],
                &[],
            ]),
        },
    }
}

fn bits(numbers: &[I32F32]) -> Vec<i64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

const SHARES: [i64; 5] = [2_132_555_757, 1_279_533_454, 853_022_303, 0, 29_855_780];

#[test]
fn bonds_as_shares_of_stake() {
    let epoch = small().epoch();
    assert_eq!(bits(&epoch.stake), SHARES);
    assert_eq!(bits(&epoch.active_stake), SHARES);
    assert_eq!(bits(&epoch.consensus), [0, 0, 0, 2_436_237_345, 1_858_729_950]);
    let trust = [2_436_237_345, 1_858_729_950, 2_539_538_517, 0, 4_294_967_295];
    assert_eq!(bits(&epoch.trust), trust);
    assert_eq!(bits(&epoch.incentive), [0, 0, 0, 2_545_623_501, 1_749_343_794]);
    let dividends = [2_265_681_323, 1_186_658_527, 809_569_866, 0, 33_057_578];
    assert_eq!(bits(&epoch.dividends), dividends);
    assert_eq!(epoch.permit, [true, true, true, false, true]);
    let bonds = matrix(&[
        &[(1, 65_535), (2, 7_281), (3, 65_535)],
        &[(0, 65_535), (2, 65_535), (4, 65_535)],
        &[(3, 7_196), (4, 30_970)],
        &[],
        &[(3, 901), (4, 104)],
    ]);
    assert_eq!(epoch.stored_bonds(), bonds);
    let shares = epoch.shares(1_000_000_007);
    assert_eq!(shares.miners, [0, 0, 0, 296_349_581, 203_650_422]);
    assert_eq!(shares.validators, [263_760_022, 138_145_235, 94_246_337, 0, 3_848_408]);
    assert_eq!(shares.both, [263_760_022, 138_145_235, 94_246_337, 296_349_581, 207_498_830]);
}

#[test]
fn bonds_that_move_by_themselves() {
    let mut network = small();
    network.rules.kind = YumaKind::Yuma3;
    let epoch = network.epoch();
    let dividends = [2_226_757_280, 1_353_214_774, 682_943_256, 0, 32_051_983];
    assert_eq!(bits(&epoch.dividends), dividends);
    let bonds = matrix(&[
        &[(1, 59_586), (2, 0), (3, 3_784)],
        &[(0, 0), (2, 89), (4, 62_698)],
        &[(3, 1_038), (4, 30_471)],
        &[],
        &[(3, 3_717), (4, 2_836)],
    ]);
    assert_eq!(epoch.stored_bonds(), bonds);
}

/// Seat 3 was not taken anew, so that its bonds count.
fn liquid() -> Network {
    let mut network = small();
    network.rules.kind = YumaKind::Yuma3;
    network.rules.bonds_penalty = 65_535;
    network.rules.liquid = Some(LiquidAlpha { low: 45_875, high: 58_982, steepness: 1_000 });
    network.seats.registered[3] = 600;
    network
}

#[test]
fn bonds_of_their_own_speed() {
    let epoch = liquid().epoch();
    assert_eq!(bits(&epoch.consensus), [0, 0, 0, 2_621_120_039, 1_348_695_977]);
    let dividends = [2_227_887_836, 1_569_495_880, 467_693_899, 0, 29_889_678];
    assert_eq!(bits(&epoch.dividends), dividends);
    let bonds = matrix(&[
        &[(3, 34_023)],
        &[(3, 28_049), (4, 26_285)],
        &[(4, 23_353), (3, 7_285)],
        &[],
        &[(4, 14_433), (3, 26_071)],
    ]);
    assert_eq!(epoch.stored_bonds(), bonds);
}

/// Who set no weights for long has no say; then all is shared by stake.
#[test]
fn nobody_is_active() {
    let mut network = small();
    network.seats.height = 9_000;
    let epoch = network.epoch();
    assert_eq!(epoch.active, [false; 5]);
    assert_eq!(bits(&epoch.active_stake), [0; 5]);
    let shares = epoch.shares(1_000_000_007);
    assert_eq!(shares.miners, [0; 5]);
    assert_eq!(shares.validators, [496_524_333, 297_914_599, 198_609_733, 0, 6_951_340]);
    assert_eq!(shares.both, shares.validators);
}

/// The network of a seed, drawn in the order in which the transcription draws it.
fn drawn(seed: u64, least_seats: u64) -> Network {
    let mut draw = Draw::from_seed(seed);
    let count = least_seats + draw.below(10);
    let mut network = small();
    let seats = &mut network.seats;
    *seats = Seats { height: 2_000, blocks: 360, ..Seats::default() };
    seats.last_run = draw.of(&[0, 1_640]);
    let owned = draw.below(2) == 1;
    seats.owner = owned.then(|| u16::try_from(draw.below(count)).unwrap());
    network.limits = Limits {
        activity_cutoff_blocks: 1_000,
        least_power: Amount::new(u128::from(20 * draw.below(3))),
        most_validators: u16::try_from(1 + draw.below(count)).unwrap(),
        commit_reveal: draw.below(2) == 1,
    };
    let rules = &mut network.rules;
    rules.kappa = draw.of(&[0, 32_767, 32_768, 39_321, 65_535]);
    rules.bonds_penalty = draw.of(&[0, 20_000, 65_535]);
    rules.bonds_moving_average = draw.of(&[900_000, 975_000, 0]);
    rules.kind = draw.of(&[YumaKind::Yuma1, YumaKind::Yuma3, YumaKind::Yuma3]);
    let liquid = draw.below(2) == 1;
    rules.liquid = liquid.then(|| LiquidAlpha {
        low: 20_000,
        high: 60_000,
        steepness: draw.of(&[1_000, -250, 0]),
    });
    for _ in 0..count {
        draw_seat(&mut draw, seats, count);
    }
    network
}

fn draw_seat(draw: &mut Draw, seats: &mut Seats, count: u64) {
    let power = draw.below(4) * draw.below(1_000);
    seats.power.push(Amount::new(u128::from(power)));
    seats.permit.push(draw.below(4) > 0);
    seats.last_update.push(500 + draw.below(1_500));
    seats.registered.push(draw.below(2) * draw.below(2_000));
    let committed = draw.below(2) == 1;
    seats.committed.push(committed.then(|| draw.below(2_000)));
    let mut weights = Vec::new();
    let mut bonds = Vec::new();
    for column in 0..u16::try_from(count).unwrap() {
        if draw.below(3) > 0 {
            let weight = draw.below(65_536) * draw.below(4) / 3;
            weights.push((column, u32::try_from(weight).unwrap()));
        }
    }
    if draw.below(2) == 1 {
        weights.reverse();
    }
    for column in 0..u16::try_from(count).unwrap() {
        if draw.below(2) == 1 {
            bonds.push((column, u32::try_from(1 + draw.below(65_535)).unwrap()));
        }
    }
    if draw.below(4) == 0 {
        bonds.reverse();
    }
    seats.weights.push_row(weights);
    seats.bonds.push_row(bonds);
}

/// All results as one number below 2^61 - 1.
fn digest(epoch: &Epoch) -> u128 {
    let columns = [
        &epoch.stake,
        &epoch.active_stake,
        &epoch.consensus,
        &epoch.trust,
        &epoch.incentive,
        &epoch.dividends,
    ];
    let mut all: Vec<u128> = Vec::new();
    for number in columns.into_iter().flatten() {
        all.push(u128::try_from(number.to_bits()).unwrap());
    }
    all.extend(epoch.permit.iter().map(|permit| u128::from(*permit)));
    let bonds = epoch.stored_bonds();
    for at in 0..bonds.rows() {
        all.push(bonds.row(at).0.len() as u128);
        for (column, bond) in bonds.entries_of(at) {
            all.extend([u128::from(column), u128::from(bond)]);
        }
    }
    let shares = epoch.shares(1_000_000_007);
    for shares in [shares.miners, shares.validators, shares.both] {
        all.extend(shares.into_iter().map(u128::from));
    }
    all.into_iter().fold(0, |digest, number| (digest * 1_000_003 + number) % PRIME)
}

const PRIME: u128 = (1 << 61) - 1;

/// Of seeds 1 to 500, 501 to 1,000 and so on.
const EXPECTED: [u128; 4] = [
    696_508_958_881_358_049,
    2_044_080_090_692_123_656,
    1_055_887_815_812_238_521,
    950_496_338_154_353_139,
];

#[test]
fn two_thousand_drawn_networks() {
    let of = |first: u64| {
        (first..first + 500)
            .fold(0, |digests, seed| (digests * 31 + digest(&drawn(seed, 3).epoch())) % PRIME)
    };
    assert_eq!([1, 501, 1_001, 1_501].map(of), EXPECTED);
}

#[test]
fn forty_larger_networks() {
    let digests =
        (1..41).fold(0, |digests, seed| (digests * 31 + digest(&drawn(seed, 60).epoch())) % PRIME);
    assert_eq!(digests, 1_051_939_123_881_727_232);
}

#[test]
fn one_thread_and_four_agree() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, four) = (pool(1), pool(4));
    for seed in 1..20 {
        let network = drawn(seed, 200);
        let run = || network.epoch();
        assert_eq!(one.install(run), four.install(run));
    }
}

/// The rows of weights, and of bonds, the other way round.
fn reversed(network: &Network) -> Network {
    let mut other = network.clone();
    other.seats.weights = Matrix::default();
    for at in 0..network.seats.weights.rows() {
        let mut row: Vec<_> = network.seats.weights.entries_of(at).collect();
        row.reverse();
        other.seats.weights.push_row(row);
    }
    other
}

/// Quirk Q1: under liquid alpha what a validator earns depends on the order in which it wrote its
/// weights down. Elsewhere it does not, whatever the bonds' order becomes.
#[test]
fn order_of_weights_matters_under_liquid_alpha_alone() {
    let mut changed = 0;
    for seed in 1..400 {
        let network = drawn(seed, 3);
        let (epoch, other) = (network.epoch(), reversed(&network).epoch());
        let is_liquid = network.rules.kind == YumaKind::Yuma3 && network.rules.liquid.is_some();
        if epoch.dividends != other.dividends {
            assert!(is_liquid, "seed {seed}");
            changed += 1;
        } else if !is_liquid {
            assert_eq!(epoch, other, "seed {seed}");
        }
        assert_eq!(epoch.incentive, other.incentive, "seed {seed}");
    }
    assert!(changed > 20, "{changed}");
}

/// Q4: half of the stake is more than the minority at the default kappa, 32,767 / 65,535: of two
/// equal halves the higher weight is the consensus, one unit of kappa more and it is the lower.
#[test]
fn two_halves_agree_on_the_higher_weight() {
    let consensus = |kappa: u16| {
        let mut network = small();
        network.limits =
            Limits { least_power: Amount::ZERO, commit_reveal: false, ..network.limits };
        network.rules.kappa = kappa;
        network.seats = Seats {
            height: 100,
            blocks: 10,
            last_run: 90,
            power: powers(&[5, 5, 0, 0]),
            permit: vec![true, true, false, false],
            last_update: vec![95; 4],
            registered: vec![1; 4],
            committed: vec![None; 4],
            weights: matrix(&[&[(2, 3), (3, 1)], &[(2, 1), (3, 3)], &[], &[]]),
            bonds: matrix(&[&[], &[], &[], &[]]),
            ..Seats::default()
        };
        bits(&network.epoch().consensus)
    };
    let quarter = 1 << 30;
    assert_eq!(consensus(32_767), [0, 0, quarter, quarter].map(|low| low * 3));
    assert_eq!(consensus(32_768), [0, 0, quarter, quarter]);
}

/// Powers beyond 2^63 are divided by a common power of two, and nothing else changes.
#[test]
fn powers_of_any_size() {
    let of = |factor: u128| {
        let mut network = small();
        let units = network.seats.power.iter().map(|power| power.get() * factor);
        network.seats.power = units.map(Amount::new).collect();
        network.limits.least_power = Amount::new(50 * factor);
        network
    };
    let expected = small().epoch();
    for shift in [1, 40, 54, 60, 100, 116] {
        assert_eq!(of(1 << shift).epoch(), expected, "2^{shift}");
    }
    // 1,056 x 2^117 is above 2^127.
    assert_eq!(run(&of(1 << 117).run()).unwrap_err().code(), 1);
    // The least power is compared to the last unit: the fourth seat has one less than it needs.
    let mut network = of(1 << 80);
    network.limits.least_power = Amount::new((49 << 80) + 1);
    assert_eq!(network.epoch().stake[3], I32F32::ZERO);
    network.limits.least_power = Amount::new(49 << 80);
    assert!(network.epoch().stake[3] > I32F32::ZERO);
}

#[test]
fn the_outcome_is_the_epoch_in_parts_of_2_to_the_32() {
    let network = small();
    let (epoch, outcome) = (network.epoch(), run(&network.run()).unwrap());
    assert_eq!(outcome.unit, 1 << 32);
    let same = |ours: &[u64], theirs: &[I32F32]| {
        assert!(ours.iter().map(|bits| i64::try_from(*bits).unwrap()).eq(bits(theirs)));
    };
    same(&outcome.stake, &epoch.stake);
    same(&outcome.active_stake, &epoch.active_stake);
    same(&outcome.consensus, &epoch.consensus);
    same(&outcome.trust, &epoch.trust);
    same(&outcome.incentive, &epoch.incentive);
    same(&outcome.dividends, &epoch.dividends);
    assert_eq!(outcome.permit, epoch.permit);
    assert_eq!(outcome.bonds, epoch.stored_bonds());
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let mut network = small();
    network.seats.last_update.pop();
    assert_eq!(run(&network.run()).unwrap_err().code(), 11);
    let network = small();
    let backing = Backing::of_stakes(vec![I64F64::default(); 4]);
    assert_eq!(epoch(&network.run(), &backing).unwrap_err().code(), 11);
}
