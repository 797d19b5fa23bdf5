//! A market of `hanzo` for benchmarks: blocks of jobs, vouchers, swaps, votes.

use crate::author::{Author, Decoded, Sent, account};
use std::ops::Range;
use workmint_amounts::Amount;
use workmint_core::modules::exchange::Swap;
use workmint_core::modules::governance::{Choice, Kind, Propose, Vote};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::market::jobs::{
    AcceptJob, AttestQuality, CreateJob, Event as JobEvent, Message as Job, Outcome, PutOffer,
    RevealResult, result_seal,
};
use workmint_core::modules::market::{
    Event as MarketEvent, OpenSession, RedeemVoucher, SessionEvent, Voucher,
};
use workmint_core::modules::parameters::{AssetId, ModelId};
use workmint_core::modules::registry::RegisterParticipant;
use workmint_core::modules::stake::DepositStake;
use workmint_core::time::DAY_MS;
use workmint_core::{Address, Applied, Event, Genesis, Hash, Message, State};

/// `AI` and `HANZO`.
pub const AI: AssetId = AssetId(0);
/// See [`AI`].
pub const HANZO: AssetId = AssetId(1);
/// 10^18 base units.
pub const COIN: u128 = 1_000_000_000_000_000_000;
/// Messages of a block.
pub const A_BLOCK: usize = 1_000;
/// A job's windows, ms: that of disputes.
pub const DISPUTE_MS: u64 = DAY_MS / 24;
/// Units of each job.
pub const UNITS: u64 = 1_000;
/// Units a provider offers in an epoch: what 1,000 AI staked back by `hanzo`'s rules.
const CAPACITY: u64 = 100_000_000;
/// The model that all ask for, `qwen3-4b`.
const MODEL: ModelId = ModelId(1);
/// What reporters measure: in time, 1.2 of quality.
pub const QUALITY_PERMILLE: u16 = 1_200;

/// A step in a job's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Created by its customer, whose price and deposit are locked.
    Create,
    /// Accepted by a provider, with a bond.
    Accept,
    /// Its result revealed.
    Reveal,
    /// Measured by two reporters, a quorum.
    Measure,
}

/// Writes a market's blocks. Job `at` is of customer and provider `at` modulo their numbers.
#[derive(Clone, Debug)]
pub struct Market {
    /// Of the network.
    pub genesis: Genesis,
    author: Author,
    chain: Hash,
    customers: u32,
    providers: u32,
}

impl Market {
    /// The network `hanzo` with so many customers and providers.
    #[must_use]
    pub fn new(customers: u32, providers: u32) -> Self {
        let mut parameters = crate::network("hanzo");
        // Each message pays its fee, but in AI, which everybody has here, and next to nothing.
        parameters.fees.asset = parameters.market.asset;
        parameters.fees.flat = Amount::new(1);
        let genesis = crate::genesis("hanzo", parameters);
        let chain = State::genesis(&genesis).map(|state| state.chain().genesis);
        let chain = chain.unwrap_or_else(|error| unreachable!("{error}"));
        Self { genesis, author: Author::default(), chain, customers, providers }
    }

    /// The account of a customer.
    #[must_use]
    pub fn customer(&self, at: u32) -> Address {
        account(at % self.customers)
    }

    /// The account of a provider.
    #[must_use]
    pub fn provider(&self, at: u32) -> Address {
        account(self.customers + at % self.providers)
    }

    fn number(&self, at: u32) -> u64 {
        u64::from(at / self.customers)
    }

    /// Blocks of these messages at this time.
    pub fn blocks(&mut self, time_ms: u64, messages: Vec<Sent>) -> Vec<Decoded> {
        self.author.blocks(time_ms, messages, A_BLOCK)
    }

    /// A block without a transaction.
    pub fn empty(&mut self, time_ms: u64) -> Decoded {
        self.author.block(time_ms, Vec::new())
    }

    /// Blocks after which every customer has `coins` AI, and every provider 100,000, a stake and an
    /// offer.
    pub fn opening(&mut self, coins: u128) -> Vec<Decoded> {
        let community = Address::derived(b"community");
        let fund = |to: Address, coins: u128| {
            let amount = Amount::new(coins * COIN);
            (community, Message::Transfer(Transfer { to, asset: AI, amount }))
        };
        let customers = (0..self.customers).map(|at| fund(self.customer(at), coins));
        let providers = (0..self.providers).map(|at| fund(self.provider(at), 100_000));
        let mut messages: Vec<Sent> = customers.chain(providers).collect();
        for owner in (0..self.providers).map(|at| self.provider(at)) {
            let join = RegisterParticipant { owner, validator: None };
            let stake = DepositStake { amount: Amount::new(1_000 * COIN), lock_ms: 0 };
            let offer = PutOffer { model: MODEL, tier: 0, capacity: CAPACITY };
            messages.push((owner, Message::RegisterParticipant(join)));
            messages.push((owner, Message::DepositStake(stake)));
            messages.push((owner, Message::Job(Job::PutOffer(offer))));
        }
        self.blocks(1, messages)
    }

    /// Blocks in which these jobs make a step, in order.
    pub fn jobs(&mut self, time_ms: u64, jobs: Range<u32>, step: Step) -> Vec<Decoded> {
        let messages = jobs.flat_map(|at| self.step(at, step)).collect();
        self.blocks(time_ms, messages)
    }

    /// What a job's step is made of.
    fn step(&self, at: u32, step: Step) -> Vec<Sent> {
        let (customer, number, commitment) = (self.customer(at), self.number(at), Hash([7; 32]));
        let job = |sender, message| vec![(sender, Message::Job(message))];
        match step {
            Step::Create => {
                let message = CreateJob {
                    model: MODEL,
                    max_units: UNITS,
                    tier: 0,
                    max_latency_ms: 1_000,
                    max_spend: Amount::new(COIN),
                    commitment,
                    provider: None,
                };
                job(customer, Job::CreateJob(message))
            }
            Step::Accept => job(self.provider(at), Job::AcceptJob(AcceptJob { customer, number })),
            Step::Reveal => {
                let result = Hash::of("result of a benchmark", &[&at.to_le_bytes()]);
                let provider = self.provider(at);
                let bound = (&provider, &result);
                let seal = result_seal(&self.chain, (&customer, number), &commitment, bound);
                let message = RevealResult { customer, number, units: UNITS, result, seal };
                job(provider, Job::RevealResult(message))
            }
            Step::Measure => [b"reporter-1", b"reporter-2"]
                .into_iter()
                .map(|reporter| {
                    let (latency_ms, quality_permille) = (900, QUALITY_PERMILLE);
                    let message = AttestQuality { customer, number, latency_ms, quality_permille };
                    (Address::derived(reporter), Message::Job(Job::AttestQuality(message)))
                })
                .collect(),
        }
    }

    /// Blocks in which each customer opens a session of `coins` AI with its provider.
    pub fn sessions(&mut self, time_ms: u64, coins: u128) -> Vec<Decoded> {
        let open = |at: u32| {
            let (provider, deposit) = (self.provider(at), Amount::new(coins * COIN));
            let (max_price, expires) = (None, None);
            let message = OpenSession { provider, model: MODEL, deposit, max_price, expires };
            (self.customer(at), Message::OpenSession(message))
        };
        let messages = (0..self.customers).map(open).collect();
        self.blocks(time_ms, messages)
    }

    /// Blocks in which each session's provider redeems a voucher for `cumulative` base units.
    pub fn vouchers(&mut self, time_ms: u64, cumulative: u128) -> Vec<Decoded> {
        let chain_id = self.genesis.parameters.network.chain_id;
        let redeem = |at: u32| {
            let customer = self.customer(at);
            let voucher = Voucher {
                chain_id,
                genesis: self.chain,
                session: 0,
                cumulative: Amount::new(cumulative),
                signer: customer,
            };
            let message = RedeemVoucher { customer, voucher };
            (self.provider(at), Message::RedeemVoucher(message))
        };
        let messages = (0..self.customers).map(redeem).collect();
        self.blocks(time_ms, messages)
    }

    /// Blocks in which each customer swaps `amount` base units of an asset.
    pub fn swaps(&mut self, time_ms: u64, asset_in: AssetId, amount: u128) -> Vec<Decoded> {
        let swap = |at: u32| {
            let (amount_in, min_out) = (Amount::new(amount), Amount::new(1));
            let message = Swap { asset_in, amount_in, min_out, deadline: u64::MAX };
            (self.customer(at), Message::Swap(message))
        };
        let messages = (0..self.customers).map(swap).collect();
        self.blocks(time_ms, messages)
    }

    /// A block in which the community proposes something.
    pub fn proposal(&mut self, time_ms: u64, kind: Kind) -> Decoded {
        let proposer = Address::derived(b"community");
        self.author.block(time_ms, vec![(proposer, Message::Propose(Propose { kind }))])
    }

    /// Blocks in which every customer votes; one in four against it.
    pub fn votes(&mut self, time_ms: u64, proposal: u64) -> Vec<Decoded> {
        let vote = |at: u32| {
            let choice = if at.is_multiple_of(4) { Choice::No } else { Choice::Yes };
            (self.customer(at), Message::Vote(Vote { proposal, choice }))
        };
        let messages = (0..self.customers).map(vote).collect();
        self.blocks(time_ms, messages)
    }
}

/// What blocks did, by their events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Jobs that were created, and price x units of them all, base units: what they pay at quality
    /// 1.
    pub created: (u64, u128),
    /// Jobs that were paid, and what was paid for them with fees, base units.
    pub paid: (u64, u128),
    /// Vouchers redeemed, and what was paid for them with fees, base units.
    pub redeemed: (u64, u128),
    /// Swaps.
    pub swapped: u64,
    /// Votes counted.
    pub voted: u64,
}

impl Done {
    /// Adds what a block did. Stops if a transaction failed, or a job ended in another way.
    pub fn count(&mut self, applied: &Applied) {
        assert!(applied.results.iter().all(Result::is_ok), "{:?}", applied.results);
        for event in &applied.events {
            match event {
                Event::Market(MarketEvent::Job(JobEvent::Created { price, .. })) => {
                    let sum = self.created.1 + price.get() * u128::from(UNITS);
                    self.created = (self.created.0 + 1, sum);
                }
                Event::Market(MarketEvent::Job(JobEvent::Ended { outcome, paid, fee, .. })) => {
                    assert_eq!(*outcome, Outcome::Paid);
                    self.paid = (self.paid.0 + 1, self.paid.1 + paid.get() + fee.get());
                }
                Event::Market(MarketEvent::Session(SessionEvent::Redeemed {
                    paid, fee, ..
                })) => {
                    let sum = self.redeemed.1 + paid.get() + fee.get();
                    self.redeemed = (self.redeemed.0 + 1, sum);
                }
                Event::Exchange(workmint_core::modules::exchange::Event::Swapped { .. }) => {
                    self.swapped += 1;
                }
                Event::Governance(workmint_core::modules::governance::Event::Voted { .. }) => {
                    self.voted += 1;
                }
                Event::Quarantined { step, code } => unreachable!("{step}: {code}"),
                _ => (),
            }
        }
    }
}
