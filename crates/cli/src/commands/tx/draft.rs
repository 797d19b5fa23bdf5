//! A transaction that is ready to be signed: its fee, its limits, and what is wrong with them.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_protocol::wire::{Call, U256, Unsigned, gas, message_of};

use super::How;
use crate::failure::Failure;
use crate::keys::folder::Entry;
use crate::keys::hex;
use crate::output::{Out, print_json};
use crate::sending::client::Client;
use crate::sending::errors::Telling;
use crate::sending::facts::{self, Asset, Facts};
use crate::sending::meaning::Leaves;
use crate::sending::shown::{Leaving, money};

/// Decimals of what wallets count in.
const WEI_DECIMALS: u8 = 18;

/// What the message begins with that says why a transaction was not sent.
const WOULD_FAIL: &str = "it would fail, and was not sent: ";

/// A transaction that is ready to be signed.
pub(super) struct Draft {
    pub(super) from: Entry,
    pub(super) unsigned: Unsigned,
    /// The fee, as the rules are now; `None`: they do not say it here.
    due: Option<Amount>,
    /// Most that can be taken of it, tip included.
    limit: Amount,
    /// What is taken besides the fee, at most.
    tip: Amount,
    /// What fees are paid in.
    asset: Asset,
    /// What it moves.
    leaving: Vec<Leaving>,
    /// What the node estimates; nothing off line.
    estimated: Option<u64>,
}

impl How {
    /// The transaction that a call makes; an error if it would fail. Who is `asked` are a node and
    /// how its errors are told; nobody off line.
    pub(super) fn draft(
        &self,
        asked: Option<(&Client, &Telling)>,
        facts: &Facts,
        from: Entry,
        (call, leaving): (Call, Vec<Leaving>),
    ) -> Result<Draft, Failure> {
        let client = asked.map(|(client, _)| client);
        let asset = facts.asset(&facts.fee_asset).map_err(Failure::damage)?;
        let missing = |option| Failure::Input(format!("--offline needs {option}"));
        let nonce = match (self.nonce, client) {
            (Some(nonce), _) => nonce,
            (None, Some(client)) => client.nonce(&from.address)?,
            (None, None) => return Err(missing("--nonce")),
        };
        let due = due(&call, facts);
        let price = match (self.gas_price, client) {
            (Some(price), _) => price,
            // No gas is bought: whatever becomes of the rules, nothing is taken.
            (None, Some(_)) if due == Some(Amount::ZERO) => 0,
            (None, Some(client)) => client.quantity("eth_gasPrice", &json!([]))?,
            (None, None) => return Err(missing("--gas-price")),
        };
        // Also with --gas the node is asked: a call that would fail is not sent.
        let estimated = asked.map(|asked| estimate(asked, &from.address, &call)).transpose()?;
        let gas = self.gas.or(estimated).ok_or_else(|| missing("--gas"))?;
        let too_much = || Failure::input("--gas-price: the price and the tip are above 2^128 wei");
        let tip_price = match &self.tip {
            None => 0,
            Some(text) => {
                let (tip, asset) = facts::amount(text, Some(asset), facts)
                    .map_err(|error| Failure::Input(format!("--tip: {error}")))?;
                tip_price(tip, asset.decimals, gas)?
            }
        };
        let most = price.checked_add(tip_price).ok_or_else(too_much)?;
        let limit = cost(most, gas, asset.decimals).ok_or_else(too_much)?;
        let tip = cost(tip_price, gas, asset.decimals).ok_or_else(too_much)?;
        Ok(Draft {
            from,
            unsigned: Unsigned {
                chain_id: facts.chain_id,
                nonce,
                max_priority_fee_per_gas: tip_price,
                max_fee_per_gas: most,
                gas_limit: gas,
                call,
            },
            due,
            limit,
            tip,
            asset: asset.clone(),
            leaving,
            estimated,
        })
    }
}

/// What the network takes for a call, of the longest transaction that it can be in.
fn due(call: &Call, facts: &Facts) -> Option<Amount> {
    let message = message_of(call, &facts.chain().ok()?).ok()?;
    facts.fee(message.kind(), gas::longest(call))
}

/// The gas of a call; the error says why it would fail.
fn estimate(
    (client, telling): (&Client, &Telling),
    from: &Address,
    call: &Call,
) -> Result<u64, Failure> {
    let params = json!([{
        "from": from.to_string(),
        "to": call.to.to_string(),
        "data": format!("0x{}", hex(&call.input)),
    }]);
    let gas = client.call("eth_estimateGas", &params)?;
    let gas = gas
        .map_err(|refused| Failure::Check(format!("{WOULD_FAIL}{}", telling.refused(&refused))))?;
    let digits = gas.as_str().and_then(|text| text.strip_prefix("0x"));
    let gas = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    gas.ok_or_else(|| Failure::Machine("eth_estimateGas is answered with no number".to_owned()))
}

/// Wei of a base unit.
fn scale(decimals: u8) -> Option<u128> {
    10_u128.checked_pow(u32::from(WEI_DECIMALS.checked_sub(decimals)?))
}

/// What gas costs at a price, rounded down as the network does.
fn cost(price: u128, gas: u64, decimals: u8) -> Option<Amount> {
    let wei = U256::from(price).checked_mul(U256::from(gas))?;
    let units = wei.checked_div(U256::from(scale(decimals)?))?;
    u128::try_from(units).ok().map(Amount::new)
}

/// The price of gas that makes a tip of at least this.
fn tip_price(tip: Amount, decimals: u8, gas: u64) -> Result<u128, Failure> {
    let wei = scale(decimals).and_then(|scale| tip.get().checked_mul(scale));
    let wei = wei.ok_or_else(|| Failure::input("--tip: it is above 2^128 wei"))?;
    Ok(wei.div_ceil(u128::from(gas.max(1))))
}

/// What a node says of an account and of now.
struct Standing {
    /// Gas that the call takes.
    gas: u64,
    /// Price of gas, wei.
    price: u128,
    /// Nonce of the account's first transaction that is in no block yet.
    first: u64,
    /// The same behind those that wait.
    next: u64,
    /// What the account can spend, wei.
    spendable: u128,
}

impl Standing {
    fn ask(client: &Client, draft: &Draft) -> Result<Self, Failure> {
        let account = draft.from.address;
        let of = json!([account.to_string(), "latest"]);
        let first = client.quantity("eth_getTransactionCount", &of)?;
        Ok(Self {
            gas: draft.estimated.unwrap_or_default(),
            price: client.quantity("eth_gasPrice", &json!([]))?,
            first: u64::try_from(first).map_err(Failure::damage)?,
            next: client.nonce(&account)?,
            spendable: client.quantity("eth_getBalance", &of)?,
        })
    }
}

impl Draft {
    fn shown(&self, amount: Amount) -> String {
        money(amount, &self.asset)
    }

    /// What is taken for the fee, at most. That a kind is free holds for now: a price that was
    /// given binds whatever the fee is by then.
    fn fee(&self) -> Amount {
        self.limit.checked_sub(self.tip).unwrap_or_default()
    }

    /// What must be there for fee and tip; of the tip is taken what the fee leaves of the limit.
    fn needed(&self) -> Option<Amount> {
        let Some(due) = self.due else { return Some(self.limit) };
        let room = self.limit.checked_sub(due).unwrap_or_default();
        due.checked_add(self.tip.min(room)).ok()
    }

    /// What leaves the sender's balance of an asset besides fee and tip; `None`: more than there
    /// can be.
    fn moved(&self, asset: &Asset, leaving: impl Fn(Leaves) -> bool) -> Option<Amount> {
        let moved = self.leaving.iter().filter(|one| one.asset == *asset && leaving(one.how));
        moved.map(|one| one.amount).try_fold(Amount::ZERO, |sum, one| sum.checked_add(one?).ok())
    }

    /// What leaves the sender's balance at most: of what fees are paid in, and of other assets.
    fn totals(&self) -> Vec<(&Asset, Option<Amount>)> {
        let mut totals = vec![(&self.asset, self.moved(&self.asset, |_| true))];
        for Leaving { asset, .. } in &self.leaving {
            if totals.iter().all(|(there, _)| *there != asset) {
                totals.push((asset, self.moved(asset, |_| true)));
            }
        }
        let fees = self.fee().checked_add(self.tip).ok();
        if let Some((_, moved)) = totals.first_mut() {
            *moved = moved.and_then(|moved| moved.checked_add(fees?).ok());
        }
        let several = totals.len() > 1;
        totals.retain(|(_, amount)| !several || *amount != Some(Amount::ZERO));
        totals
    }

    /// What is wrong with the limits that were given: the node would refuse it, or let it wait.
    pub(super) fn problems(&self, client: &Client) -> Result<Vec<String>, Failure> {
        Ok(self.wrong(&Standing::ask(client, self)?))
    }

    /// Gas that the fee takes; without fees none is asked for.
    fn gas(&self, now: &Standing) -> u64 {
        let gas = |due: Amount| {
            let wei = U256::from(due.get()).checked_mul(U256::from(scale(self.asset.decimals)?))?;
            u64::try_from(wei.checked_div(U256::from(now.price))?).ok()
        };
        self.due.and_then(gas).unwrap_or(now.gas)
    }

    fn wrong(&self, now: &Standing) -> Vec<String> {
        let mut wrong = Vec::new();
        let Unsigned { gas_limit, nonce, max_fee_per_gas, max_priority_fee_per_gas, .. } =
            &self.unsigned;
        let gas = self.gas(now);
        if *gas_limit < gas {
            wrong.push(format!("--gas: {gas_limit}; it takes {gas}"));
        }
        if *max_fee_per_gas < now.price && self.due != Some(Amount::ZERO) {
            let price = max_fee_per_gas.abs_diff(*max_priority_fee_per_gas);
            wrong.push(format!("--gas-price: {price} wei; the network's is {} wei", now.price));
        }
        if *nonce < now.first {
            wrong.push(format!("--nonce: {nonce} is used; the account's next is {}", now.next));
        }
        if *nonce > now.next {
            let next = now.next;
            wrong.push(format!("--nonce: {nonce} would wait; the account's next is {next}"));
        }
        let spendable = scale(self.asset.decimals)
            .and_then(|scale| now.spendable.checked_div(scale))
            .map(Amount::new)
            .unwrap_or_default();
        let moved = self.moved(&self.asset, |how| how == Leaves::All);
        let total = self.needed().and_then(|needed| needed.checked_add(moved?).ok());
        match total {
            Some(total) if total <= spendable => {}
            total => wrong.push(format!(
                "it needs {}, fee and tip included; {} can spend {}",
                total.map_or_else(|| "more than there can be".to_owned(), |sum| self.shown(sum)),
                self.sender(),
                self.shown(spendable)
            )),
        }
        wrong
    }

    /// What is signed, line by line.
    pub(super) fn lines(&self, told: &[(String, String)]) -> Vec<(String, String)> {
        let mut lines = vec![("from".to_owned(), self.sender())];
        lines.extend(told.iter().cloned());
        lines.push(match self.due {
            Some(Amount::ZERO) if self.fee().is_zero() => ("fee".to_owned(), "none".to_owned()),
            _ => ("fee, at most".to_owned(), self.shown(self.fee())),
        });
        if !self.tip.is_zero() {
            lines.push(("tip".to_owned(), self.shown(self.tip)));
        }
        let totals = self.totals().into_iter().map(|(asset, amount)| match amount {
            Some(amount) => money(amount, asset),
            None => format!("no limit of {}", asset.symbol),
        });
        let totals = totals.collect::<Vec<String>>().join(" + ");
        let total = if totals.is_empty() { self.shown(Amount::ZERO) } else { totals };
        lines.push(("total, at most".to_owned(), total));
        lines
    }

    /// What else a signature binds that no node has confirmed.
    pub(super) fn told(
        &self,
        facts: Option<&Facts>,
        mut told: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let Some(facts) = facts else { return told };
        let network = format!("{}, chain id {}", facts.name, self.unsigned.chain_id);
        told.insert(0, ("network".to_owned(), network));
        told.push(("contract".to_owned(), self.unsigned.call.to.to_string()));
        told.push(("nonce".to_owned(), self.unsigned.nonce.to_string()));
        told.push(("input".to_owned(), format!("0x{}", hex(&self.unsigned.call.input))));
        told
    }

    fn sender(&self) -> String {
        format!("{} ({})", self.from.name, self.from.address)
    }

    /// Says whether it would succeed; an error if not.
    pub(super) fn would(
        &self,
        as_json: bool,
        told: &[(String, String)],
        problems: &[String],
    ) -> Result<(), Failure> {
        if as_json {
            let totals = self.totals().into_iter().map(|(asset, amount)| match amount {
                Some(amount) => as_value(amount, asset),
                None => json!({ "amount": null, "asset": asset.symbol }),
            });
            print_json(&json!({
                "would_succeed": problems.is_empty(),
                "problems": problems,
                "from": self.from.address.to_string(),
                "nonce": self.unsigned.nonce,
                "gas": self.unsigned.gas_limit,
                "gas_price_wei": self.unsigned.max_fee_per_gas.to_string(),
                "fee_at_most": as_value(self.fee(), &self.asset),
                "tip": as_value(self.tip, &self.asset),
                "total_at_most": totals.collect::<Vec<Value>>(),
            }))?;
        } else {
            let mut out = Out::stdout();
            for line in super::show::aligned(&self.lines(told)) {
                out.line(line)?;
            }
            if problems.is_empty() {
                out.line("It would succeed; nothing was sent.")?;
            }
            out.finish()?;
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Failure::Check(format!("{WOULD_FAIL}{}", problems.join("; ")))),
        }
    }
}

fn as_value(amount: Amount, asset: &Asset) -> Value {
    json!({
        "amount": amount.to_string(),
        "asset": asset.symbol,
        "decimals": asset.decimals,
    })
}

/// Says as JSON why a call would fail, of which there is no draft.
pub(super) fn would_not(from: &Entry, why: &str) -> Result<(), Failure> {
    print_json(&json!({
        "would_succeed": false,
        "problems": [why.strip_prefix(WOULD_FAIL).unwrap_or(why)],
        "from": from.address.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_as_money() {
        // 21,000 gas at 4,000,000,000 wei are 84,000 x 10^9 wei; a base unit of 9 decimals is 10^9.
        assert_eq!(cost(4_000_000_000, 21_000, 9), Some(Amount::new(84_000)));
        assert_eq!(cost(1, 21_000, 9), Some(Amount::ZERO), "rounded down");
        assert_eq!(cost(u128::MAX, u64::MAX, 18), None);
        // A tip never rounds below what was asked.
        let price = tip_price(Amount::new(1), 9, 21_000).unwrap();
        assert_eq!(price, 47_620);
        assert_eq!(cost(price, 21_000, 9), Some(Amount::new(1)));
        assert!(tip_price(Amount::MAX, 9, 1).is_err());
    }

    fn gnk() -> Asset {
        Asset { number: 0, symbol: "GNK".to_owned(), decimals: 9 }
    }

    fn moving(amount: u128, how: Leaves) -> Leaving {
        Leaving { asset: gnk(), amount: Some(Amount::new(amount)), how }
    }

    /// 84,000 base units of 9 decimals for the fee, 6,000 for the tip, 10,000 moved: 100,000.
    fn draft() -> Draft {
        let address = Address::derived(b"alice");
        let call = Call { to: Address::ZERO, value: U256::ZERO, input: Vec::new() };
        Draft {
            from: Entry { name: "alice".to_owned(), address, path: "alice.json".into() },
            unsigned: Unsigned {
                chain_id: 7,
                nonce: 5,
                max_priority_fee_per_gas: 300,
                max_fee_per_gas: 4_000_000_300,
                gas_limit: 21_000,
                call,
            },
            due: Some(Amount::new(84_000)),
            limit: Amount::new(90_000),
            tip: Amount::new(6_000),
            asset: gnk(),
            leaving: vec![moving(10_000, Leaves::All)],
            estimated: Some(21_000),
        }
    }

    fn now() -> Standing {
        let spendable = 100_000 * 10_u128.pow(9);
        Standing { gas: 21_000, price: 4_000_000_000, first: 4, next: 5, spendable }
    }

    #[test]
    fn limits_that_the_node_would_refuse_are_named() {
        let draft = draft();
        assert_eq!(draft.wrong(&now()), Vec::<String>::new(), "all of it is just enough");
        let said = |now: Standing| {
            let wrong = draft.wrong(&now);
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            wrong[0].clone()
        };
        let dear = said(Standing { price: 4_000_000_301, ..now() });
        assert!(dear.contains("4000000000 wei; the network's is 4000000301 wei"), "{dear}");
        assert!(said(Standing { first: 6, next: 6, ..now() }).contains("5 is used"));
        assert!(said(Standing { first: 4, next: 4, ..now() }).contains("5 would wait"));
        let poor = said(Standing { spendable: 99_999 * 10_u128.pow(9), ..now() });
        assert!(poor.contains("needs 0.0001 GNK") && poor.contains("0.000099999 GNK"), "{poor}");
        // The estimate counts only where the fee is not known.
        let unknown = Draft { due: None, ..draft };
        let wrong = unknown.wrong(&Standing { gas: 21_001, ..now() });
        assert_eq!(wrong, ["--gas: 21000; it takes 21001"]);
        let short = super::Unsigned { gas_limit: 20_999, ..unknown.unsigned };
        let short = Draft { due: Some(Amount::new(84_000)), unsigned: short, ..unknown };
        assert_eq!(short.wrong(&now()), ["--gas: 20999; it takes 21000"]);
    }

    #[test]
    fn a_kind_without_a_fee_asks_for_no_gas() {
        let unsigned = super::Unsigned {
            gas_limit: 1,
            max_fee_per_gas: 0,
            max_priority_fee_per_gas: 0,
            ..draft().unsigned
        };
        let (due, zero) = (Some(Amount::ZERO), Amount::ZERO);
        let free = Draft { due, limit: zero, tip: zero, unsigned, ..draft() };
        let spendable = 10_000 * 10_u128.pow(9);
        assert_eq!(free.wrong(&Standing { spendable, ..now() }), Vec::<String>::new());
        let lines = free.lines(&[]);
        assert_eq!(lines[1], ("fee".to_owned(), "none".to_owned()));
        assert_eq!(lines[2].1, "0.00001 GNK");
        // A price that was given binds, whatever the fee will be.
        let bound = Draft { limit: Amount::new(84_000), ..free };
        assert_eq!(bound.lines(&[])[1].1, "0.000084 GNK");
    }

    #[test]
    fn the_total_is_shown() {
        let lines = draft().lines(&[]);
        assert_eq!(lines[lines.len() - 1].1, "0.0001 GNK");
        let draft = Draft { leaving: vec![moving(10_000, Leaves::AtMost)], ..draft() };
        // What may turn out less is in the total, and is not what the balance must cover.
        assert_eq!(draft.lines(&[]), lines);
        let spendable = 90_000 * 10_u128.pow(9);
        assert_eq!(draft.wrong(&Standing { spendable, ..now() }), Vec::<String>::new());
    }
    #[test]
    fn every_asset_has_a_total() {
        let ai = Asset { number: 1, symbol: "AI".to_owned(), decimals: 18 };
        let five = Some(Amount::new(5 * 10_u128.pow(18)));
        let total = |amount| {
            let leaving = vec![Leaving { asset: ai.clone(), amount, how: Leaves::All }];
            let lines = Draft { leaving, ..draft() }.lines(&[]);
            lines[lines.len() - 1].1.clone()
        };
        assert_eq!(total(five), "0.00009 GNK + 5 AI");
        assert_eq!(total(None), "0.00009 GNK + no limit of AI");
    }
}
