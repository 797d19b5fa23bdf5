//! The committed ABI is that of the Solidity files. `WORKMINT_WRITE=1` writes it anew.

use std::collections::BTreeSet;
use std::path::Path;
use workmint_protocol::wire::contracts::{self, Contract};

#[test]
fn the_committed_abi_is_that_of_the_interfaces() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/abi");
    let modules = Contract::ALL.iter().map(|contract| (contract.name(), contract.abi()));
    let mut names = BTreeSet::new();
    for (name, abi) in modules.chain([(contracts::TOKEN_NAME, contracts::token_abi())]) {
        assert!(names.insert(name), "{name} twice");
        if abi.is_empty() {
            assert!(name.ends_with("Events"), "{name} has neither functions nor events");
            continue;
        }
        let text = format!("{}\n", serde_json::to_string_pretty(&abi).expect("JSON"));
        let path = folder.join(format!("{name}.json"));
        if std::env::var_os("WORKMINT_WRITE").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{name}.json is old: run this test with WORKMINT_WRITE=1");
    }
}

/// No two functions of a contract share a selector, and no contract two addresses.
#[test]
fn selectors_and_addresses_are_unique() {
    let addresses: BTreeSet<_> = Contract::ALL.iter().map(|contract| contract.address()).collect();
    assert_eq!(addresses.len(), Contract::ALL.len());
    for contract in Contract::ALL {
        let abi = contract.abi();
        let selectors: BTreeSet<_> = abi.functions().map(|function| function.selector()).collect();
        assert_eq!(selectors.len(), abi.functions().count(), "{}", contract.name());
    }
}
