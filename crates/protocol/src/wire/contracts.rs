//! The system contracts, and what is at an address.
//!
//! `0x0800 + n` is the contract of a module; assets and pots follow ([`super::addresses`]).
//! Everything up to `0x02ffff` is reserved: nobody has its key, and nothing can be sent there.

use alloy_json_abi::JsonAbi;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workmint_core::Address;
use workmint_core::names::AssetId;

use super::chain::ChainSpec;
use super::{abi, addresses};

const CONTRACTS: u32 = 0x0800;
const LAST_RESERVED: u32 = 0x02_ffff;

macro_rules! abi_or_none {
    () => {
        JsonAbi::new()
    };
    ($interface:ident) => {
        abi::$interface::abi::contract()
    };
}

macro_rules! contracts {
    ($($(#[$doc:meta])* $number:literal $name:ident $text:literal $($interface:ident)?;)*) => {
        /// A system contract: one per module of the engine that has something to ask or to say.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Contract {
            $($(#[$doc])* $name),*
        }

        impl Contract {
            /// Every contract, by address.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its place after `0x0800`; never given to another.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number),* }
            }

            /// The name of its Solidity interface: of its functions, or of its events if it has
            /// none.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The text of its Solidity interface, with what it says of every function.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../../contracts/", $text, ".sol"))),*
                }
            }

            /// The ABI of its functions: what its Solidity interface declares.
            #[must_use]
            pub fn abi(self) -> JsonAbi {
                match self { $(Self::$name => abi_or_none!($($interface)?)),* }
            }
        }
    };
}

contracts! {
    /// Participants and nodes.
    1 Registry "IRegistry" IRegistry;
    /// Collateral.
    2 Collateral "ICollateral" ICollateral;
    /// Reports, attestations, challenges, duties.
    3 Work "IWork" IWork;
    /// Delegated and refused models.
    4 Weights "IWeights" IWeights;
    /// Deposits and escrows of customers.
    5 Market "IMarket" IMarket;
    /// Single jobs.
    6 Jobs "IJobs" IJobs;
    /// Sessions and vouchers.
    7 Sessions "ISessions" ISessions;
    /// Work for streams with a rate.
    8 Contributions "IContributions" IContributions;
    /// Prices.
    9 Pricing "IPricing" IPricing;
    /// Claims.
    10 Settlement "ISettlement" ISettlement;
    /// What vests.
    11 Vesting "IVesting" IVesting;
    /// Parameters of the network.
    12 Parameters "IParameters" IParameters;
    /// Privacy tiers and heartbeats.
    13 Attestation "IAttestation" IAttestation;
    /// Stakes of providers.
    14 Stake "IStake" IStake;
    /// Proposals and votes.
    15 Governance "IGovernance" IGovernance;
    /// The pool of two assets.
    16 Exchange "IExchange" IExchange;
    /// Validators and who delegates to them.
    17 Validators "IValidators" IValidators;
    /// Seats, weights, lent power.
    18 Opinions "IOpinions" IOpinions;
    /// What was taken for offences.
    19 Slashing "ISlashingEvents";
    /// What streams paid.
    20 Rewards "IRewardsEvents";
    /// Height, epochs, and what concerns the whole network.
    23 Network "INetwork" INetwork;
}

impl Contract {
    /// Its address.
    #[must_use]
    pub const fn address(self) -> Address {
        addresses::fixed(CONTRACTS + self.number() as u32)
    }
}

/// The interface every asset's contract has.
#[must_use]
pub fn token_abi() -> JsonAbi {
    abi::IERC20::abi::contract()
}

/// The ABI of an interface by its name.
pub(crate) fn abi_of(name: &str) -> Option<&'static JsonAbi> {
    static ALL: LazyLock<BTreeMap<&str, JsonAbi>> = LazyLock::new(|| {
        let modules = Contract::ALL.iter().map(|contract| (contract.name(), contract.abi()));
        modules.chain([(TOKEN_NAME, token_abi())]).collect()
    });
    ALL.get(name)
}

/// The name of [`token_abi`]'s interface.
pub const TOKEN_NAME: &str = "IERC20";

/// The text of [`token_abi`]'s interface.
pub const TOKEN_SOURCE: &str = include_str!("../../contracts/IERC20.sol");

/// What is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A module's contract.
    Contract(Contract),
    /// An asset's ERC-20 contract.
    Token(AssetId),
    /// Reserved: a pot, the zero address, or nothing yet.
    Reserved,
    /// An account.
    Account,
}

/// What is at an address of a network.
#[must_use]
pub fn place(address: &Address, chain: &ChainSpec) -> Place {
    place_among(address, chain.assets.len())
}

/// What is at an address of a network with so many assets.
pub(crate) fn place_among(address: &Address, assets: usize) -> Place {
    if !is_reserved(address) {
        return Place::Account;
    }
    let token = addresses::asset_of(address);
    if let Some(asset) = token.filter(|asset| usize::from(asset.0) < assets) {
        return Place::Token(asset);
    }
    let contract = Contract::ALL.iter().find(|contract| contract.address() == *address);
    contract.map_or(Place::Reserved, |contract| Place::Contract(*contract))
}

/// Whether nobody can own this address: it is a contract, a pot, or kept free.
#[must_use]
pub fn is_reserved(address: &Address) -> bool {
    address.0 <= addresses::fixed(LAST_RESERVED).0
}
