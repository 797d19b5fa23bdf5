//! `IWeights`, `IPricing`, `ISettlement`, `IVesting`, `IStake`, `IExchange`: a few functions each.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::exchange::{AddLiquidity, RemoveLiquidity, Swap};
use workmint_core::modules::pricing::ProposePrice;
use workmint_core::modules::settlement::Claim;
use workmint_core::modules::stake::{DepositStake, FindMalice, WithdrawStake};
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::modules::weights::{DelegateModel, RefuseModel};
use workmint_core::names::{AssetId, ModelId};

use super::CallError;
use super::faults;
use super::values::{
    U256, address, amount, hash, named, of_address, of_amount, of_hash, of_named, strict, wide,
};
use crate::wire::abi::{IExchange, IPricing, ISettlement, IStake, IVesting, IWeights};
use crate::wire::refusal::Refusal;

const SHARES: &str = "0 to 2^128 - 1 shares";

pub(super) fn weights(input: &[u8]) -> Result<Message, Refusal> {
    use IWeights::IWeightsCalls as Calls;
    Ok(match strict::<Calls>("IWeights", input)? {
        Calls::delegateModel(call) => {
            Message::DelegateModel(DelegateModel { model: ModelId(call.model), to: named(call.to) })
        }
        Calls::refuseModel(call) => {
            Message::RefuseModel(RefuseModel { model: ModelId(call.model), refused: call.refused })
        }
    })
}

pub(super) fn delegate_model(message: &DelegateModel) -> Result<Vec<u8>, CallError> {
    let to = of_named("to", message.to)?;
    Ok(IWeights::delegateModelCall { model: message.model.0, to }.abi_encode())
}

pub(super) fn refuse_model(message: &RefuseModel) -> Vec<u8> {
    IWeights::refuseModelCall { model: message.model.0, refused: message.refused }.abi_encode()
}

pub(super) fn pricing(input: &[u8]) -> Result<Message, Refusal> {
    use IPricing::IPricingCalls as Calls;
    Ok(match strict::<Calls>("IPricing", input)? {
        Calls::proposePrice(call) => {
            Message::ProposePrice(ProposePrice { price: amount("price", call.price)? })
        }
        Calls::priceOf(_) => return Err(faults::view("IPricing", input)),
    })
}

pub(super) fn propose_price(message: &ProposePrice) -> Vec<u8> {
    IPricing::proposePriceCall { price: of_amount(message.price) }.abi_encode()
}

pub(super) fn settlement(input: &[u8]) -> Result<Message, Refusal> {
    use ISettlement::ISettlementCalls as Calls;
    Ok(match strict::<Calls>("ISettlement", input)? {
        Calls::claim(call) => Message::Claim(Claim { epoch: call.epoch }),
        Calls::claimable(_) => return Err(faults::view("ISettlement", input)),
    })
}

pub(super) fn claim(message: &Claim) -> Vec<u8> {
    ISettlement::claimCall { epoch: message.epoch }.abi_encode()
}

pub(super) fn vesting(input: &[u8]) -> Result<Message, Refusal> {
    use IVesting::IVestingCalls as Calls;
    Ok(match strict::<Calls>("IVesting", input)? {
        Calls::releaseVested(_) => Message::ReleaseVested(ReleaseVested {}),
        Calls::vestingOf(_) => return Err(faults::view("IVesting", input)),
    })
}

pub(super) fn release_vested() -> Vec<u8> {
    IVesting::releaseVestedCall {}.abi_encode()
}

pub(super) fn stake(input: &[u8]) -> Result<Message, Refusal> {
    use IStake::IStakeCalls as Calls;
    Ok(match strict::<Calls>("IStake", input)? {
        Calls::depositStake(call) => Message::DepositStake(DepositStake {
            amount: amount("amount", call.amount)?,
            lock_ms: call.lockMs,
        }),
        Calls::withdrawStake(call) => {
            Message::WithdrawStake(WithdrawStake { amount: amount("amount", call.amount)? })
        }
        Calls::findMalice(call) => Message::FindMalice(FindMalice {
            account: address(call.account),
            case: hash(call.caseHash),
        }),
        Calls::stakeOf(_) => return Err(faults::view("IStake", input)),
    })
}

pub(super) fn deposit_stake(message: &DepositStake) -> Vec<u8> {
    let amount = of_amount(message.amount);
    IStake::depositStakeCall { amount, lockMs: message.lock_ms }.abi_encode()
}

pub(super) fn withdraw_stake(message: &WithdrawStake) -> Vec<u8> {
    IStake::withdrawStakeCall { amount: of_amount(message.amount) }.abi_encode()
}

pub(super) fn find_malice(message: &FindMalice) -> Vec<u8> {
    let account = of_address(message.account);
    IStake::findMaliceCall { account, caseHash: of_hash(message.case) }.abi_encode()
}

pub(super) fn exchange(input: &[u8]) -> Result<Message, Refusal> {
    use IExchange::IExchangeCalls as Calls;
    Ok(match strict::<Calls>("IExchange", input)? {
        Calls::addLiquidity(call) => Message::AddLiquidity(AddLiquidity {
            amounts: (amount("maxFirst", call.maxFirst)?, amount("maxSecond", call.maxSecond)?),
            min_shares: wide("minShares", call.minShares, SHARES)?,
            deadline: call.deadlineMs,
        }),
        Calls::removeLiquidity(call) => Message::RemoveLiquidity(RemoveLiquidity {
            shares: wide("shares", call.shares, SHARES)?,
            min_amounts: (amount("minFirst", call.minFirst)?, amount("minSecond", call.minSecond)?),
            deadline: call.deadlineMs,
        }),
        Calls::swap(call) => Message::Swap(Swap {
            asset_in: AssetId(call.assetIn),
            amount_in: amount("amountIn", call.amountIn)?,
            min_out: amount("minOut", call.minOut)?,
            deadline: call.deadlineMs,
        }),
        Calls::pool(_) | Calls::sharesOf(_) => return Err(faults::view("IExchange", input)),
    })
}

pub(super) fn add_liquidity(message: &AddLiquidity) -> Vec<u8> {
    IExchange::addLiquidityCall {
        maxFirst: of_amount(message.amounts.0),
        maxSecond: of_amount(message.amounts.1),
        minShares: U256::from(message.min_shares),
        deadlineMs: message.deadline,
    }
    .abi_encode()
}

pub(super) fn remove_liquidity(message: &RemoveLiquidity) -> Vec<u8> {
    IExchange::removeLiquidityCall {
        shares: U256::from(message.shares),
        minFirst: of_amount(message.min_amounts.0),
        minSecond: of_amount(message.min_amounts.1),
        deadlineMs: message.deadline,
    }
    .abi_encode()
}

pub(super) fn swap(message: &Swap) -> Vec<u8> {
    IExchange::swapCall {
        assetIn: message.asset_in.0,
        amountIn: of_amount(message.amount_in),
        minOut: of_amount(message.min_out),
        deadlineMs: message.deadline,
    }
    .abi_encode()
}
