//! What only a network for development has: reporters that attest whatever is reported.

use std::collections::BTreeMap;
use tokio::sync::broadcast::error::RecvError;
use workmint_amounts::Amount;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::fees;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::registry::Role;
use workmint_core::modules::work::Attest;
use workmint_core::{Address, Message, State};
use workmint_networks::{AllocationTemplate, NetworkDefinition, Owner};
use workmint_node::Node;
use workmint_protocol::wire::{SecretKey, Unsigned, call_of, gas, sign, verify};

use crate::attesting;
use crate::serving::keys::display_units;

/// Display units of the fee asset that a reporter gets for its fees.
const FEE_UNITS: u64 = 10;

/// Where all of the fee asset is the treasury's, nobody could send a first transaction: this part
/// of it goes to the account that owns most, which is the faucet's.
const PART: u128 = 100;

/// Gives a network for development somebody who can pay fees from the first block on.
pub(super) fn free_fees(definition: &mut NetworkDefinition) {
    let asset = definition.parameters.fees.asset;
    let is_free = |one: &AllocationTemplate| one.to != Owner::Treasury && one.vesting_epochs == 0;
    if definition.allocations.iter().any(|one| one.asset == asset && is_free(one)) {
        return;
    }
    let richest = definition.allocations.iter().filter(|one| is_free(one));
    let Some(richest) = richest.max_by_key(|one| one.amount).map(|one| one.to.clone()) else {
        return;
    };
    let treasury = definition.allocations.iter_mut();
    let largest = treasury.filter(|one| one.asset == asset && one.to == Owner::Treasury);
    let Some(treasury) = largest.max_by_key(|one| one.amount) else {
        return;
    };
    let part = treasury.amount.get().checked_div(PART).map(Amount::new).unwrap_or_default();
    let Ok(rest) = treasury.amount.checked_sub(part) else {
        return;
    };
    let given = AllocationTemplate { amount: part, to: richest, ..treasury.clone() };
    treasury.amount = rest;
    definition.allocations.push(given);
}

/// Attests, with the keys of reporters, what is reported, after every block; ends with the node.
pub(super) async fn attest(node: Node, signers: BTreeMap<Address, SecretKey>) {
    let mut blocks = node.subscribe();
    loop {
        if let Err(why) = attest_all(&node, &signers).await {
            tracing::warn!("the reporters could not attest: {why}");
        }
        match blocks.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn attest_all(node: &Node, signers: &BTreeMap<Address, SecretKey>) -> Result<(), String> {
    let roles = node.genesis().roles.iter().filter(|(role, _)| *role == Role::Reporter);
    for (_, reporter) in roles {
        let Some(key) = signers.get(reporter) else {
            continue;
        };
        let due = node.read(|state| due(state, reporter));
        for message in due {
            pay_for(node, signers, reporter).await?;
            send(node, key, reporter, &Message::Attest(message)).await?;
        }
    }
    Ok(())
}

/// What a reporter can attest now: nothing that a quorum has decided.
fn due(state: &State, reporter: &Address) -> Vec<Attest> {
    let Some(handle) = state.ledger.handle(reporter) else {
        return Vec::new();
    };
    let epoch = state.chain().epoch;
    let mut seen = attesting::proofs(state, handle);
    seen.extend(attesting::summaries(state, handle, epoch, |_| true));
    seen.extend(attesting::misses(state, handle));
    attesting::attest(seen)
}

/// Gives a reporter that owns nothing what it needs for fees.
async fn pay_for(
    node: &Node,
    signers: &BTreeMap<Address, SecretKey>,
    reporter: &Address,
) -> Result<(), String> {
    let genesis = node.genesis();
    let asset = genesis.parameters.fees.asset;
    let poor = node.read(|state| {
        let handle = state.ledger.handle(reporter);
        let flat = state.active_parameters().map(|parameters| parameters.fees.flat);
        let owns = handle.map(|handle| state.ledger.spendable(handle, asset));
        flat.is_some_and(|flat| !flat.is_zero()) && owns.is_none_or(|owns| owns.is_zero())
    });
    if !poor {
        return Ok(());
    }
    let giver = genesis.allocations.iter().find_map(|allocation| match &allocation.to {
        AllocationTo::Account(account) if allocation.asset == asset => {
            signers.get(account).map(|key| (*account, key))
        }
        AllocationTo::Account(_) | AllocationTo::Treasury => None,
    });
    let amount = display_units(&genesis.parameters, asset, FEE_UNITS);
    let (Some((giver, key)), Some(amount)) = (giver, amount) else {
        return Err(format!("nobody has a key to pay the fees of {reporter}"));
    };
    send(node, key, &giver, &Message::Transfer(Transfer { to: *reporter, asset, amount })).await
}

async fn send(
    node: &Node,
    key: &SecretKey,
    from: &Address,
    message: &Message,
) -> Result<(), String> {
    let signed = signed(node, key, from, message)?;
    // A failed transaction makes a block, after which it would be tried again, and so on.
    let checked = verify(&signed, node.chain()).map_err(|error| error.to_string())?;
    let simulated = node.simulate(checked.decoded(), signed.len());
    simulated.result.map_err(|error| error.to_string())?;
    let included = node.submit(signed).await.map_err(|error| error.to_string())?;
    included.result.map_err(|failed| failed.text)
}

fn signed(
    node: &Node,
    key: &SecretKey,
    from: &Address,
    message: &Message,
) -> Result<Vec<u8>, String> {
    let chain = node.chain();
    let call = call_of(message, chain).map_err(|error| error.to_string())?;
    let parameters = node.read(State::active_parameters);
    let parameters = parameters.ok_or("the state has no parameters")?;
    let due = fees::due(&parameters.fees, message, gas::longest(&call));
    let due = due.map_err(|error| error.to_string())?;
    let price = u128::try_from(gas::price_wei(&parameters, chain));
    let unsigned = Unsigned {
        chain_id: chain.chain_id,
        nonce: node.pending_nonce(from),
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: price.map_err(|error| error.to_string())?,
        gas_limit: gas::estimate(due, &parameters, chain),
        call,
    };
    Ok(sign(key, &unsigned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use workmint_networks::presets;

    /// On every built-in network somebody who is no pot and waits for nothing can pay fees; nothing
    /// is made for it, and where somebody could before nothing is changed.
    #[test]
    fn somebody_can_pay_fees_from_the_first_block_on() {
        let mut changed = Vec::new();
        for preset in presets() {
            let before = preset.definition().unwrap();
            let mut after = before.clone();
            free_fees(&mut after);
            let asset = before.parameters.fees.asset;
            let sum = |definition: &NetworkDefinition| -> u128 {
                let all = definition.allocations.iter().filter(|one| one.asset == asset);
                all.map(|one| one.amount.get()).sum()
            };
            assert_eq!(sum(&before), sum(&after), "{}", preset.name);
            let free = after.allocations.iter().any(|one| {
                one.asset == asset && one.to != Owner::Treasury && one.vesting_epochs == 0
            });
            assert!(free, "{}", preset.name);
            if before != after {
                changed.push(preset.name);
                let given = &after.allocations[after.allocations.len() - 1];
                assert_eq!(given.to.to_string(), "community");
                assert_eq!(given.amount.get(), 10_000_000 * 10_u128.pow(18), "of 1,000 M");
            }
        }
        assert_eq!(changed, ["hanzo"]);
    }
}
