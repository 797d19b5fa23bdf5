//! Contributions for benchmarks: frozen ones by the million, and a network that takes them.

use crate::author::{Decoded, Sent, account};
use workmint_amounts::Amount;
use workmint_core::inputs::{Contributions, EpochInputs, Row};
use workmint_core::modules::contributions::{
    ContributionKey, SubmitContribution, Verdict, VerifyContributions, submission_hash,
};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::{AssetId, ModelId, Parameters};
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::time::Duration;
use workmint_core::{Address, Genesis, Hash, Message};

/// An epoch of `blyan`, milliseconds.
const EPOCH_MS: u64 = 3_600_000;

/// `blyan` without limits of rate: a benchmark submits faster than a node.
#[must_use]
pub fn blyan() -> Parameters {
    let mut parameters = crate::network("blyan");
    if let Some(rules) = &mut parameters.contributions {
        rules.rate_limit = None;
    }
    parameters
}

/// An epoch in which each of `count` accounts has one contribution that becomes final: a quarter
/// of them in each of the four streams, by accounts in turn.
#[must_use]
pub fn final_contributions(count: u32) -> EpochInputs {
    let mut inputs = EpochInputs { epoch: 100, height: 1_000, ..EpochInputs::default() };
    inputs.emission.epoch = 100;
    inputs.emission.blocks = 10;
    inputs.emission.active = u64::from(count);
    inputs.time_ms = 101 * 3_600_000;
    for number in 0..count {
        inputs.participants.push(Row::idle(account(number)), 0);
    }
    let mut columns = Contributions::default();
    for stream in 0..4_u16 {
        let quantity: u64 = match stream {
            0 => 100_000,
            1 => 20_000_000,
            2 => 50,
            _ => 10_000_000_000,
        };
        for number in (u32::from(stream)..count).step_by(4) {
            let step = number % 1_000;
            columns.stream.push(stream);
            columns.participant.push(number);
            columns.epoch.push(99);
            columns.id.push(1);
            columns.quantity.push(quantity + u64::from(step));
            columns.first.push(500_000 + step * 1_000);
            columns.second.push(1_000_000);
        }
    }
    inputs.contributions = columns;
    inputs
}

/// The genesis of `blyan` without limits of rate; every named account is derived from its name.
#[must_use]
pub fn genesis() -> Genesis {
    crate::genesis("blyan", blyan())
}

/// The same, where one verifier's word is enough and nobody has time to challenge: what is
/// submitted and verified in an epoch is final at its close.
#[must_use]
pub fn swift_genesis() -> Genesis {
    let mut genesis = genesis();
    if let Some(rules) = &mut genesis.parameters.contributions {
        (rules.verifiers, rules.approvals) = (1, 1);
        rules.challenge_window = Duration::Milliseconds(1);
    }
    genesis
}

/// Blocks for a network of [`genesis`].
#[derive(Debug, Default)]
pub struct Author {
    blocks: crate::author::Author,
    /// Submitted and not yet verified.
    open: Vec<(Address, SubmitContribution)>,
}

impl Author {
    /// The first block after the first epoch's end, which closes it.
    pub fn closing(&mut self) -> Decoded {
        self.blocks.block(EPOCH_MS, Vec::new())
    }

    fn block(&mut self, messages: Vec<Sent>) -> Decoded {
        self.blocks.block(self.blocks.height() + 1, messages)
    }

    /// Two blocks after which `count` accounts have a node each.
    pub fn join(&mut self, count: u32) -> [Decoded; 2] {
        let founder = Address::derived(b"founder");
        let fund = |number| {
            let transfer =
                Transfer { to: account(number), asset: AssetId(0), amount: Amount::new(1) };
            (founder, Message::Transfer(transfer))
        };
        let funds = self.block((0..count).map(fund).collect());
        let register = |number| {
            let owner = account(number);
            let join = RegisterParticipant { owner, validator: None };
            let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
            [(owner, Message::RegisterParticipant(join)), (owner, Message::RegisterNode(node))]
        };
        let nodes = self.block((0..count).flat_map(register).collect());
        [funds, nodes]
    }

    /// A block in which each of `count` accounts submits `each` contributions of tokens, with ids
    /// that no block before had.
    pub fn submissions(&mut self, count: u32, each: u64) -> Decoded {
        let first = self.blocks.height() * each;
        let submit = |(number, id): (u32, u64)| {
            let message = SubmitContribution {
                epoch: 0,
                id: first + id,
                stream: "inference".parse().unwrap_or_else(|error| unreachable!("{error}")),
                node: 1,
                model: Some(ModelId(0)),
                quantity: 100_000,
                content: Hash::of("evidence", &[&(first + id).to_le_bytes()]),
            };
            (account(number), message)
        };
        let all = (0..count).flat_map(|number| (0..each).map(move |id| (number, id)));
        let all: Vec<_> = all.map(submit).collect();
        self.open.extend(all.iter().cloned());
        let message = |(sender, message)| (sender, Message::SubmitContribution(message));
        self.block(all.into_iter().map(message).collect())
    }

    /// A block in which the first verifier approves of everything submitted since the last one.
    pub fn verdicts(&mut self) -> Decoded {
        let verdict = |(contributor, message): (Address, SubmitContribution)| {
            let submission = submission_hash(&contributor, &message);
            Verdict {
                contribution: ContributionKey { epoch: 0, contributor, id: message.id },
                submission: submission.unwrap_or_else(|error| unreachable!("{error}")),
                approve: true,
                confidence: 1_000_000,
                quantity: message.quantity,
                first: 1_000_000,
                second: 1_000_000,
            }
        };
        let open = std::mem::take(&mut self.open);
        let mut verdicts: Vec<Verdict> = open.into_iter().map(verdict).collect();
        verdicts.sort_unstable_by_key(|verdict| verdict.contribution);
        let verifier = Address::derived(b"verifier-1");
        let batch = |part: &[Verdict]| {
            let verdicts = part.to_vec();
            (verifier, Message::VerifyContributions(VerifyContributions { verdicts }))
        };
        self.block(verdicts.chunks(4_096).map(batch).collect())
    }
}
