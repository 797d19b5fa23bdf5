//! A whole market at random: jobs, sessions, stake, tiers, heartbeats, the pool, proposals, claims,
//! 100,000 messages together. What events tell is kept in a book of its own, which must agree with
//! the state after every block. `WORKMINT_FULL` runs ten times as many.

use crate::draw::{Draw, is_full};
use crate::jobs::judge;
use crate::jobs::*;
use crate::kit::*;
use crate::market_book::Book;
use crate::stake::staking;
use rayon::prelude::*;
use workmint_core::block::Commitments;
use workmint_core::invariants::{check_block, check_epoch};
use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RefuteTier, RequestTier};
use workmint_core::modules::exchange::{AddLiquidity, RemoveLiquidity, Swap};
use workmint_core::modules::governance::{Choice, FIRST_VERSION, Kind, Propose, Vote};
use workmint_core::modules::ledger::{AccountHandle, LockKind};
use workmint_core::modules::market::jobs::CreateJob;
use workmint_core::modules::market::{
    CloseSession, OpenSession, RedeemVoucher, SessionId, TopUpSession, Voucher,
};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::Role;
use workmint_core::modules::stake::{DepositStake, FindMalice, WithdrawStake};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Hash, Message};

const CUSTOMERS: [&str; 4] = ["cust", "buyer", "hunter", "alice"];
const PROVIDERS: [&str; 3] = ["alice", "bob", "carol"];
const REPORTERS: [&str; 3] = ["r1", "r2", "r3"];
const JUDGES: [&str; 3] = ["j1", "j2", "j3"];
const ATTESTORS: [&str; 3] = ["t1", "t2", "t3"];
/// Blocks of one market, and messages of a block.
const BLOCKS: u64 = 250;
const MESSAGES: u64 = 20;

/// Fees of a tenth: 40 % burned, 30 % to providers, 20 % to the treasury, 10 % to the pool.
pub(crate) fn split_fees() -> MarketFee {
    let part = |to, share| FeeShare { to, share: ratio(share) };
    MarketFee {
        rate: ratio("0.1"),
        split: vec![
            part(FeeTo::Burn, "0.4"),
            part(FeeTo::Pot(name("providers")), "0.3"),
            part(FeeTo::Treasury, "0.2"),
            part(FeeTo::Pot(name("liquidity")), "0.1"),
        ],
    }
}

pub(crate) fn pot_stream(text: &str, score: Score) -> Stream {
    let source = Source::Pot { name: name(text) };
    Stream { source, ..emission_stream(text, "1", score) }
}

/// Everything of a market of providers. Availability asks for 0.1 % of stake an epoch.
pub(crate) fn everything() -> Parameters {
    let mut parameters = rules();
    let with_tiers = staking();
    parameters.market.fee = Some(split_fees());
    parameters.market.sessions = Some(SessionRules {
        close_window: Duration::Milliseconds(HOUR),
        max_length: Duration::Milliseconds(12 * HOUR),
    });
    let stake = parameters.stake.as_mut().unwrap();
    stake.unstake_burn = ratio("0.01");
    stake.slashing.malice = ratio("0.5");
    parameters.attestation = with_tiers.attestation;
    parameters.exchange =
        Some(Exchange { assets: (GNK, USD), fee: ratio("0.003"), locked_shares: 100, seed: None });
    let of = |quorum, approval| ProposalRules {
        quorum: ratio(quorum),
        approval: ratio(approval),
        voting: Duration::Epochs(1),
    };
    parameters.governance = Some(Governance {
        asset: GNK,
        power: PowerRule::Sqrt,
        least_power: amount(500),
        deposit: amount(100),
        timelock: Duration::Epochs(1),
        max_open: 4,
        parameters: of("0.2", "0.5"),
        treasury: of("0.2", "0.5"),
        upgrade: of("0.3", "2/3"),
    });
    parameters.pricing = Pricing::Imbalance(Imbalance {
        elasticity: ratio("0.5"),
        moves: PriceMoves {
            steps_per_epoch: 24,
            largest_step: ratio("0.1"),
            minimum: amount(2),
            maximum: amount(20),
        },
    });
    let availability = Score::Availability(Availability {
        rate_per_epoch: ratio("0.001"),
        least_factor: ratio("0.5"),
        most_factor: ratio("2"),
        window: 2,
    });
    let power = StakingPower { least_uptime: ratio("0.5"), needs_paid_job: true };
    parameters.streams = vec![
        emission_stream("availability", "1", availability),
        work_stream(),
        pot_stream("providers", Score::StakingPower(power)),
        pot_stream("liquidity", Score::Liquidity),
    ];
    parameters
}

pub(crate) fn whole_chain(parameters: Parameters) -> Chain {
    let mut genesis = genesis(parameters);
    genesis.roles.extend(ATTESTORS.map(|who| (Role::Attestor, address(who))));
    Chain::of(&genesis)
}

fn name_of(chain: &Chain, handle: AccountHandle) -> &'static str {
    CUSTOMERS.into_iter().find(|who| chain.handle(who) == handle).unwrap()
}

/// One of the open sessions, or none.
fn some_session(chain: &Chain, draw: &mut Draw) -> Option<(SessionId, &'static str, u128)> {
    let open: Vec<_> = chain.state.market.sessions().collect();
    let index = draw.below(open.len() as u64 + 1);
    let (id, session) = open.get(usize::try_from(index).unwrap())?;
    let provider = PROVIDERS.into_iter().find(|who| chain.handle(who) == session.provider);
    Some((*id, provider.unwrap(), session.deposit.get()))
}

/// Mostly an open job and who does it; else one of the last of some customer, and anybody.
fn some_job(chain: &Chain, draw: &mut Draw) -> (&'static str, u64, &'static str) {
    let open: Vec<_> = chain.state.market.jobs.jobs().collect();
    let index = draw.below(open.len() as u64 * 5 / 4 + 1);
    let provider = draw.of(&PROVIDERS);
    let Some(((customer, number), job)) = open.get(usize::try_from(index).unwrap()) else {
        let customer = draw.of(&CUSTOMERS);
        let next = chain.state.market.jobs.next_number(chain.handle(customer));
        return (customer, next - draw.below(next.min(6) + 1), provider);
    };
    let takes = |who: &&str| job.stage.taken().map(|of| of.provider) == Some(chain.handle(who));
    let provider = PROVIDERS.into_iter().find(takes).unwrap_or(provider);
    (name_of(chain, *customer), *number, provider)
}

fn of_jobs(chain: &Chain, draw: &mut Draw) -> (&'static str, Message) {
    let (customer, number, provider) = some_job(chain, draw);
    let units = 1 + draw.below(60);
    let job = chain.state.market.jobs.job(chain.handle(customer), number);
    // Half of the time what the job waits for.
    let next = match job.map_or("", |job| job.stage.name()) {
        "open" => 4,
        "accepted" => 8,
        "revealed" => draw.of(&[11, 12, 13]),
        "disputed" => 14,
        "before the judges" => 15,
        _ => 0,
    };
    let any = draw.below(20);
    match draw.of(&[any, next]) {
        0..=3 => {
            let (customer, provider) = (draw.of(&CUSTOMERS), draw.of(&PROVIDERS));
            let asked = draw.of(&[None, None, Some(provider)]);
            let (model, tier) = (ModelId(draw.of(&[0, 1])), draw.of(&[0, 0, 0, 1]));
            (customer, created(CreateJob { model, tier, ..create(units, asked) }))
        }
        4..=7 => (provider, accept(customer, number)),
        8..=10 => (provider, reveal(chain, provider, (customer, number), units)),
        11 | 12 => {
            let latency = u32::try_from(900 + draw.below(300)).unwrap();
            let quality = u16::try_from(draw.below(2_000)).unwrap();
            (draw.of(&REPORTERS), measure(customer, number, latency, quality))
        }
        13 => (customer, dispute(number)),
        14 => (provider, evidence(customer, number)),
        15..=17 => (draw.of(&JUDGES), judge(customer, number, draw.below(2) == 0)),
        18 if draw.below(4) == 0 => (customer, cancel(number)),
        _ => (provider, offer(draw.of(&[0, 1]), draw.of(&[0, 0, 1]), 100 + draw.below(2_000))),
    }
}

fn of_sessions(chain: &Chain, draw: &mut Draw) -> (&'static str, Message) {
    let found = some_session(chain, draw);
    let Some(((handle, session), provider, deposit)) = found else {
        let (provider, model) = (address(draw.of(&PROVIDERS)), ModelId(draw.of(&[0, 1, 2])));
        let deposit = amount(1 + u128::from(draw.below(3_000)));
        let open = OpenSession { provider, model, deposit, max_price: None, expires: None };
        return (draw.of(&CUSTOMERS), Message::OpenSession(open));
    };
    let customer = name_of(chain, handle);
    match draw.below(12) {
        0 => {
            let amount = amount(u128::from(draw.below(500)));
            (customer, Message::TopUpSession(TopUpSession { session, amount }))
        }
        1 | 2 => {
            let who = draw.of(&[customer, provider, "dave"]);
            let customer = address(customer);
            (who, Message::CloseSession(CloseSession { customer, session }))
        }
        _ => {
            let most = u64::try_from(deposit).unwrap() * 5 / 4;
            let voucher = Voucher {
                chain_id: draw.of(&[7, 7, 7, 7, 7, 7, 8]),
                genesis: chain.state.chain().genesis,
                session,
                cumulative: amount(u128::from(draw.below(most + 1))),
                signer: address(draw.of(&[customer, customer, customer, customer, "dave"])),
            };
            let who = draw.of(&[provider, provider, provider, provider, "bob"]);
            let customer = address(customer);
            (who, Message::RedeemVoucher(RedeemVoucher { customer, voucher }))
        }
    }
}

fn of_providers(draw: &mut Draw) -> (&'static str, Message) {
    let provider = draw.of(&PROVIDERS);
    let account = address(provider);
    let evidence = Hash([draw.of(&[1, 2, 3]); 32]);
    let tier = draw.of(&[1, 2]);
    match draw.below(16) {
        0..=2 => {
            let lock_ms = draw.of(&[0, 0, HOUR]);
            let amount = amount(u128::from(draw.below(3_000)));
            (provider, Message::DepositStake(DepositStake { amount, lock_ms }))
        }
        3 => {
            let amount = amount(u128::from(draw.below(2_000)));
            (provider, Message::WithdrawStake(WithdrawStake { amount }))
        }
        4 => {
            let case = Hash([draw.of(&[1, 2, 3, 4, 5, 6, 7, 8]); 32]);
            (draw.of(&JUDGES), Message::FindMalice(FindMalice { account, case }))
        }
        5 | 6 => (provider, Message::RequestTier(RequestTier { tier, evidence })),
        7..=10 => {
            let approve = draw.below(5) > 0;
            let word = AttestTier { account, tier, evidence, approve };
            (draw.of(&ATTESTORS), Message::AttestTier(word))
        }
        11 => (draw.of(&ATTESTORS), Message::RefuteTier(RefuteTier { account, evidence })),
        _ => {
            let mut answered: Vec<_> = PROVIDERS.iter().map(|who| address(who)).collect();
            answered.sort();
            if draw.below(3) == 0 {
                answered.remove(usize::try_from(draw.below(3)).unwrap());
            }
            let probe = draw.of(&[0, 1, 2, 3]);
            let word = AttestHeartbeats { probe, answered };
            (draw.of(&ATTESTORS), Message::AttestHeartbeats(word))
        }
    }
}

fn of_holders(chain: &Chain, draw: &mut Draw) -> (&'static str, Message) {
    let who = draw.of(&["alice", "bob", "cust", "dave", "friend"]);
    let deadline = u64::MAX;
    let size = amount(1 + u128::from(draw.below(2_000)));
    match draw.below(16) {
        0..=2 => {
            let amounts = (size, amount(1 + u128::from(draw.below(2_000))));
            (who, Message::AddLiquidity(AddLiquidity { amounts, min_shares: 0, deadline }))
        }
        3 => {
            let shares = u128::from(draw.below(1_000));
            let min_amounts = (amount(0), amount(0));
            (who, Message::RemoveLiquidity(RemoveLiquidity { shares, min_amounts, deadline }))
        }
        4..=6 => {
            let swap = Swap {
                asset_in: draw.of(&[GNK, USD]),
                amount_in: size,
                min_out: amount(0),
                deadline,
            };
            (who, Message::Swap(swap))
        }
        7 => (who, Message::Propose(Propose { kind: some_kind(chain, draw) })),
        8..=12 => {
            let open: Vec<u64> = chain.state.governance.proposals().map(|(at, _)| at).collect();
            let proposal = if open.is_empty() { 0 } else { draw.of(&open) };
            let choice = draw.of(&[Choice::Yes, Choice::Yes, Choice::No, Choice::Abstain]);
            (draw.of(&PEOPLE), Message::Vote(Vote { proposal, choice }))
        }
        _ => {
            let epoch = chain.epoch();
            (draw.of(&PROVIDERS), claim(epoch - draw.below(epoch.min(2) + 1)))
        }
    }
}

fn some_kind(chain: &Chain, draw: &mut Draw) -> Kind {
    match draw.below(5) {
        0..=2 => Kind::Spend {
            to: address(draw.of(&["hunter", "stranger"])),
            asset: GNK,
            amount: amount(1 + u128::from(draw.below(30))),
        },
        3 => {
            let base = chain.state.parameters.active().unwrap().version;
            let mut parameters = (*chain.state.active_parameters().unwrap()).clone();
            parameters.slashing.downtime = draw.of(&[ratio("0.05"), ratio("0.1")]);
            Kind::Parameters { base, parameters: Box::new(parameters) }
        }
        // Never reached: a block there would need newer software.
        _ => Kind::Upgrade { version: FIRST_VERSION + 1, height: 1 << 40 },
    }
}

/// A message somebody might send.
fn act(chain: &Chain, draw: &mut Draw) -> (&'static str, Message) {
    match draw.below(100) {
        0..=54 => of_jobs(chain, draw),
        55..=74 => of_sessions(chain, draw),
        75..=86 => of_providers(draw),
        _ => of_holders(chain, draw),
    }
}

/// One market. Every invariant is checked and everything counted again after every block.
fn life(seed: u64) -> Book {
    let mut draw = Draw::from_seed(seed);
    let mut chain = whole_chain(everything());
    chain.commitments = Commitments::Off;
    let models: &[u16] = &[0, 1];
    chain.register(&PROVIDERS.map(|who| (who, models)));
    let mut book = Book::default();
    for who in PROVIDERS {
        let applied = chain.block(vec![(who, stake(2_000)), (who, offer(0, 0, 1_000))]);
        book.read(&applied, 0);
    }
    for _ in 0..BLOCKS {
        let messages = (0..MESSAGES).map(|_| act(&chain, &mut draw)).collect();
        // Mostly blocks close to each other, so that judges meet; sometimes a night.
        let step = match draw.below(20) {
            0..=12 => 1_000,
            13..=15 => HOUR / 4,
            16 | 17 => HOUR / 2,
            18 => HOUR,
            _ => 8 * HOUR,
        };
        live(&mut chain, &mut book, step, messages);
    }
    // Whoever is silent from now on: nothing stays locked.
    for _ in 0..6 {
        live(&mut chain, &mut book, DAY_MS, Vec::new());
    }
    book.assert_over();
    assert_over(&chain);
    assert_eq!(chain.state.market.sessions().count(), 0);
    assert_eq!(chain.state.governance.proposals().count(), 0);
    for who in PEOPLE {
        for kind in [LockKind::Session, LockKind::Proposal, LockKind::UnbondingStake] {
            assert_eq!(chain.locked(who, kind), 0, "{who}: {kind}");
        }
    }
    book
}

fn live(chain: &mut Chain, book: &mut Book, step: u64, messages: Vec<(&str, Message)>) {
    let epoch = chain.epoch();
    let applied = chain.apply(chain.now() + step, messages, Vec::new());
    assert_eq!(quarantined(&applied), []);
    check_block(&chain.state).unwrap();
    check_epoch(&chain.state).unwrap();
    book.read(&applied, epoch);
    book.assert_matches(chain);
}

#[test]
fn a_random_market_agrees_with_its_book_after_every_block() {
    let markets = if is_full() { 200_u64 } else { 20 };
    let books: Vec<Book> = (1..=markets).into_par_iter().map(life).collect();
    for what in crate::market_book::HAPPENINGS {
        let times: u64 = books.iter().map(|book| book.times(what)).sum();
        assert!(times >= 5, "{what} happened {times} times");
    }
}
