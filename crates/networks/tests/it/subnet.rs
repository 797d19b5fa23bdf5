//! The subnet of `bittensor` lives: seats are taken, weights committed and revealed, and a close
//! pays owner, miners, validator and delegator.

use crate::bad_files::problems;
use crate::chain::{Chain, address, send, take_seat};
use crate::{read, replaced};
use workmint_amounts::{Amount, Ratio};
use workmint_core::Message;
use workmint_core::modules::opinions::price;
use workmint_core::modules::rewards::plan;
use workmint_core::modules::validators::{Bond, Delegate, Message as Say};
use workmint_networks::preset;

const TAO: u128 = 1_000_000_000;

fn tao(units: u128) -> Amount {
    Amount::new(units * TAO)
}

/// The owner pays everybody's start; a validator with 100 TAO, 300 more of a delegator, two miners.
fn subnet(text: &str) -> Chain {
    let mut chain = Chain::of(&read(text));
    let send = |who: &str, amount| ("owner", send(who, amount));
    chain.ok(vec![
        send("validator", tao(101)),
        send("delegator", tao(301)),
        send("miner-1", tao(1)),
        send("miner-2", tao(1)),
    ]);
    let bond = Bond { amount: tao(100), commission: Some("0.1".parse().unwrap()) };
    let delegate = Delegate { validator: address("validator"), amount: tao(300) };
    chain.ok(vec![
        ("validator", take_seat()),
        ("miner-1", take_seat()),
        ("miner-2", take_seat()),
        ("validator", Message::Validator(Say::Bond(bond))),
        ("validator", Message::Validator(Say::Activate)),
        ("delegator", Message::Validator(Say::Delegate(delegate))),
    ]);
    chain
}

/// 0.1 TAO at first and 1.26 times as much for each seat; in one block nothing falls.
#[test]
fn seats_cost_more_one_after_the_other() {
    let chain = subnet(preset("bittensor").unwrap().text);
    // 0.1 x 1.26 = 0.126, 0.15876, 0.2000376; two blocks of 360 let the first fall a little.
    let now = price(&chain.state).unwrap().unwrap().get();
    assert!((199_200_000..200_037_600).contains(&now), "{now} rao");
    let paid = 101 * TAO - 100 * TAO - chain.balance("validator");
    assert!((99_600_000..100_400_000).contains(&paid), "{paid} rao and three fees of 100,000");
    assert!(chain.balance("miner-1") > chain.balance("miner-2"), "the second pays more");
}

/// Both arithmetics: 3 to 1 for the miners, all dividends to the one validator, 18 % to the owner.
#[test]
fn a_close_pays_owner_miners_validator_and_delegator() {
    let text = preset("bittensor").unwrap().text;
    let strict = replaced(text, "mode = \"subtensor\"", "mode = \"strict\"");
    for text in [text, &strict] {
        let mut chain = subnet(text);
        // Bonded from the second epoch on, in power at its close, permitted in the third.
        (0..3).for_each(|_| drop(chain.close()));
        let closed = chain.weigh(&["validator"], &[(1, 30_000), (2, 10_000)]).closed.unwrap();
        let plan = plan(&closed.parameters, &closed.inputs).unwrap();
        let [owner, incentive, dividends, _] = &plan.streams[..] else { panic!("four streams") };
        // 360 blocks of 1 TAO; what seats cost was recycled and is minted first.
        let cut = "11796/65535".parse::<Ratio>().unwrap();
        let half = "53739/131070".parse::<Ratio>().unwrap();
        let budget = tao(360);
        assert_eq!(owner.paid, cut.apply_floor(budget).unwrap());
        let paid = |rewards: &[Amount], who: &str| {
            let at = closed.inputs.participants.find(&address(who)).unwrap();
            rewards.get(at).map_or(0, |reward| reward.get())
        };
        let miners = [paid(&incentive.rewards, "miner-1"), paid(&incentive.rewards, "miner-2")];
        let all = half.apply_floor(budget).unwrap().get();
        // Shares in 1 / 65,535 of the larger: off by less than a ten-thousandth.
        assert!(miners[0].abs_diff(all / 4 * 3) < all / 10_000, "{miners:?} of {all}");
        assert!(miners[1].abs_diff(all / 4) < all / 10_000, "{miners:?} of {all}");
        // Budgets by cumulative floors, and the dust of the epoch before.
        assert!((miners[0] + miners[1]).abs_diff(all) <= 2, "{miners:?} of {all}");
        // 3/4 of the power is the delegator's, less a tenth for the validator: 67.5 %.
        let kept = paid(&dividends.rewards, "validator");
        let lent = dividends.delegated.get();
        assert!((kept + lent).abs_diff(all) <= 2, "{kept} + {lent} of {all}");
        assert!(lent.abs_diff(all * 675 / 1_000) <= 2, "{lent} of {all}");
        let sum = plan.streams.iter().map(|stream| stream.paid.get() + stream.delegated.get());
        assert!(sum.sum::<u128>() <= budget.get(), "never more than was minted");
    }
}

/// A file cannot take the consensus away and pay by it.
#[test]
fn a_stream_by_yuma_needs_yuma() {
    let text = preset("bittensor").unwrap().text;
    let (start, end) = (text.find("[opinions.yuma]").unwrap(), text.find("[opinions.ch").unwrap());
    let without = format!("{}{}", &text[..start], &text[end..]);
    let paths: Vec<String> = problems(&without).into_iter().map(|problem| problem.path).collect();
    assert_eq!(paths, ["streams[1].score", "streams[2].score"]);
}
