//! What contracts answer to `eth_call`.

use alloy_dyn_abi::{DynSolType, DynSolValue, FunctionExt, JsonAbiExt};
use alloy_json_abi::{Function, StateMutability};
use workmint_core::{Address, State};
use workmint_protocol::wire::views::{self, ViewError};
use workmint_protocol::wire::{U256, address_of, addresses, call_of, contracts};

use super::round::{interfaces, messages};
use super::{chain, genesis, key};

fn function(contract: Address, name: &str) -> Function {
    let found = interfaces().into_iter().find(|(address, _)| *address == contract);
    let (_, abi) = found.expect("a contract");
    abi.function(name).expect("a function")[0].clone()
}

fn ask(
    contract: Address,
    name: &str,
    arguments: &[DynSolValue],
) -> Result<Vec<DynSolValue>, ViewError> {
    let genesis = genesis();
    let state = State::genesis(&genesis).expect("a network");
    let function = function(contract, name);
    let input = function.abi_encode_input(arguments).expect("arguments fit");
    let answer = views::call(&state, &genesis, &contract, &input)?;
    Ok(function.abi_decode_output(&answer).expect("as the ABI says"))
}

fn account(byte: u8) -> DynSolValue {
    DynSolValue::Address(address_of(&key(byte)).0.into())
}

fn number(value: u128, bits: usize) -> DynSolValue {
    DynSolValue::Uint(U256::from(value), bits)
}

#[test]
fn a_token_answers_as_every_erc_20() {
    let token = addresses::token(workmint_core::names::AssetId(0));
    let text = |text: &str| vec![DynSolValue::String(text.to_owned())];
    assert_eq!(ask(token, "symbol", &[]), Ok(text("TOY")));
    assert_eq!(ask(token, "name", &[]), Ok(text("playground TOY")));
    assert_eq!(ask(token, "decimals", &[]), Ok(vec![number(2, 8)]));
    assert_eq!(ask(token, "totalSupply", &[]), Ok(vec![number(1_000_000, 256)]));
    assert_eq!(ask(token, "balanceOf", &[account(1)]), Ok(vec![number(1_000_000, 256)]));
    assert_eq!(ask(token, "spendableOf", &[account(1)]), Ok(vec![number(1_000_000, 256)]));
    assert_eq!(ask(token, "balanceOf", &[account(2)]), Ok(vec![number(0, 256)]));
    assert_eq!(ask(token, "allowance", &[account(1), account(2)]), Ok(vec![number(0, 256)]));
}

#[test]
fn the_network_says_its_epoch_and_domain() {
    let network = contracts::Contract::Network.address();
    // An epoch of the toy network is an hour; the chain began at 1,000,000,000 ms.
    let expected = vec![
        number(0, 64),
        number(0, 64),
        number(1_000_000_000, 64),
        DynSolValue::Bool(false),
        number(1_003_600_000, 64),
    ];
    assert_eq!(ask(network, "openEpoch", &[]), Ok(expected));
    let domain = ask(network, "eip712Domain", &[]).expect("an answer");
    assert_eq!(domain[1], DynSolValue::String("Workmint".to_owned()));
    assert_eq!(domain[3], number(u128::from(chain().chain_id), 256));
    assert_eq!(domain[5], DynSolValue::FixedBytes(chain().genesis.0.into(), 32));
}

/// With the smallest arguments every view has an answer in its ABI, or says what is not there.
#[test]
fn every_view_answers() {
    let mut count = 0;
    for (contract, abi) in interfaces() {
        let views = abi.functions().filter(|one| one.state_mutability == StateMutability::View);
        for function in views {
            let arguments: Vec<DynSolValue> = function
                .inputs
                .iter()
                .map(|input| match DynSolType::parse(&input.ty).expect("a type") {
                    DynSolType::Address => account(1),
                    DynSolType::Uint(bits) => number(0, bits),
                    other => panic!("{other} in {}", function.signature()),
                })
                .collect();
            match ask(contract, &function.name, &arguments) {
                Ok(answer) => assert_eq!(answer.len(), function.outputs.len()),
                Err(ViewError::Absent { what }) => assert!(!what.is_empty()),
                Err(error) => panic!("{}: {error}", function.signature()),
            }
            count += 1;
        }
    }
    assert!(count >= 25, "{count} views");
}

#[test]
fn what_is_no_view_is_said_so() {
    let (genesis, chain) = (genesis(), chain());
    let state = State::genesis(&genesis).expect("a network");
    for message in messages(1, &chain) {
        let Ok(call) = call_of(&message, &chain) else { continue };
        if !call.input.is_empty() {
            let error = views::call(&state, &genesis, &call.to, &call.input).expect_err("no view");
            assert!(error.is_unknown_function(), "{message:?}: {error}");
        }
    }
    let market = contracts::Contract::Market.address();
    let error = ask(market, "depositOf", &[account(1), number(3, 16)]).expect_err("none");
    let who = address_of(&key(1));
    assert_eq!(error.to_string(), format!("there is no deposit of {who} for model 3"));
    // Solidity's Error(string): 0x08c379a0, offset, length, text.
    let data = error.revert_data();
    assert_eq!(data[..4], [0x08, 0xc3, 0x79, 0xa0]);
    assert_eq!(usize::from(data[67]), error.to_string().len());
    let somewhere = address_of(&key(3));
    let error = views::call(&state, &genesis, &somewhere, &[0; 4]).expect_err("an account");
    assert_eq!(error, ViewError::NoContract { address: somewhere });
}

/// Views are not messages.
#[test]
fn a_transaction_that_only_reads_is_refused() {
    let chain = chain();
    let token = addresses::token(workmint_core::names::AssetId(0));
    let input = function(token, "balanceOf").abi_encode_input(&[account(1)]).expect("fits");
    let call = workmint_protocol::wire::Call { to: token, value: U256::ZERO, input };
    let refusal = workmint_protocol::wire::message_of(&call, &chain).expect_err("a view");
    assert_eq!(refusal.to_string(), "IERC20.balanceOf(address) only reads: ask it with eth_call");
}
