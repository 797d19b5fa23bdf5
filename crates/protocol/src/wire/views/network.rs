//! Views of the whole network: its parameters, proposals, epochs, the domain of signatures.

use alloy_sol_types::SolCall;
use workmint_core::State;
use workmint_core::modules::governance::{Choice, Kind, Stage};
use workmint_core::modules::parameters::EpochLength;

use super::{ViewError, of_deadline, unknown};
use crate::wire::abi::{IGovernance, INetwork, IParameters};
use crate::wire::calls::values::{U256, address, of_address, of_amount, of_hash, strict};
use crate::wire::typed;

pub(super) fn parameters(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IParameters::{IParametersCalls as Calls, versionCall};
    let Calls::version(_) = strict::<Calls>("IParameters", input)? else {
        return Err(unknown("IParameters", input));
    };
    let active = state.parameters.active();
    let active = active.ok_or_else(|| ViewError::absent("active version"))?;
    Ok(versionCall::abi_encode_returns(&active.version))
}

pub(super) fn governance(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IGovernance::{IGovernanceCalls as Calls, ballotOfCall, ballotOfReturn};
    match strict::<Calls>("IGovernance", input)? {
        Calls::proposalOf(call) => proposal(state, call.proposal),
        Calls::ballotOf(call) => {
            let voter = state.ledger.handle(&address(call.account));
            let ballot = voter.and_then(|voter| state.governance.ballot(call.proposal, voter));
            Ok(ballotOfCall::abi_encode_returns(&ballotOfReturn {
                voted: ballot.is_some(),
                choice: ballot.map_or(0, |ballot| match ballot.choice {
                    Choice::Yes => 0,
                    Choice::No => 1,
                    Choice::Abstain => 2,
                }),
                power: U256::from(ballot.map_or(0, |ballot| ballot.power)),
            }))
        }
        _ => Err(unknown("IGovernance", input)),
    }
}

fn proposal(state: &State, number: u64) -> Result<Vec<u8>, ViewError> {
    use IGovernance::{proposalOfCall, proposalOfReturn};
    let found = state.governance.proposal(number);
    let found = found.ok_or_else(|| ViewError::absent(format!("proposal {number} under way")))?;
    let (stage, deadline, total) = match found.stage {
        Stage::Waiting => (0, None, 0),
        Stage::Voting { total, ends, .. } => (1, Some(ends), total),
        Stage::Passed { executes } => (2, Some(executes), 0),
    };
    let (deadline_kind, deadline) = of_deadline(deadline);
    let tally = state.governance.tally(number).unwrap_or_default();
    Ok(proposalOfCall::abi_encode_returns(&proposalOfReturn {
        proposer: of_address(state.ledger.address(found.proposer)),
        kind: match *found.kind {
            Kind::Parameters { .. } => 0,
            Kind::Spend { .. } => 1,
            Kind::Upgrade { .. } => 2,
        },
        deposit: of_amount(found.deposit),
        stage,
        deadlineKind: deadline_kind,
        deadline,
        yes: U256::from(tally.yes),
        no: U256::from(tally.no),
        abstain: U256::from(tally.abstain),
        total: U256::from(total),
    }))
}

pub(super) fn network(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use INetwork::{INetworkCalls as Calls, eip712DomainCall, eip712DomainReturn};
    let chain = state.chain();
    match strict::<Calls>("INetwork", input)? {
        Calls::openEpoch(_) => open_epoch(state),
        Calls::eip712Domain(_) => Ok(eip712DomainCall::abi_encode_returns(&eip712DomainReturn {
            // EIP-5267: one bit for each of name, version, chainId and salt.
            fields: [0x17].into(),
            name: typed::DOMAIN_NAME.to_owned(),
            version: typed::DOMAIN_VERSION.to_owned(),
            chainId: U256::from(state.chain_id()),
            verifyingContract: Default::default(),
            salt: of_hash(chain.genesis),
            extensions: Vec::new(),
        })),
    }
}

fn open_epoch(state: &State) -> Result<Vec<u8>, ViewError> {
    use INetwork::{openEpochCall, openEpochReturn};
    let chain = state.chain();
    let parameters = state.active_parameters().ok_or_else(|| ViewError::absent("parameters"))?;
    let overflow = || ViewError::failed("the end of the epoch is beyond 2^64");
    let (by_height, ends) = match parameters.network.epoch_length {
        EpochLength::Blocks(count) => (true, chain.epoch_start_height.checked_add(count)),
        EpochLength::Time(length) => {
            let epochs = chain.epoch.checked_add(1);
            let after = epochs.and_then(|epochs| epochs.checked_mul(length));
            (false, after.and_then(|after| chain.genesis_time_ms.checked_add(after)))
        }
    };
    Ok(openEpochCall::abi_encode_returns(&openEpochReturn {
        epoch: chain.epoch,
        height: chain.height,
        timeMs: chain.time_ms,
        endsByHeight: by_height,
        ends: ends.ok_or_else(overflow)?,
    }))
}
