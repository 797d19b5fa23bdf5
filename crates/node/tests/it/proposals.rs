//! Blocks that somebody else proposes.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::MessageGroup;
use workmint_core::modules::stake::FindMalice;
use workmint_core::{Block, DecodedTransaction, Hash, Message, RawTransaction};
use workmint_node::BlockLimits;
use workmint_node::application::{Application, ProposalError};
use workmint_node::load::Crowd;
use workmint_protocol::wire::{self, SecretKey, Unsigned, call_of};
use workmint_storage::store::{Settings, Store};

use crate::kit::{genesis, now_ms};

fn signed(bytes: Vec<u8>) -> RawTransaction {
    RawTransaction { codec: 1, bytes }
}

struct Bench {
    application: Application,
    crowd: Crowd,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut genesis = genesis(2);
        genesis.parameters.fees.free = vec![MessageGroup::Governance, MessageGroup::Duties];
        genesis.parameters.fees.storage_deposit = Amount::ZERO;
        let store = Store::create(dir.path(), &genesis, Settings::default()).unwrap();
        let application = Application::new(store).unwrap();
        let crowd = Crowd::new(2, application.chain(), &genesis.parameters).unwrap();
        Self { application, crowd, _dir: dir }
    }

    fn transfer(&self, nonce: u64, amount: u128) -> RawTransaction {
        signed(self.crowd.transfer_at(0, (1, Amount::new(amount)), nonce, 0))
    }

    /// A free message of an account without the role for it.
    fn free(&self) -> RawTransaction {
        let (account, case) = (self.crowd.address(1), Hash([1; 32]));
        let message = Message::FindMalice(FindMalice { account, case });
        let call = call_of(&message, self.application.chain()).unwrap();
        let unsigned = Unsigned {
            chain_id: self.application.chain().chain_id,
            nonce: 0,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: 0,
            gas_limit: 0,
            call,
        };
        signed(wire::sign(&SecretKey::from_slice(&[7; 32]).unwrap(), &unsigned))
    }

    fn block(&self, transactions: &[RawTransaction]) -> Block {
        let limits = BlockLimits::default();
        self.application.prepare_proposal(now_ms(), transactions, &limits).unwrap()
    }

    fn asked(&mut self, block: &Block) -> Result<Vec<DecodedTransaction>, ProposalError> {
        let before = (self.application.info(), self.application.state().root().unwrap());
        let answer = self.application.process_proposal(block, &BlockLimits::default());
        let after = (self.application.info(), self.application.state().root().unwrap());
        assert_eq!(before, after, "a proposal changes nothing");
        answer
    }
}

#[test]
fn a_proposal_should_hold_nothing_that_fails_without_paying() {
    let mut bench = Bench::new();
    let good = bench.transfer(0, 5);
    // More than it has: it fails, and pays.
    let fails = bench.transfer(1, 1 << 60);
    let both = bench.block(&[good.clone(), fails]);
    let decoded = bench.asked(&both).unwrap();
    let repeated = bench.block(&[good.clone(), good.clone()]);
    let error = bench.asked(&repeated).unwrap_err();
    assert!(matches!(error, ProposalError::Unpaid { position: 1, .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "transaction 1 fails and pays nothing: the account's next nonce is 1, not 0"
    );
    let free = bench.free();
    let other = bench.block(&[good, free]);
    let error = bench.asked(&other).unwrap_err();
    assert!(matches!(error, ProposalError::Unpaid { position: 1, .. }), "{error}");
    let mut late = both.clone();
    late.height += 1;
    assert!(matches!(bench.asked(&late), Err(ProposalError::Block(_))));
    // What was voted for is applied and committed as if nobody had looked at it before.
    let done = bench.application.finalize_block(&both, &decoded).unwrap().applied;
    let ok: Vec<bool> = done.results.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false]);
    assert!(done.paid.iter().all(|paid| paid.is_some_and(|paid| !paid.is_zero())));
    assert_eq!(bench.application.commit().unwrap().len(), 1);
    assert_eq!(bench.application.info().height, 1);
}
