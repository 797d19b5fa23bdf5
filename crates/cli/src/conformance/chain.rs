//! A chain in memory, for cases that assert what a state becomes: real transactions, evidence,
//! blocks and closes, nothing else.

use super::verdict::Mismatch;
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::{Applied, Block, Commitments, Evidence, RawTransaction};
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::attestation::{AttestTier, RequestTier};
use workmint_core::modules::collateral;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::{FinishEscrow, OpenDeposit, OpenEscrow, RefuteEscrow};
use workmint_core::modules::parameters::{
    AssetId, EpochLength, ModelId, Parameters, Pricing, ScheduleParameters,
};
use workmint_core::modules::registry::{ConfirmValidator, RegisterNode, RegisterParticipant, Role};
use workmint_core::modules::work::{Attest, ReportRef, SubmitComputeProof, Window};
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Address, DecodedTransaction, Error, Event, Hash, Message, State, merkle};
use workmint_networks::preset;

/// The asset that a local chain's rules are about.
pub(super) const GNK: AssetId = AssetId(0);
/// Time between blocks, milliseconds.
const BLOCK_MS: u64 = 1_000;
/// Blocks of an epoch.
const EPOCH_BLOCKS: u64 = 24;
/// Attests what a chain's participants report, measures jobs.
pub(super) const REPORTER: &str = "reporter";
/// Judges answers.
const JUDGE: &str = "judge";
/// Changes parameters.
const GOVERNOR: &str = "governor";
/// Attests privacy tiers.
const ATTESTOR: &str = "attestor";

/// What somebody has from the start.
pub(super) struct Holding<'a> {
    pub(super) who: &'a str,
    pub(super) asset: AssetId,
    pub(super) amount: Amount,
    pub(super) vesting_epochs: u64,
}

/// A running chain.
pub(super) struct LocalChain {
    pub(super) state: State,
}

/// The parameters of a built-in network.
pub(super) fn built_in(network: &str) -> Result<Parameters, Mismatch> {
    let preset = preset(network);
    let definition = preset.map(workmint_networks::Preset::definition);
    match definition {
        Some(Ok(definition)) => Ok(definition.parameters),
        Some(Err(_)) | None => Err(Mismatch::new(format!("network {network} cannot be read"))),
    }
}

/// The address behind a case's name.
pub(super) fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// The address of a participant's validator.
fn validator(who: &str) -> Address {
    Address::derived(format!("validator of {who}").as_bytes())
}

impl LocalChain {
    /// A chain with short epochs, one reporter and one attestor, and a weight for whoever the
    /// reporter attests.
    pub(super) fn new(mut rules: Parameters, holdings: &[Holding<'_>]) -> Result<Self, Mismatch> {
        rules.network.epoch_length = EpochLength::Blocks(EPOCH_BLOCKS);
        rules.pricing = Pricing::Fixed;
        rules.fees.flat = Amount::ZERO;
        rules.work.quorum = 1;
        rules.work.quorum_weight = None;
        rules.work.proof_window_ms = None;
        if let Some(attestation) = &mut rules.attestation {
            attestation.quorum = 1;
        }
        for model in &mut rules.models {
            model.weight_factor = Ratio::ONE;
        }
        let allocations = holdings.iter().filter(|holding| !holding.amount.is_zero());
        let allocations = allocations.map(|holding| Allocation {
            cliff_epochs: 0,
            at_once: Ratio::ZERO,
            asset: holding.asset,
            amount: holding.amount,
            to: AllocationTo::Account(address(holding.who)),
            vesting_epochs: holding.vesting_epochs,
        });
        let genesis = Genesis {
            time_ms: 0,
            parameters: rules,
            allocations: allocations.collect(),
            roles: vec![
                (Role::Reporter, address(REPORTER)),
                (Role::Judge, address(JUDGE)),
                (Role::Governor, address(GOVERNOR)),
                (Role::Attestor, address(ATTESTOR)),
            ],
        };
        Ok(Self { state: State::genesis(&genesis)? })
    }

    /// The next block. Its transactions may fail, the block may not.
    fn block(
        &mut self,
        decoded: Vec<DecodedTransaction>,
        evidence: Vec<Evidence>,
    ) -> Result<Applied, Mismatch> {
        self.block_after(BLOCK_MS, decoded, evidence)
    }

    /// The next block, so many milliseconds after the last.
    fn block_after(
        &mut self,
        milliseconds: u64,
        decoded: Vec<DecodedTransaction>,
        evidence: Vec<Evidence>,
    ) -> Result<Applied, Mismatch> {
        let raw = |transaction: &DecodedTransaction| {
            let bytes = transaction.encode_local()?;
            Ok::<_, Mismatch>(RawTransaction { codec: LOCAL_CODEC, bytes })
        };
        let chain = self.state.chain();
        let time_ms = chain.time_ms.checked_add(milliseconds);
        let block = Block {
            height: chain.height + 1,
            time_ms: time_ms.ok_or_else(|| Mismatch::new("the time of a block is above 2^64"))?,
            transactions: decoded.iter().map(raw).collect::<Result<_, _>>()?,
            evidence,
            votes: Vec::new(),
            proposer: None,
        };
        let (applied, _) = self.state.apply_block(&block, &decoded, Commitments::Off)?;
        Ok(applied)
    }

    /// An empty block so many milliseconds later.
    pub(super) fn wait(&mut self, milliseconds: u64) -> Result<Applied, Mismatch> {
        self.block_after(milliseconds, Vec::new(), Vec::new())
    }

    /// A transaction, in a block of its own; inside, its own result.
    pub(super) fn send(
        &mut self,
        sender: Address,
        message: Message,
    ) -> Result<Result<(), Error>, Mismatch> {
        self.send_after(BLOCK_MS, sender, message)
    }

    /// The same, so many milliseconds after the last block.
    pub(super) fn send_after(
        &mut self,
        milliseconds: u64,
        sender: Address,
        message: Message,
    ) -> Result<Result<(), Error>, Mismatch> {
        let ledger = &self.state.ledger;
        let account = ledger.handle(&sender).and_then(|handle| ledger.account(handle));
        let nonce = account.map_or(0, |account| account.nonce);
        let decoded = vec![DecodedTransaction::new(sender, nonce, message)];
        let mut applied = self.block_after(milliseconds, decoded, Vec::new())?;
        applied.results.pop().ok_or_else(|| Mismatch::new("a block lost its transaction"))
    }

    /// Evidence, in a block of its own; what it did, or the number of the error that refused it.
    pub(super) fn evidence(
        &mut self,
        evidence: Evidence,
    ) -> Result<Result<Vec<Event>, u16>, Mismatch> {
        let applied = self.block(Vec::new(), vec![evidence])?;
        let refused = applied.events.iter().find_map(|event| match event {
            Event::Quarantined { step, code } if step == "evidence" => Some(*code),
            _ => None,
        });
        Ok(refused.map_or(Ok(applied.events), Err))
    }

    /// Empty blocks until the open epoch has closed.
    pub(super) fn close(&mut self) -> Result<(), Mismatch> {
        while self.block(Vec::new(), Vec::new())?.closed.is_none() {}
        Ok(())
    }

    /// Closes epochs until this one is open.
    pub(super) fn open(&mut self, epoch: u64) -> Result<(), Mismatch> {
        while self.state.chain().epoch < epoch {
            self.close()?;
        }
        if self.state.chain().epoch > epoch {
            return Err(Mismatch::new(format!("epoch {epoch} is over on the chain of this case")));
        }
        Ok(())
    }

    /// Registers a participant with a validator of its own and a node for the first model.
    pub(super) fn join(&mut self, who: &str) -> Result<(), Mismatch> {
        let (participant, validator) = (address(who), validator(who));
        let join = RegisterParticipant { owner: participant, validator: Some(validator) };
        self.send(participant, Message::RegisterParticipant(join))??;
        let confirm = ConfirmValidator { participant };
        self.send(validator, Message::ConfirmValidator(confirm))??;
        let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
        Ok(self.send(participant, Message::RegisterNode(node))??)
    }

    /// A compute proof of this weight, attested: it counts from the next epoch on.
    pub(super) fn prove(&mut self, who: &str, weight: u64) -> Result<(), Mismatch> {
        let epoch = self.state.chain().epoch;
        let (node, model, evidence, window) = (1, ModelId(0), Hash::ZERO, Window::default());
        let proof = SubmitComputeProof { epoch, node, model, weight, evidence, window };
        self.send(address(who), Message::SubmitComputeProof(proof))??;
        let seen = self.state.work.proofs().filter(|(_, proof)| !proof.accepted);
        let mut seen: Vec<(ReportRef, Hash)> = seen
            .map(|(id, proof)| (ReportRef::Proof(self.state.report_key(&id)), proof.content))
            .collect();
        seen.sort_unstable_by_key(|(report, _)| *report);
        let leaves = seen.iter().map(|(_, content)| merkle::leaf(&content.0)).collect();
        let reports = seen.iter().map(|(report, _)| *report).collect();
        let attest = Attest { reports, root: merkle::root(leaves) };
        Ok(self.send(address(REPORTER), Message::Attest(attest))??)
    }

    /// A privacy tier above the lowest, asked for and attested.
    pub(super) fn attest_tier(&mut self, who: &str, tier: u8) -> Result<(), Mismatch> {
        let (account, evidence) = (address(who), Hash::of("evidence", &[who.as_bytes()]));
        let request = RequestTier { tier, evidence };
        self.send(account, Message::RequestTier(request))??;
        let attest = AttestTier { account, tier, evidence, approve: true };
        Ok(self.send(address(ATTESTOR), Message::AttestTier(attest))??)
    }

    /// Deposits collateral.
    pub(super) fn deposit(
        &mut self,
        who: &str,
        amount: Amount,
    ) -> Result<Result<(), Error>, Mismatch> {
        let message = collateral::Deposit { amount };
        self.send(address(who), Message::DepositCollateral(message))
    }

    /// Begins to withdraw collateral.
    pub(super) fn withdraw(
        &mut self,
        who: &str,
        amount: Amount,
    ) -> Result<Result<(), Error>, Mismatch> {
        let message = collateral::Withdraw { amount };
        self.send(address(who), Message::WithdrawCollateral(message))
    }

    /// A fault of the participant's validator, now.
    pub(super) fn fault(&self, who: &str, fraction: Ratio, fault: Hash) -> Evidence {
        let time_ms = self.state.chain().time_ms;
        Evidence::ValidatorSlashed { validator: validator(who), fraction, fault, time_ms }
    }

    /// Opens a request of one unit of answer, paid by the customer, who deposits for it.
    pub(super) fn ask(
        &mut self,
        (customer, provider): (&str, &str),
        id: Hash,
        deposit: Amount,
    ) -> Result<(), Mismatch> {
        let model = ModelId(0);
        let open = OpenDeposit { model, amount: deposit, max_price: Amount::MAX };
        self.send(address(customer), Message::OpenDeposit(open))??;
        let (provider, max_units) = (address(provider), Some(1));
        let open = OpenEscrow { id, model, provider, prompt_units: 0, max_units };
        Ok(self.send(address(customer), Message::OpenEscrow(open))??)
    }

    /// Answers a request with one unit.
    pub(super) fn answer(
        &mut self,
        (customer, provider): (&str, &str),
        id: Hash,
    ) -> Result<(), Mismatch> {
        let customer = address(customer);
        let finish = FinishEscrow { customer, id, prompt_units: 0, answer_units: 1 };
        Ok(self.send(address(provider), Message::FinishEscrow(finish))??)
    }

    /// The judge finds an answer worthless.
    pub(super) fn refute(&mut self, customer: &str, id: Hash) -> Result<(), Mismatch> {
        let refute = RefuteEscrow { customer: address(customer), id };
        Ok(self.send(address(JUDGE), Message::RefuteEscrow(refute))??)
    }

    /// Runs under other parameters from the next epoch on, which is then open.
    pub(super) fn change(&mut self, edit: impl FnOnce(&mut Parameters)) -> Result<(), Mismatch> {
        let active = self.state.parameters.active();
        let active = active.ok_or_else(|| Mismatch::new("a chain without parameters"))?;
        let mut parameters = active.parameters.as_ref().clone();
        edit(&mut parameters);
        let epoch = self.state.chain().epoch.checked_add(1);
        let epoch = epoch.ok_or_else(|| Mismatch::new("there is no next epoch"))?;
        let change = ScheduleParameters { epoch, parameters: Box::new(parameters) };
        self.send(address(GOVERNOR), Message::ScheduleParameters(change))??;
        self.close()
    }

    /// The participant's validator leaves the active set, or is back.
    pub(super) fn set_bonded(&mut self, who: &str, bonded: bool) -> Result<(), Mismatch> {
        let validator = validator(who);
        let evidence = match bonded {
            true => Evidence::ValidatorBonded { validator },
            false => Evidence::ValidatorBeganUnbonding { validator },
        };
        let refused = |code| Mismatch::new(format!("evidence is refused with error {code}"));
        self.evidence(evidence)?.map(|_| ()).map_err(refused)
    }

    /// The account's number.
    pub(super) fn handle(&self, who: &str) -> Result<AccountHandle, Mismatch> {
        let handle = self.state.ledger.handle(&address(who));
        handle.ok_or_else(|| Mismatch::new(format!("{who} has no account")))
    }
}
