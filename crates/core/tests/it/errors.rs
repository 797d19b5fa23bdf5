//! Every way a message of money, registration or governance can be wrong: one defect per row.
//!
//! A row must give its error's stable code and change nothing but fee and nonce: every row of the
//! state equals what another failing message of the same sender leaves.

use crate::kit::*;
use crate::stage::*;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::{RegisterParticipant, RetireNode, SetRecipient};
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::{Address, BlockError, Commitments, Message};

/// A row: what is wrong, who sends, the message, the code.
pub(crate) type Row = (&'static str, &'static str, Message, u16);

pub(crate) fn transfer(to: Address, asset: u16, units: u128) -> Message {
    Message::Transfer(Transfer { to, asset: AssetId(asset), amount: amount(units) })
}

/// Sends each row to its own copy of the stage.
pub(crate) fn run(rows: Vec<Row>) {
    run_on(&stage(), FEE, rows);
}

/// Sends each row to its own copy of a chain with this flat fee.
pub(crate) fn run_on(chain: &Chain, fee: u128, rows: Vec<Row>) {
    let snapshot = Snapshot::take(chain);
    for (what, sender, message, expected) in rows {
        let mut tried = snapshot.chain();
        let before = tried.spendable(sender);
        assert_eq!(tried.refused(sender, message), expected, "{what}");
        assert_eq!(tried.spendable(sender), before - fee, "{what}: the fee is kept");
        let mut control = snapshot.chain();
        assert_eq!(control.refused(sender, transfer(address("bob"), 0, 0)), 102);
        assert_eq!(
            rows_of(&tried.state),
            rows_of(&control.state),
            "{what}: something else changed"
        );
    }
}

/// What the control of every row leaves: one fee burned, one nonce.
#[test]
fn a_failed_transaction_pays_its_fee_and_nonce_and_nothing_else() {
    let mut chain = stage();
    let (burned, nonce) = (chain.burned(), chain.nonce("bob"));
    let rows = |chain: &Chain| -> Vec<u128> {
        let all = PEOPLE.iter().filter(|who| **who != "bob");
        all.map(|who| chain.spendable(who)).collect()
    };
    let (others, balance) = (rows(&chain), chain.balance("bob"));
    let applied =
        chain.apply(chain.now() + 1, vec![("bob", transfer(address("alice"), 0, 0))], Vec::new());
    assert_eq!(code(&applied.results[0]), 102);
    assert_eq!((applied.events.len(), applied.postings.len()), (0, 1));
    assert_eq!(chain.balance("bob"), balance - FEE);
    assert_eq!(chain.burned(), burned + FEE);
    assert_eq!(chain.nonce("bob"), nonce + 1);
    assert_eq!(rows(&chain), others);
}

#[test]
fn wrong_nonces_and_unpayable_fees_change_nothing() {
    let snapshot = Snapshot::take(&stage());
    let mut idle = snapshot.chain();
    idle.apply(idle.now() + 1, Vec::new(), Vec::new());
    let message = transfer(address("alice"), 0, 1);
    let cases = [("bob", 1, 10), ("bob", u64::MAX, 10), ("nobody", 0, 401), ("nobody", 1, 10)];
    for (who, offset, expected) in cases {
        let mut chain = snapshot.chain();
        let nonce = chain.nonce(who).checked_add(offset).unwrap_or(0);
        let decoded = [sign(who, nonce, message.clone())];
        let block = block(chain.state.chain().height + 1, chain.now() + 1, &decoded);
        let applied = chain.state.apply_block(&block, &decoded, Commitments::Full);
        assert_eq!(code(&applied.unwrap().0.results[0]), expected, "{who} {nonce}");
        assert_eq!(rows_of(&chain.state), rows_of(&idle.state));
    }
}

#[test]
fn transfers_and_registration() {
    let all = RICH * 10;
    let null = Address::ZERO;
    let retire = |node| Message::RetireNode(RetireNode { node });
    let owned =
        |owner, validator| Message::RegisterParticipant(RegisterParticipant { owner, validator });
    let nameless = Message::SetRecipient(SetRecipient { recipient: null });
    run(vec![
        ("zero transfer", "bob", transfer(address("bob"), 0, 0), 102),
        ("unknown asset", "bob", transfer(address("bob"), 2, 1), 101),
        ("to nobody", "bob", transfer(null, 0, 1), 103),
        ("more than it has", "bob", transfer(address("bob"), 0, all), 104),
        ("2^128 - 1", "bob", transfer(address("bob"), 1, u128::MAX), 104),
        // alice has 5,000 in collateral: the last of her balance is not spendable.
        ("locked money", "alice", transfer(address("bob"), 0, RICH - 4_000), 104),
        ("registered twice", "alice", join("alice", None), 301),
        ("owner nobody", "cust", owned(null, None), 309),
        ("validator nobody", "cust", owned(address("cust"), Some(null)), 309),
        ("node of a stranger", "cust", node(1, &[0]), 302),
        ("node without models", "alice", node(2, &[]), 304),
        ("model listed twice", "alice", node(2, &[1, 1]), 304),
        ("unknown model", "alice", node(2, &[0, 3]), 305),
        ("retire of a stranger", "cust", retire(1), 302),
        ("retire what is not", "alice", retire(9), 306),
        ("recipient of a stranger", "cust", recipient("bob"), 302),
        ("recipient nobody", "alice", nameless, 309),
    ]);
}

#[test]
fn consent_of_validators_reporters_and_judges() {
    run(vec![
        ("owner a judge", "cust", join("j1", None), 310),
        ("recipient a reporter", "alice", recipient("r2"), 310),
        ("confirmed twice", "val", confirm("alice"), 303),
        ("confirms another", "val", confirm("bob"), 311),
        ("confirms nobody", "val", confirm("stranger"), 311),
    ]);
}

#[test]
fn collateral_and_deposits() {
    let all = RICH * 10;
    run(vec![
        ("zero collateral", "alice", put_collateral(0), 601),
        ("collateral of a stranger", "cust", put_collateral(1), 602),
        ("collateral while jailed", "carol", put_collateral(1), 603),
        ("collateral beyond funds", "alice", put_collateral(all), 104),
        ("withdraw zero", "alice", withdraw_collateral(0), 601),
        ("withdraw too much", "alice", withdraw_collateral(5_001), 604),
        ("withdraw of a stranger", "cust", withdraw_collateral(1), 604),
        ("a fourth withdrawal", "dave", withdraw_collateral(1), 605),
        ("nothing vests", "alice", Message::ReleaseVested(ReleaseVested {}), 501),
        ("zero deposit", "cust", prepay(0, 0), 901),
        ("deposit for no model", "cust", prepay(3, 1), 902),
        ("top-up while closing", "buyer", prepay(1, 1), 906),
        ("deposit beyond funds", "cust", prepay(1, all), 104),
        ("close nothing", "cust", close_deposit(1), 903),
        ("close twice", "buyer", close_deposit(1), 906),
    ]);
}

pub(crate) fn schedule(epoch: u64, change: impl Fn(&mut Parameters)) -> Message {
    let mut parameters = stage_parameters();
    change(&mut parameters);
    Message::ScheduleParameters(ScheduleParameters { epoch, parameters: Box::new(parameters) })
}

#[test]
fn changes_that_are_never_votable() {
    let who = "friend";
    let more = |amount: Amount| amount.checked_add(Amount::new(1)).unwrap();
    run(vec![
        ("no governor", "alice", schedule(3, |_| ()), 201),
        ("the open epoch", who, schedule(2, |_| ()), 202),
        ("chain id", who, schedule(3, |new| new.network.chain_id = 8), 203),
        ("cap raised", who, schedule(3, |new| new.assets[1].cap = more(new.assets[1].cap)), 203),
        ("decimals", who, schedule(3, |new| new.assets[0].decimals = 3), 203),
        ("asset removed", who, schedule(3, |new| new.assets.truncate(1)), 203),
        ("emitted asset", who, schedule(3, |new| new.emission.asset = USD), 203),
        (
            "allocation raised",
            who,
            schedule(3, |new| new.emission.allocation = more(new.emission.allocation)),
            203,
        ),
        ("collateral asset", who, schedule(3, |new| new.collateral.asset = USD), 203),
        ("market asset", who, schedule(3, |new| new.market.asset = USD), 203),
        ("model removed", who, schedule(3, |new| new.models.truncate(2)), 203),
        ("model renamed", who, schedule(3, |new| new.models[2].id = name("other")), 203),
    ]);
}

#[test]
fn changes_that_the_checker_refuses() {
    let who = "friend";
    run(vec![
        (
            "shares of 0.9",
            who,
            schedule(3, |new| {
                let share = ratio("0.9");
                new.streams[0].source = Source::Emission { share };
            }),
            204,
        ),
        ("quorum above all reporters", who, schedule(3, |new| new.work.quorum = 4), 204),
        ("quorum of none", who, schedule(3, |new| new.work.quorum = 0), 204),
        ("base above 1", who, schedule(3, |new| new.weights.base_weight_ratio = ratio("1.1")), 204),
        ("window of none", who, schedule(3, |new| new.claims.window_epochs = 0), 204),
        ("slash above 1", who, schedule(3, |new| new.slashing.downtime = ratio("1.01")), 204),
    ]);
}

#[test]
fn at_most_sixteen_changes_wait() {
    let mut chain = stage();
    assert_eq!(chain.refused("friend", schedule(0, |_| ())), 202, "a past epoch");
    for epoch in 3..19 {
        chain.ok("friend", schedule(epoch, |_| ()));
    }
    assert_eq!(chain.refused("friend", schedule(19, |_| ())), 205);
    chain.ok("friend", schedule(18, |new| new.models[0].price_per_unit = amount(6)));
}

#[test]
fn blocks_are_refused_whole() {
    let mut chain = stage();
    let before = chain.state.export().unwrap();
    let (height, time) = (chain.state.chain().height, chain.now());
    let transactions = [sign("bob", chain.nonce("bob"), transfer(address("cust"), 0, 1))];
    let mut refused = |height, time_ms, decoded: &[workmint_core::DecodedTransaction]| {
        let block = block(height, time_ms, &transactions);
        chain.state.apply_block(&block, decoded, Commitments::Full).unwrap_err()
    };
    let again = refused(height, time, &transactions);
    assert!(matches!(again, BlockError::WrongHeight { .. }));
    let skipped = refused(height + 2, time, &transactions);
    assert!(matches!(skipped, BlockError::WrongHeight { .. }));
    let back = refused(height + 1, time - 1, &transactions);
    assert!(matches!(back, BlockError::TimeNotMonotone { .. }));
    assert!(matches!(refused(height + 1, time, &[]), BlockError::NotDecoded));
    let empty =
        workmint_core::State::default().apply_block(&block(1, 0, &[]), &[], Commitments::Full);
    assert!(matches!(empty, Err(BlockError::NoGenesis)));
    assert_eq!(chain.state.export().unwrap(), before);
}
