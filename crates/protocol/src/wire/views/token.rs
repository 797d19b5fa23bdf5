//! Views of `IERC20`.

use alloy_sol_types::SolCall;
use workmint_amounts::Amount;
use workmint_core::genesis::Genesis;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::names::AssetId;
use workmint_core::{Address, State};

use super::{ViewError, unknown};
use crate::wire::abi::IERC20::{self, IERC20Calls as Calls};
use crate::wire::addresses;
use crate::wire::calls::values::{EthAddress, U256, address, of_amount, of_optional, strict};
use crate::wire::contracts::TOKEN_NAME;

pub(super) fn call(
    state: &State,
    genesis: &Genesis,
    asset: AssetId,
    input: &[u8],
) -> Result<Vec<u8>, ViewError> {
    let rules = genesis.parameters.assets.get(usize::from(asset.0));
    let rules = rules.ok_or_else(|| ViewError::absent(format!("asset {}", asset.0)))?;
    let ledger = &state.ledger;
    let of = |owner: EthAddress, amount: &dyn Fn(AccountHandle) -> Amount| -> U256 {
        let handle = ledger.handle(&address(owner));
        of_amount(handle.map_or(Amount::ZERO, amount))
    };
    Ok(match strict::<Calls>(TOKEN_NAME, input)? {
        Calls::name(_) => {
            let name = format!("{} {}", genesis.parameters.network.name, rules.symbol);
            IERC20::nameCall::abi_encode_returns(&name)
        }
        Calls::symbol(_) => {
            IERC20::symbolCall::abi_encode_returns(&rules.symbol.as_str().to_owned())
        }
        Calls::decimals(_) => IERC20::decimalsCall::abi_encode_returns(&rules.decimals),
        Calls::totalSupply(_) => {
            let supply = of_amount(ledger.supply(asset).existing());
            IERC20::totalSupplyCall::abi_encode_returns(&supply)
        }
        Calls::balanceOf(call) => {
            let balance = of(call.owner, &|handle| ledger.holding(handle, asset).balance);
            let pot = addresses::pot_at(&address(call.owner), ledger);
            let in_pot = pot.map_or(Amount::ZERO, |pot| ledger.pot(asset, &pot));
            // Each below 2^128.
            IERC20::balanceOfCall::abi_encode_returns(&(balance + of_amount(in_pot)))
        }
        Calls::spendableOf(call) => {
            let spendable = of(call.owner, &|handle| ledger.spendable(handle, asset));
            IERC20::spendableOfCall::abi_encode_returns(&spendable)
        }
        Calls::allowance(call) => {
            let allowed = allowance(state, &address(call.owner), &address(call.spender), asset);
            let limited = Some(allowed).filter(|amount| *amount != Amount::MAX);
            IERC20::allowanceCall::abi_encode_returns(&of_optional(limited))
        }
        Calls::transfer(_) | Calls::approve(_) | Calls::transferFrom(_) => {
            return Err(unknown(TOKEN_NAME, input));
        }
    })
}

fn allowance(state: &State, owner: &Address, spender: &Address, asset: AssetId) -> Amount {
    let ledger = &state.ledger;
    match (ledger.handle(owner), ledger.handle(spender)) {
        (Some(owner), Some(spender)) => ledger.allowance(owner, spender, asset),
        _ => Amount::ZERO,
    }
}
