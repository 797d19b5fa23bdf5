//! Rust types of the Solidity interfaces, made of the same files that wallets get.

use alloy_sol_types::sol;

sol! {
    #![sol(abi)]
    "contracts/IAttestation.sol"
}

sol! {
    #![sol(abi)]
    "contracts/ICollateral.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IContributions.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IERC20.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IExchange.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IGovernance.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IJobs.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IMarket.sol"
}

sol! {
    #![sol(abi)]
    "contracts/INetwork.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IOpinions.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IParameters.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IPricing.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IRegistry.sol"
}

sol! {
    #![sol(abi)]
    "contracts/ISessions.sol"
}

sol! {
    #![sol(abi)]
    "contracts/ISettlement.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IStake.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IValidators.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IVesting.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IWeights.sol"
}

sol! {
    #![sol(abi)]
    "contracts/IWork.sol"
}
