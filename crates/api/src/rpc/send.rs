//! Transactions: taken in, and answered when they are durable.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::fees;
use workmint_core::modules::ledger::Transfer;
use workmint_core::names::AssetId;
use workmint_core::{Address, Message};
use workmint_node::{Node, SubmitError};
use workmint_protocol::wire::{self, SecretKey, Unsigned, gas};

use super::engine::{Caller, Engine};
use super::error::RpcError;
use super::methods::Method;
use super::params::{self, Params};
use super::read::parameters;
use super::show;
use crate::sending::NotSent;

/// An account of a development network that gives to whoever asks.
#[derive(Clone)]
pub struct Faucet {
    /// Signs its transfers.
    pub key: SecretKey,
    /// What one request gets of each asset, base units.
    pub amounts: Vec<(AssetId, Amount)>,
}

/// How often the faucet tries again when another of its transactions took its nonce.
const TRIES: u32 = 20;

impl Engine {
    /// Answers a method that waits for a block.
    pub(super) async fn sends(
        &self,
        method: Method,
        params: &Params,
        caller: &Caller,
    ) -> Result<Value, RpcError> {
        match method {
            Method::SubmitRawTransactions => self.submit_many(params, caller).await,
            Method::Faucet => self.give(params, caller).await,
            _ => {
                params.at_most(1)?;
                let bytes = params.data(0, "transaction")?;
                // The hash says that it is taken in; that it is durable, its receipt says.
                match self.sending.submit(bytes).await {
                    Ok(included) => Ok(show::hash(&included.hash)),
                    Err(NotSent::Refused(SubmitError::Queued { hash })) => Ok(show::hash(&hash)),
                    Err(not_sent) => Err(not_sent.into()),
                }
            }
        }
    }

    /// Many at once: they share blocks and the check of their signatures. One answer each, in
    /// order.
    async fn submit_many(&self, params: &Params, caller: &Caller) -> Result<Value, RpcError> {
        params.at_most(1)?;
        let texts: Vec<String> = params.required(0, "transactions")?;
        let most = self.config.limits.transactions;
        if texts.len() > most {
            return Err(RpcError::param("transactions", &format!("at most {most}")));
        }
        // The call counted as one already.
        caller.take(texts.len().saturating_sub(1))?;
        let mut list = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            list.push(params::data(text, &format!("transactions[{index}]"))?);
        }
        let sent = join_all(list.into_iter().map(|bytes| self.sending.submit(bytes))).await;
        let answers = sent.into_iter().map(|answer| match answer {
            Ok(included) => json!({
                "hash": show::hash(&included.hash),
                "blockNumber": show::quantity(included.height),
                "status": if included.result.is_ok() { "0x1" } else { "0x0" },
            }),
            Err(error) => json!({ "error": RpcError::from(error).json() }),
        });
        Ok(answers.collect::<Vec<_>>().into())
    }

    async fn give(&self, params: &Params, caller: &Caller) -> Result<Value, RpcError> {
        let Some(faucet) = &self.config.faucet else {
            let text = "this node was started without --dev, or its network has no faucet";
            return Err(RpcError::new(RpcError::METHOD, text));
        };
        params.at_most(1)?;
        let to = params.address(0, "address")?;
        self.count_gift(to, caller)?;
        let chain = self.node.chain();
        let mut given = Vec::new();
        for (asset, amount) in &faucet.amounts {
            let transfer = Message::Transfer(Transfer { to, asset: *asset, amount: *amount });
            let spec = chain.assets.iter().find(|spec| spec.id == *asset);
            let spec = spec.ok_or_else(|| RpcError::internal("an asset that there is not"))?;
            let hash = self.pay(&faucet.key, &transfer, spec.symbol.as_str()).await?;
            given.push(json!({
                "transaction": hash,
                "given": {
                    "amount": amount.to_string(),
                    "asset": spec.symbol.as_str(),
                    "decimals": spec.decimals,
                },
            }));
        }
        Ok(given.into())
    }

    /// Counts a gift to an account at the request of a client.
    fn count_gift(&self, to: Address, caller: &Caller) -> Result<(), RpcError> {
        let (accounts, clients) = &self.gifts;
        let now = Instant::now();
        let client = caller.rates.as_ref().map(|(client, _)| *client);
        let of_client = client.map_or(Ok(()), |client| clients.take(client, 1, now));
        let (who, most) = match of_client {
            Ok(()) => ("one account", 1),
            Err(_) => ("one client address", 10),
        };
        of_client.and_then(|()| accounts.take(to, 1, now)).map_err(|wait| {
            self.meters.limited("faucet");
            let most = self.config.limits.faucet_per_hour.saturating_mul(most);
            let text = format!(
                "address: the faucet gives {who} at most {most} times an hour; wait {} s",
                wait.as_secs().saturating_add(1)
            );
            RpcError::new(RpcError::LIMIT, text)
        })
    }

    /// Sends a message of the faucet. Others may ask at the same time, so a nonce may be taken.
    async fn pay(
        &self,
        key: &SecretKey,
        message: &Message,
        asset: &str,
    ) -> Result<Value, RpcError> {
        let from = wire::address_of(key);
        let mut last = None;
        for _ in 0..TRIES {
            let (node, key, message) = (self.node.clone(), *key, message.clone());
            // The nonce and the fee are the state's, which a block may hold.
            let signed = move || signed(&node, &key, node.pending_nonce(&from), &message);
            let signed =
                tokio::task::spawn_blocking(signed).await.map_err(RpcError::internal)??;
            match self.node.submit(signed).await {
                Ok(included) => match included.result {
                    Ok(()) => return Ok(show::hash(&included.hash)),
                    Err(failed) => {
                        let text = format!("the faucet cannot give: {}", failed.text);
                        // Its amounts are base units of the asset.
                        let data = Some(json!({ "code": failed.code, "asset": asset }));
                        return Err(RpcError { data, ..RpcError::new(RpcError::REFUSED, text) });
                    }
                },
                Err(
                    error @ (SubmitError::NonceTooLow { .. }
                    | SubmitError::Underpriced { .. }
                    | SubmitError::Replaced { .. }),
                ) => last = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        Err(last.map_or_else(|| RpcError::internal("the faucet is busy"), RpcError::from))
    }
}

fn signed(
    node: &Node,
    key: &SecretKey,
    nonce: u64,
    message: &Message,
) -> Result<Vec<u8>, RpcError> {
    let chain = node.chain();
    let call = wire::call_of(message, chain).map_err(RpcError::internal)?;
    let parameters = node.read(parameters)?;
    let due = fees::due(&parameters.fees, message, gas::longest(&call));
    let due = due.map_err(RpcError::internal)?;
    let price = gas::price_wei(&parameters, chain);
    let price = u128::try_from(price).map_err(RpcError::internal)?;
    let unsigned = Unsigned {
        chain_id: chain.chain_id,
        nonce,
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: price,
        gas_limit: gas::estimate(due, &parameters, chain),
        call,
    };
    Ok(wire::sign(key, &unsigned))
}
