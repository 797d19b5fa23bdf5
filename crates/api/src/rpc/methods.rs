//! Every method there is. A method that is not here does not exist.

/// How a method is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// At once, from what never changes.
    Instant,
    /// On a thread that may wait for the state or the disk.
    Read,
    /// The same, and reads many blocks.
    Scan,
    /// Waits for a block.
    Send,
    /// Of one WebSocket connection.
    Session,
    /// A question of the REST interface by its JSON-RPC name.
    Rest,
}

macro_rules! methods {
    ($($kind:ident { $($variant:ident = $name:literal),* $(,)? })*) => {
        /// A method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Method { $($(
            #[doc = concat!("`", $name, "`")]
            $variant,
        )*)* }

        impl Method {
            /// Every method.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// Its name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// How it is carried out.
            pub const fn kind(self) -> Kind {
                match self { $($(Self::$variant => Kind::$kind,)*)* }
            }

            /// The method of a name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($($name => Some(Self::$variant),)*)* _ => None }
            }
        }
    };
}

methods! {
    Instant {
        ChainId = "eth_chainId",
        Accounts = "eth_accounts",
        Syncing = "eth_syncing",
        NetVersion = "net_version",
        NetListening = "net_listening",
        NetPeerCount = "net_peerCount",
        ClientVersion = "web3_clientVersion",
        Sha3 = "web3_sha3",
    }
    Read {
        BlockNumber = "eth_blockNumber",
        GetBalance = "eth_getBalance",
        GetTransactionCount = "eth_getTransactionCount",
        GetCode = "eth_getCode",
        GetStorageAt = "eth_getStorageAt",
        Call = "eth_call",
        EstimateGas = "eth_estimateGas",
        GasPrice = "eth_gasPrice",
        MaxPriorityFeePerGas = "eth_maxPriorityFeePerGas",
        GetTransactionByHash = "eth_getTransactionByHash",
        GetTransactionReceipt = "eth_getTransactionReceipt",
        GetBlockByNumber = "eth_getBlockByNumber",
        GetBlockByHash = "eth_getBlockByHash",
        GetBlockReceipts = "eth_getBlockReceipts",
        GetBlockTransactionCountByNumber = "eth_getBlockTransactionCountByNumber",
        GetBlockTransactionCountByHash = "eth_getBlockTransactionCountByHash",
        GetTransactionByBlockNumberAndIndex = "eth_getTransactionByBlockNumberAndIndex",
        GetTransactionByBlockHashAndIndex = "eth_getTransactionByBlockHashAndIndex",
    }
    Scan {
        FeeHistory = "eth_feeHistory",
        GetLogs = "eth_getLogs",
    }
    Send {
        SendRawTransaction = "eth_sendRawTransaction",
        SubmitRawTransactions = "workmint_submitRawTransactions",
        Faucet = "workmint_faucet",
    }
    Session {
        Subscribe = "eth_subscribe",
        Unsubscribe = "eth_unsubscribe",
    }
    Rest {
        Explain = "workmint_explain",
        Estimate = "workmint_estimate",
        History = "workmint_history",
        Supply = "workmint_supply",
        Prices = "workmint_prices",
        Epoch = "workmint_epoch",
        Proof = "workmint_proof",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_their_methods() {
        for method in Method::ALL {
            assert_eq!(Method::named(method.name()), Some(*method));
        }
        assert_eq!(Method::named("eth_sendTransaction"), None);
        assert_eq!(Method::named("ETH_CHAINID"), None);
    }
}
