//! Money for whoever tries a served demo: an account with a key, supplied by those who own most.

use super::people::funders;
use crate::failure::Failure;
use crate::serving::keys::{FAUCET_UNITS, display_units};
use workmint_amounts::Amount;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::ledger::Transfer;
use workmint_core::names::AssetId;
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Address, Block, DecodedTransaction, Genesis, Message, RawTransaction, State};

/// A request gets at most this part of what the asset's largest owner began with.
const PART: u128 = 10_000;
/// The account is sent what so many requests get, when less than for so many is left.
const SUPPLY: u128 = 100;
const LEAST: u128 = 20;
/// A request gets the fees of so many messages where nobody owns their asset at genesis.
const MESSAGES: u128 = 1_000;

/// What supplies the account.
#[derive(Debug)]
pub(crate) struct Supplier {
    account: Address,
    /// Of each asset: who gives it, and what one request gets, base units.
    assets: Vec<(AssetId, Address, Amount)>,
}

impl Supplier {
    /// Supplies an account with every asset that somebody owns freely at genesis.
    pub(crate) fn new(genesis: &Genesis, account: Address) -> Self {
        let assets = funders(genesis).into_iter().filter_map(|(asset, funder)| {
            let owns = |to: &AllocationTo| *to == AllocationTo::Account(funder);
            let of = genesis
                .allocations
                .iter()
                .filter(|one| one.asset == asset && one.vesting_epochs == 0 && owns(&one.to));
            let most = of.map(|one| one.amount).max()?;
            let part = Amount::new(most.get().checked_div(PART)?);
            let units = display_units(&genesis.parameters, asset, FAUCET_UNITS)?;
            let each = units.min(part);
            (!each.is_zero()).then_some((asset, funder, each))
        });
        let mut assets: Vec<(AssetId, Address, Amount)> = assets.collect();
        let fees = &genesis.parameters.fees;
        let payable = assets.iter().any(|(asset, ..)| *asset == fees.asset);
        if let (false, Some((_, funder, _))) = (payable || fees.flat.is_zero(), assets.first()) {
            // Nobody begins with it: whoever pays for the others' fees has changed some.
            let each = fees.flat.checked_mul(MESSAGES).unwrap_or(fees.flat);
            assets.push((fees.asset, *funder, each));
        }
        Self { account, assets }
    }

    /// What one request gets of each asset, base units.
    pub(crate) fn amounts(&self) -> Vec<(AssetId, Amount)> {
        self.assets.iter().map(|(asset, _, each)| (*asset, *each)).collect()
    }

    /// Adds to the next block after `state` what the account lacks, behind the block's own
    /// transactions.
    pub(crate) fn supply(
        &self,
        state: &State,
        (block, decoded): &mut (Block, Vec<DecodedTransaction>),
    ) -> Result<(), Failure> {
        let ledger = &state.ledger;
        let spendable = |account: &Address, asset| {
            let handle = ledger.handle(account);
            handle.map_or(Amount::ZERO, |handle| ledger.spendable(handle, asset))
        };
        for (asset, funder, each) in &self.assets {
            let times = |count| each.checked_mul(count).map_err(Failure::damage);
            let amount = times(SUPPLY)?;
            let enough = spendable(&self.account, *asset) >= times(LEAST)?;
            if enough || spendable(funder, *asset) < amount {
                continue;
            }
            let account = ledger.handle(funder).and_then(|handle| ledger.account(handle));
            let before = decoded.iter().filter(|one| one.sender == *funder).count() as u64;
            let nonce = account.map_or(0, |account| account.nonce).saturating_add(before);
            let message = Message::Transfer(Transfer { to: self.account, asset: *asset, amount });
            let transaction = DecodedTransaction::new(*funder, nonce, message);
            let bytes = transaction.encode_local().map_err(Failure::damage)?;
            block.transactions.push(RawTransaction { codec: LOCAL_CODEC, bytes });
            decoded.push(transaction);
        }
        Ok(())
    }
}
