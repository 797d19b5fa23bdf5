//! `eth_call` and `eth_estimateGas`: views, and what a transaction would do now.

use alloy_primitives::U256;
use serde::Deserialize;
use serde_json::Value;
use workmint_core::modules::fees;
use workmint_core::{Address, DecodedTransaction};
use workmint_protocol::wire::contracts::{self, Place};
use workmint_protocol::wire::{self, Call, gas, views};

use super::engine::Engine;
use super::error::RpcError;
use super::params::{self, Params};
use super::read::parameters;
use super::show;

/// A call as callers write it. What only concerns fees (gas, prices, nonce) is not looked at.
#[derive(Deserialize)]
#[serde(expecting = "a transaction object")]
struct Asked {
    from: Option<String>,
    to: Option<String>,
    value: Option<String>,
    input: Option<String>,
    data: Option<String>,
}

impl Asked {
    fn read(self) -> Result<(Address, Call), RpcError> {
        let from = match &self.from {
            None => Address::ZERO,
            Some(text) => params::address(text, "from")?,
        };
        let Some(to) = &self.to else {
            return Err(RpcError::param("to", "an address: contracts cannot be created here"));
        };
        let value = match &self.value {
            None => U256::ZERO,
            Some(text) => params::quantity(text, "value")?,
        };
        let read = |text: &Option<String>, name| {
            text.as_ref().map(|text| params::data(text, name)).transpose()
        };
        let (input, data) = (read(&self.input, "input")?, read(&self.data, "data")?);
        if let (Some(input), Some(data)) = (&input, &data)
            && input != data
        {
            return Err(RpcError::param("data", "the same as input, or absent"));
        }
        let input = input.or(data).unwrap_or_default();
        Ok((from, Call { to: params::address(to, "to")?, value, input }))
    }
}

impl Engine {
    pub(super) fn eth_call(&self, params: &Params) -> Result<Value, RpcError> {
        let (from, call) = self.asked(params)?;
        let chain = self.node.chain();
        match contracts::place(&call.to, chain) {
            // As an address without code answers; whether the value could be sent,
            // `eth_estimateGas` says.
            Place::Account | Place::Reserved => return Ok(show::data(&[])),
            Place::Contract(_) | Place::Token(_) => {}
        }
        let genesis = self.node.genesis();
        let view = self.node.read(|state| views::call(state, genesis, &call.to, &call.input));
        match view {
            Ok(answer) => Ok(show::data(&answer)),
            // Not a view: what the transaction would answer.
            Err(error) if error.is_unknown_function() => {
                self.would(from, &call)?;
                Ok(self.returned(&call.to))
            }
            Err(error) => Err(RpcError::revert(&error.to_string(), &error.revert_data())),
        }
    }

    pub(super) fn estimate_gas(&self, params: &Params) -> Result<Value, RpcError> {
        let (from, call) = self.asked(params)?;
        Ok(show::quantity(self.would(from, &call)?))
    }

    fn asked(&self, params: &Params) -> Result<(Address, Call), RpcError> {
        params.at_most(3)?;
        let asked: Asked = params.required(0, "transaction")?;
        self.recent(params.block(1, "block")?)?;
        if params
            .optional::<serde_json::Map<String, Value>>(2, "overrides")?
            .is_some_and(|map| !map.is_empty())
        {
            return Err(RpcError::param("overrides", "absent: the state cannot be replaced"));
        }
        asked.read()
    }

    /// Runs a call as the sender's next transaction and puts everything back; the gas it takes.
    fn would(&self, from: Address, call: &Call) -> Result<u64, RpcError> {
        let chain = self.node.chain();
        // As a custom error too: libraries show no other text here.
        let message = wire::message_of(call, chain).map_err(|refusal| {
            let text = refusal.to_string();
            RpcError::revert(&text, &wire::errors::refused(refusal.code(), &text))
        })?;
        let bytes = gas::longest(call);
        let parameters = self.node.read(parameters)?;
        let due = fees::due(&parameters.fees, &message, bytes).map_err(RpcError::internal)?;
        let next = |nonce| DecodedTransaction::new(from, nonce, message);
        match self.node.simulate_next(&from, next, bytes).result {
            Ok(()) => Ok(gas::estimate(due, &parameters, chain)),
            Err(error) => {
                let data = wire::errors::revert_data(&error);
                Err(RpcError::revert(&error.to_string(), &data))
            }
        }
    }

    /// What a function that is no view returns: `true` of a token, nothing of another contract.
    fn returned(&self, to: &Address) -> Value {
        match contracts::place(to, self.node.chain()) {
            Place::Token(_) => show::data(&U256::from(1).to_be_bytes::<32>()),
            Place::Contract(_) | Place::Reserved | Place::Account => show::data(&[]),
        }
    }
}
