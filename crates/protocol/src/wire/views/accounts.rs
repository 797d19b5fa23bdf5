//! Views of what accounts have: participation, collateral, claims, vesting, tiers, stake, bonds.

use alloy_sol_types::SolCall;
use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::{attestation as tiers, stake as stakes};
use workmint_core::names::AssetId;

use super::{ViewError, account, unknown};
use crate::wire::abi::{
    IAttestation, ICollateral, IRegistry, ISettlement, IStake, IValidators, IVesting,
};
use crate::wire::calls::values::{address, of_address, of_amount, strict};

pub(super) fn registry(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IRegistry::{IRegistryCalls as Calls, participantOfCall, participantOfReturn};
    let Calls::participantOf(call) = strict::<Calls>("IRegistry", input)? else {
        return Err(unknown("IRegistry", input));
    };
    let handle = state.ledger.handle(&address(call.account));
    let found = handle.and_then(|handle| state.registry.participant(handle));
    let answer = match found {
        None => participantOfReturn {
            registered: false,
            owner: Default::default(),
            recipient: Default::default(),
            validator: Default::default(),
            nodes: 0,
        },
        Some(participant) => participantOfReturn {
            registered: true,
            owner: of_address(participant.owner),
            recipient: of_address(participant.recipient),
            validator: of_address(participant.validator.unwrap_or_default()),
            nodes: participant.nodes,
        },
    };
    Ok(participantOfCall::abi_encode_returns(&answer))
}

pub(super) fn collateral(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use ICollateral::{ICollateralCalls as Calls, collateralOfCall, collateralOfReturn};
    let Calls::collateralOf(call) = strict::<Calls>("ICollateral", input)? else {
        return Err(unknown("ICollateral", input));
    };
    let rows = &state.collateral;
    let (active, unbonding, jailed) = match state.ledger.handle(&address(call.account)) {
        None => (Amount::ZERO, Amount::ZERO, false),
        Some(handle) => (rows.active(handle), rows.unbonding(handle)?, rows.is_jailed(handle)),
    };
    Ok(collateralOfCall::abi_encode_returns(&collateralOfReturn {
        active: of_amount(active),
        unbonding: of_amount(unbonding),
        jailed,
    }))
}

pub(super) fn settlement(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use ISettlement::{ISettlementCalls as Calls, claimableCall, claimableReturn};
    let Calls::claimable(call) = strict::<Calls>("ISettlement", input)? else {
        return Err(unknown("ISettlement", input));
    };
    let epoch = call.epoch;
    let record = state.settlement.record(epoch).ok_or_else(|| {
        ViewError::absent(format!("settled epoch {epoch} whose claims are still open"))
    })?;
    let (mut assets, mut amounts) = (Vec::new(), Vec::new());
    for at in record.entries.of(&address(call.account)) {
        let Some((_, asset, amount)) = record.entries.get(at) else { continue };
        let left = state.settlement.left(epoch, at, amount)?;
        if !left.is_zero() {
            assets.push(asset.0);
            amounts.push(of_amount(left));
        }
    }
    let expires = record.expires_after;
    Ok(claimableCall::abi_encode_returns(&claimableReturn { assets, amounts, expires }))
}

pub(super) fn vesting(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IVesting::{IVestingCalls as Calls, vestingOfCall};
    let Calls::vestingOf(call) = strict::<Calls>("IVesting", input)? else {
        return Err(unknown("IVesting", input));
    };
    let (handle, asset) = (state.ledger.handle(&address(call.account)), AssetId(call.asset));
    let held =
        handle.map_or(Amount::ZERO, |handle| state.ledger.locked(handle, asset, LockKind::Vesting));
    Ok(vestingOfCall::abi_encode_returns(&of_amount(held)))
}

pub(super) fn attestation(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IAttestation::{IAttestationCalls as Calls, tierOfCall};
    let Calls::tierOf(call) = strict::<Calls>("IAttestation", input)? else {
        return Err(unknown("IAttestation", input));
    };
    let handle = state.ledger.handle(&address(call.account));
    let tier = handle.map_or(0, |handle| tiers::tier(state, handle, &state.now()));
    Ok(tierOfCall::abi_encode_returns(&tier))
}

pub(super) fn stake(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IStake::{IStakeCalls as Calls, stakeOfCall, stakeOfReturn};
    let Calls::stakeOf(call) = strict::<Calls>("IStake", input)? else {
        return Err(unknown("IStake", input));
    };
    let handle = state.ledger.handle(&address(call.account));
    let (amount, unbonding, until) = match handle {
        None => (Amount::ZERO, Amount::ZERO, 0),
        Some(handle) => {
            let until = state.stake.position(handle).map_or(0, |row| row.locked_until_ms);
            (stakes::active(state, handle), state.stake.unbonding(handle)?, until)
        }
    };
    Ok(stakeOfCall::abi_encode_returns(&stakeOfReturn {
        amount: of_amount(amount),
        lockedUntilMs: until,
        unbonding: of_amount(unbonding),
    }))
}

pub(super) fn validators(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IValidators::{IValidatorsCalls as Calls, delegationOfCall, poolOfCall, poolOfReturn};
    let rows = &state.validators;
    match strict::<Calls>("IValidators", input)? {
        Calls::poolOf(call) => {
            let who = address(call.validator);
            let handle = account(state, &who)?;
            let pool = rows.pool(handle);
            let pool = pool.ok_or_else(|| ViewError::absent(format!("pool of {who}")))?;
            Ok(poolOfCall::abi_encode_returns(&poolOfReturn {
                bonded: of_amount(pool.tokens),
                own: of_amount(pool.own_worth()?),
                active: rows.is_active(handle),
                jailed: pool.jail.is_some(),
            }))
        }
        Calls::delegationOf(call) => {
            let (owner, of) = (address(call.account), address(call.validator));
            let handles = (state.ledger.handle(&owner), state.ledger.handle(&of));
            let worth = match handles {
                (Some(owner), Some(of)) => rows.delegated(owner, of)?,
                _ => Amount::ZERO,
            };
            Ok(delegationOfCall::abi_encode_returns(&of_amount(worth)))
        }
        _ => Err(unknown("IValidators", input)),
    }
}
