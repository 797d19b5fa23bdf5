//! Amounts that moved, and who may move them: the ERC-20 events `Transfer` and `Approval`.

use super::spec::EventSpec;
use super::{Log, spec};
use crate::wire::addresses;
use crate::wire::token::{Token, UNLIMITED, address_word, number_word};
use std::sync::LazyLock;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::ledger::{Event, Holder, Ledger, Posting};

static TRANSFER: LazyLock<EventSpec> = LazyLock::new(transfer_spec);
static APPROVAL: LazyLock<EventSpec> = LazyLock::new(approval_spec);

fn transfer_spec() -> EventSpec {
    let zero = Address::ZERO;
    spec!("IERC20Events", zero, Transfer { from: Address, to: Address, value: Amount })
}

fn approval_spec() -> EventSpec {
    let zero = Address::ZERO;
    spec!("IERC20Events", zero, Approval { owner: Address, spender: Address, value: Amount })
}

/// The declarations.
pub(super) fn specs() -> Vec<EventSpec> {
    vec![transfer_spec(), approval_spec()]
}

/// An amount that moved. Issuance is the zero address, so that a mint comes from it and a burn goes
/// to it; a pot is the address that nobody has a key of.
pub(super) fn transfer(posting: &Posting, ledger: &Ledger) -> Log {
    let of = |holder: &Holder| match holder {
        Holder::Issuance => Address::ZERO,
        Holder::Account(handle) => ledger.address(*handle),
        Holder::Pot(pot) => addresses::pot(pot),
    };
    let (from, to) = (of(&posting.from), of(&posting.to));
    let values = vec![
        Token::Word(address_word(&from)),
        Token::Word(address_word(&to)),
        Token::Word(number_word(posting.amount.get())),
    ];
    TRANSFER.log(addresses::token(posting.asset), values)
}

/// What the ledger tells beside the amounts that moved.
pub(super) fn log(event: &Event) -> Option<Log> {
    match event {
        // Its posting says it.
        Event::Transferred { .. } => None,
        Event::Approved { owner, spender, asset, amount } => {
            // The engine's number for what never runs out is another than the wire's.
            let value = match *amount {
                Amount::MAX => UNLIMITED,
                amount => number_word(amount.get()),
            };
            let values = vec![
                Token::Word(address_word(owner)),
                Token::Word(address_word(spender)),
                Token::Word(value),
            ];
            Some(APPROVAL.log(addresses::token(*asset), values))
        }
    }
}
