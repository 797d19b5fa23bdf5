//! What a slash is a fraction of, how it is spread over holdings, what vests when.

use crate::kit::*;
use crate::plans::{epoch_of, participant_of};
use crate::stage::misses;
use proptest::prelude::*;
use workmint_core::Message;
use workmint_core::block::Applied;
use workmint_core::modules::collateral::{required_collateral, share_taken, slash_amounts};
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::*;
use workmint_core::modules::slashing;
use workmint_core::modules::vesting::{Outlook, ReleaseVested};
use workmint_core::modules::work::{MissKey, ReportRef};
use workmint_core::offline::{OfflineEpoch, OfflineNode, OfflineParticipant, settle};
use workmint_core::time::{DAY_MS, Duration};

/// Gonka's mainnet: required collateral, cut off on each holding, to governance.
fn mainnet() -> Parameters {
    let mut parameters = parameters();
    parameters.slashing.base = SlashBase::Required;
    parameters.slashing.rounding = SlashRounding::DownPerHolding;
    parameters.slashing.destination = Destination::Treasury;
    parameters
}

/// Alice with a confirmed validator, a node and this collateral.
fn alice_with(parameters: Parameters, collateral: u128) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", node(1, &[0])),
        ("alice", put_collateral(collateral)),
    ]);
    chain
}

fn active(chain: &Chain) -> u128 {
    chain.locked("alice", LockKind::Collateral)
}

/// A weight of 10 needs 10 x 0.8 x 10 = 80 of the 1,000 deposited, but nothing in the grace epochs:
/// there a tenth of all is taken, afterwards a tenth of 80. In epoch 3 that is 8 / 810 of the
/// holding, 0.009876543209876543 x 810 = 7.99 and cut off; in epoch 4 8 / 803, rounded up in its
/// last digit, gives 8.
#[test]
fn the_required_base_begins_after_the_grace_epochs() {
    let mut parameters = mainnet();
    parameters.weights.grace_until_epoch = Some(2);
    let mut chain = alice_with(parameters, 1_000);
    for (epoch, left) in [(1, 900), (2, 810), (3, 803), (4, 795)] {
        chain.prove(&[("alice", 0, 10)]);
        chain.close();
        assert_eq!(chain.epoch(), epoch);
        chain.evidence(fault("val", "0.1", u8::try_from(epoch).unwrap(), chain.now()));
        assert_eq!(active(&chain), left, "epoch {epoch}");
    }
    assert_eq!(chain.pot(&Pot::Treasury), 205);
}

/// Nothing is required of a participant without weight, of a network whose base ratio is 1, and
/// what a weight requires beyond all numbers is everything.
#[test]
fn without_a_requirement_all_collateral_counts() {
    let mut chain = alice_with(mainnet(), 1_000);
    chain.evidence(fault("val", "0.1", 1, chain.now()));
    assert_eq!(active(&chain), 900, "epoch 0 has no weights");

    let mut weights = mainnet().weights;
    assert_eq!(required_collateral(&weights, 7, 0), amount(0));
    assert_eq!(required_collateral(&weights, 7, 3), amount(24));
    weights.collateral_per_weight_unit = ratio("4.2");
    assert_eq!(required_collateral(&weights, 7, 7), amount(23), "23.52");
    weights.collateral_per_weight_unit = ratio(&u128::MAX.to_string());
    assert_eq!(required_collateral(&weights, 7, 3), amount(u128::MAX));
    weights.base_weight_ratio = ratio("1");
    assert_eq!(required_collateral(&weights, 7, 3), amount(0));
}

/// 300 active, 70 required, a tenth: the peer's cut-off takes 6, rounding up on the sum 7.
#[test]
fn both_roundings_of_a_required_base_on_a_chain() {
    for (rounding, taken) in [(SlashRounding::DownPerHolding, 6), (SlashRounding::UpOnSum, 7)] {
        let mut parameters = mainnet();
        parameters.slashing.rounding = rounding;
        parameters.weights.base_weight_ratio = ratio("0");
        parameters.weights.collateral_per_weight_unit = ratio("7");
        let mut chain = alice_with(parameters, 300);
        chain.prove(&[("alice", 0, 10)]);
        chain.close();
        chain.evidence(fault("val", "0.1", 1, chain.now()));
        assert_eq!((active(&chain), chain.pot(&Pot::Treasury)), (300 - taken, taken));
    }
}

/// A lost challenge takes invalid_work of what is required, and the challenger's share of that.
#[test]
fn a_lost_challenge_takes_the_required_base() {
    let mut chain = alice_with(mainnet(), 1_000);
    chain.ok("cust", prepay(0, 1_000));
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    let lie = chain.serve("alice", 0, "cust", 10);
    chain.ok("hunter", challenge(lie, 10));
    chain.ok("j1", judge(lie, true));
    let hunter = chain.balance("hunter");
    chain.ok("j2", judge(lie, true));
    assert_eq!(active(&chain), 1_000 - 16, "0.2 x 80");
    assert_eq!((chain.balance("hunter") - hunter, chain.pot(&Pot::Treasury)), (3, 13));
}

/// A summary of epoch 1, where alice's weight is 10, is refuted in epoch 2, where it is 1: a fifth
/// of 80 is taken, not of 8.
#[test]
fn a_weight_lowered_after_the_offence_does_not_lower_the_slash() {
    let mut chain = alice_with(mainnet(), 1_000);
    chain.ok("cust", prepay(0, 1_000));
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    chain.prove(&[("alice", 0, 1)]);
    chain.apply(START + 2 * DAY_MS - DAY_MS / 8, Vec::new(), Vec::new());
    let lie = chain.serve("alice", 0, "cust", 10);
    chain.ok("hunter", challenge(lie, 10));
    chain.close();
    chain.ok("j1", judge(lie, true));
    chain.ok("j2", judge(lie, true));
    assert_eq!(active(&chain), 1_000 - 16);
}

/// The same for a consensus fault, whose epoch nobody says: 0.1 of 80 while the weight of 10 is the
/// last one, then of 8: 0.8 / 992 of the holding is cut off to nothing.
#[test]
fn a_fault_goes_by_the_larger_of_the_last_two_weights() {
    let mut chain = alice_with(mainnet(), 1_000);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    for left in [992, 992] {
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
        let id = u8::try_from(chain.epoch()).unwrap();
        chain.evidence(fault("val", "0.1", id, chain.now()));
        assert_eq!(active(&chain), left, "epoch {id}");
    }
}

fn attest_misses(epoch: u64, missed: u64) -> Message {
    let report =
        workmint_core::modules::work::ReportMisses { epoch, participant: address("alice"), missed };
    let key = MissKey { epoch, participant: address("alice"), reporter: address("r1") };
    attest(vec![(ReportRef::Misses(key), content("misses", &report))])
}

fn punished(applied: &Applied) -> Vec<u128> {
    let of = |event: &workmint_core::Event| match event {
        workmint_core::Event::Slashing(slashing::Event::Punished { amount, .. }) => {
            Some(amount.get())
        }
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// The slash of the missed-request test, on a chain and off-line, with collateral on its way out
/// that is due at this very close (there: pain 8). Required: 10 x 0.8 x 10 = 80 of 700 + 300; the
/// tenth of that is 0.008 of each holding: floor(5.6) + floor(2.4).
#[test]
fn downtime_takes_the_required_base_before_anything_is_released() {
    let mut parameters = mainnet();
    parameters.collateral.unbonding = Duration::Epochs(0);
    let mut chain = alice_with(parameters.clone(), 1_000);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    chain.ok("alice", withdraw_collateral(300));
    chain.ok("r1", misses(1, "alice", 9));
    chain.ok("r2", attest_misses(1, 9));
    let closed = chain.close();
    assert_eq!(punished(&closed), [7]);
    assert_eq!((active(&chain), chain.locked("alice", LockKind::Unbonding)), (695, 0));
    assert_eq!(chain.spendable("alice"), RICH - 1_000 + 298);

    let alice = OfflineParticipant {
        nodes: vec![OfflineNode { node: 1, model: ModelId(0), weight: 10 }],
        collateral: amount(700),
        unbonding: amount(300),
        missed: 9,
        ..offline_alice()
    };
    let epoch = OfflineEpoch { epoch: 1, participants: vec![alice], ..offline_epoch() };
    let settled = settle(&parameters, epoch, false).unwrap();
    // Off-line the collateral is known after the withdrawal: enough for all of the weight.
    assert_eq!(settled.inputs.participants.effective, [10]);
    assert_eq!(settled.inputs.participants.slashed, [amount(7)]);
}

/// There (own finding B3): a withdrawal whose epoch's close was missed was never released.
/// Here: every close releases all that is due.
#[test]
fn a_withdrawal_whose_epoch_was_skipped_is_released_later() {
    let mut parameters = mainnet();
    parameters.collateral.unbonding = Duration::Epochs(1);
    let mut chain = alice_with(parameters, 1_000);
    chain.ok("alice", withdraw_collateral(400));
    let days = workmint_core::time::DAY_MS;
    let applied = chain.apply(START + 5 * days, Vec::new(), Vec::new());
    assert!(applied.closed.is_some());
    assert_eq!((chain.epoch(), chain.locked("alice", LockKind::Unbonding)), (5, 400));
    chain.close();
    assert_eq!(chain.locked("alice", LockKind::Unbonding), 0, "due at the close of epoch 1");
    assert_eq!(chain.spendable("alice"), RICH - 600);
}

/// A reward of 1,000 over 180 epochs: 5 each, the remainder of 100 with the first. Epoch 1 is
/// claimed in epoch 2; slot 0 vests with the close of epoch 2.
#[test]
fn a_claim_vests_over_180_epochs_with_the_remainder_first() {
    let mut parameters = mainnet();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.claims.vesting_epochs = 180;
    parameters.claims.vesting_remainder = VestingRemainder::First;
    let mut chain = alice_with(parameters, 1);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    chain.close();
    chain.ok("alice", claim(1));
    let outlook = |chain: &Chain| {
        let vesting = &chain.state.vesting;
        vesting.outlook(chain.handle("alice"), GNK, chain.epoch()).unwrap()
    };
    let mut each = vec![amount(5); 180];
    each[0] = amount(105);
    assert_eq!(outlook(&chain), Outlook { ready: amount(0), by_epoch: each.clone() });
    let release = || Message::ReleaseVested(ReleaseVested {});
    assert_eq!(chain.refused("alice", release()), 501, "nothing before the close");
    chain.close();
    assert_eq!(outlook(&chain), Outlook { ready: amount(105), by_epoch: each[1..].to_vec() });
    let before = chain.spendable("alice");
    chain.ok("alice", release());
    assert_eq!(chain.spendable("alice") - before, 105);
    for _ in 0..2 {
        chain.close();
    }
    chain.ok("alice", release());
    assert_eq!(chain.spendable("alice") - before, 115);
    assert_eq!(chain.locked("alice", LockKind::Vesting), 885);
}

/// Grants keep their rule when the network changes it.
#[test]
fn a_grant_keeps_the_rule_it_was_made_under() {
    let mut parameters = mainnet();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.claims.vesting_epochs = 3;
    parameters.claims.vesting_remainder = VestingRemainder::First;
    let mut later = parameters.clone();
    later.claims.vesting_remainder = VestingRemainder::Spread;
    let mut chain = alice_with(parameters, 1);
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    chain.prove(&[("alice", 0, 10)]);
    chain.close();
    chain.ok("alice", claim(1));
    let change = workmint_core::modules::parameters::ScheduleParameters {
        epoch: 3,
        parameters: Box::new(later),
    };
    chain.ok("friend", Message::ScheduleParameters(change));
    chain.close();
    chain.ok("alice", claim(2));
    let handle = chain.handle("alice");
    let outlook = chain.state.vesting.outlook(handle, GNK, 3).unwrap();
    // Of epoch 1: 334 has vested, 333 and 333 follow. Of epoch 2: 333, 333, 334.
    let by_epoch = [333 + 333, 333 + 333, 334].map(amount).to_vec();
    assert_eq!(outlook, Outlook { ready: amount(334), by_epoch });
}

fn offline_alice() -> OfflineParticipant {
    participant_of(address("alice"))
}

/// Epoch 0 without participants.
fn offline_epoch() -> OfflineEpoch {
    OfflineEpoch { epoch: 0, ..epoch_of(Vec::new()) }
}

/// Off-line as on a chain: weights are capped before anything is required of them. Of 10 and 10 and
/// 80 a cap of 40 % leaves 13 to the largest: 13 x 0.8 x 10 = 104, a tenth of it 10.4.
#[test]
fn off_line_a_capped_weight_requires_less() {
    let mut parameters = mainnet();
    parameters.slashing.rounding = SlashRounding::UpOnSum;
    let (of_two, of_many) = (ratio("0.5"), ratio("0.3"));
    parameters.weights.power_cap = Some(PowerCap { of_two, of_three: ratio("0.4"), of_many });
    let participant = |who: &str, weight: u64, missed: u64| OfflineParticipant {
        account: address(who),
        nodes: vec![OfflineNode { node: 1, model: ModelId(0), weight }],
        collateral: amount(10_000),
        missed,
        ..offline_alice()
    };
    let participants =
        vec![participant("alice", 80, 9), participant("bob", 10, 0), participant("carol", 10, 0)];
    let mut chain = Chain::new(parameters.clone());
    chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
    chain.block(["alice", "bob", "carol"].map(|who| (who, put_collateral(10_000))).to_vec());
    chain.prove(&[("alice", 0, 80), ("bob", 0, 10), ("carol", 0, 10)]);
    chain.close();
    chain.ok("r1", misses(1, "alice", 9));
    chain.ok("r2", attest_misses(1, 9));
    let closed = chain.close();
    assert_eq!(punished(&closed), [11]);

    let epoch = OfflineEpoch { epoch: 1, participants, ..offline_epoch() };
    let inputs = settle(&parameters, epoch, false).unwrap().inputs;
    let on_chain = &closed.closed.as_ref().unwrap().inputs.participants;
    assert_eq!(inputs.participants.effective, on_chain.effective);
    assert_eq!(inputs.participants.slashed, on_chain.slashed);
    let alice = inputs.participants.find(&address("alice")).unwrap();
    assert_eq!(inputs.participants.row(alice).unwrap().effective, 13, "0.4 x 20 / 0.6");
}

/// Off-line as at a close: the status test's inactive are slashed whatever missing costs otherwise;
/// those whose reading was too small are not.
#[test]
fn off_line_the_inactive_are_slashed() {
    let mut parameters = crate::refuted_answers::patient(parameters());
    parameters.work.missed_consequence = MissConsequence::Forfeit;
    let inactive = |parameters: &Parameters, confirmed| {
        let participant = OfflineParticipant {
            nodes: vec![OfflineNode { node: 1, model: ModelId(0), weight: 100 }],
            collateral: amount(1_000),
            unbonding: amount(500),
            inactive: true,
            confirmed,
            ..offline_alice()
        };
        let epoch = OfflineEpoch { participants: vec![participant], ..offline_epoch() };
        let people = settle(parameters, epoch, false).unwrap().inputs.participants;
        assert_eq!(people.penalty, [workmint_core::inputs::Penalty::Inactive]);
        people.slashed[0].get()
    };
    assert_eq!(inactive(&parameters, None), 150, "a tenth of 1,500");
    parameters.weights.confirmation =
        Some(Confirmation { inactive_below: ratio("0.5"), tolerance: ratio("1") });
    assert_eq!((inactive(&parameters, Some(50)), inactive(&parameters, Some(49))), (150, 0));
    parameters.work.status = None;
    assert_eq!(inactive(&parameters, None), 0, "no test that slashes");
}

#[test]
fn off_line_the_pot_of_payments_cannot_be_given() {
    let pots = vec![(GNK, workmint_core::modules::ledger::Pot::Payments, amount(1))];
    let epoch = OfflineEpoch { pots, ..offline_epoch() };
    let error = settle(&parameters(), epoch, false).unwrap_err();
    assert_eq!(error, workmint_core::offline::OfflineError::PaymentsGiven);
}

const BASES: [SlashBase; 2] = [SlashBase::All, SlashBase::Required];
const ROUNDINGS: [SlashRounding; 2] = [SlashRounding::UpOnSum, SlashRounding::DownPerHolding];

/// part / whole in units of 10^-18, half to even, digit by digit as on paper.
fn by_long_division(part: u128, whole: u128) -> u128 {
    let mut rest = part % whole;
    let mut digits = part / whole;
    for _ in 0..18 {
        rest *= 10;
        digits = digits * 10 + rest / whole;
        rest %= whole;
    }
    let up = 2 * rest > whole || (2 * rest == whole && digits % 2 == 1);
    digits + u128::from(up)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the rule: no holding loses more than it holds, and the sum is what the rule says.
    #[test]
    fn slashed_parts_against_paper(
        holdings in prop::collection::vec(0_u128..1 << 50, 1..9),
        permille in 0_u128..=1_000,
        required in prop_oneof![Just(0_u128), 1_u128..1 << 53],
    ) {
        let sum: u128 = holdings.iter().sum();
        let amounts: Vec<_> = holdings.iter().copied().map(amount).collect();
        let fraction = workmint_amounts::Ratio::new(permille, 1_000).unwrap();
        let rules = BASES.into_iter().flat_map(|base| ROUNDINGS.map(|rounding| (base, rounding)));
        for (base, rounding) in rules {
            let rules = Slashing { base, rounding, ..mainnet().slashing };
            let parts = slash_amounts(&rules, &amounts, fraction, amount(required)).unwrap();
            let parts: Vec<u128> = parts.into_iter().map(|part| part.get()).collect();
            let of = match base {
                SlashBase::Required if required > 0 => required.min(sum),
                SlashBase::Required | SlashBase::All => sum,
            };
            for (part, holding) in parts.iter().zip(&holdings) {
                prop_assert!(part <= holding);
            }
            let taken: u128 = parts.iter().sum();
            match rounding {
                SlashRounding::UpOnSum => prop_assert_eq!(taken, (of * permille).div_ceil(1_000)),
                SlashRounding::DownPerHolding => {
                    let whole = (sum * 1_000).max(1);
                    let share = by_long_division(of * permille, whole);
                    let ours = share_taken(&rules, amount(sum), fraction, amount(required));
                    if sum > 0 {
                        prop_assert_eq!(ours.unwrap().floor_mul(10_u128.pow(18)).unwrap(), share);
                    }
                    for (part, holding) in parts.iter().zip(&holdings) {
                        prop_assert_eq!(*part, holding * share / 10_u128.pow(18));
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// On a chain: what the participant loses is what bounty and destination receive, unit by unit,
    /// from rows and locks alike (the kit recounts all balances after every block).
    #[test]
    fn a_slash_on_a_chain_conserves_every_unit(
        collateral in 1_u128..50_000,
        withdrawals in prop::collection::vec(1_u128..9_000, 0..3),
        weight in 0_u64..6_000,
        permille in 0_u128..=1_000,
        rule in 0_usize..4,
    ) {
        let mut parameters = mainnet();
        parameters.slashing.base = BASES[rule / 2];
        parameters.slashing.rounding = ROUNDINGS[rule % 2];
        parameters.collateral.unbonding = Duration::Epochs(9);
        let mut chain = alice_with(parameters, collateral);
        if weight > 0 {
            chain.prove(&[("alice", 0, weight)]);
        }
        chain.close();
        let mut left = collateral;
        for part in withdrawals {
            if part <= left {
                chain.ok("alice", withdraw_collateral(part));
                left -= part;
            }
        }
        let (balance, before) = (chain.balance("alice"), chain.pot(&Pot::Treasury));
        let fraction = workmint_amounts::Ratio::new(permille, 1_000).unwrap().to_string();
        let applied = chain.evidence(fault("val", &fraction, 1, chain.now()));
        prop_assert_eq!(quarantined(&applied), vec![]);
        let taken = chain.pot(&Pot::Treasury) - before;
        prop_assert_eq!(balance - chain.balance("alice"), taken);
        prop_assert_eq!(punished(&applied), vec![taken]);
        prop_assert_eq!(
            active(&chain) + chain.locked("alice", LockKind::Unbonding),
            collateral - taken
        );
        let state = &chain.state.collateral;
        let rows = state.unbonding(chain.handle("alice")).unwrap().get();
        prop_assert_eq!(rows, chain.locked("alice", LockKind::Unbonding));
    }
}
