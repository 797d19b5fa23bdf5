//! Amounts of the asset that rewards are paid in.

use serde::{Serialize, Serializer};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::Parameters;

use super::Error;

/// The asset of rewards, as answers write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its symbol.
    pub symbol: String,
    /// Digits after the dot of a display unit.
    pub decimals: u8,
    suffix: String,
}

impl Unit {
    /// The asset that the network's emission mints.
    ///
    /// # Errors
    /// [`Error::NoAsset`] if the parameters do not define it.
    pub fn of(parameters: &Parameters) -> Result<Self, Error> {
        let asset = parameters.asset(parameters.emission.asset).ok_or(Error::NoAsset)?;
        let symbol = asset.symbol.as_str().to_owned();
        let suffix = symbol.to_lowercase();
        Ok(Self { symbol, decimals: asset.decimals, suffix })
    }

    /// A field's name with the asset's: `estimate` becomes `estimate_bly`.
    #[must_use]
    pub fn key(&self, field: &str) -> String {
        format!("{field}_{}", self.suffix)
    }

    /// An amount as answers write it.
    #[must_use]
    pub const fn money(&self, amount: Amount) -> Money {
        Money { amount, decimals: self.decimals }
    }

    /// An amount for people, exact: `1,141.552511415 BLY`.
    #[must_use]
    pub fn shown(&self, amount: Amount) -> String {
        format!("{} {}", grouped_amount(amount, self.decimals), self.symbol)
    }
}

/// An amount in display units: a decimal string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Base units.
    pub amount: Amount,
    /// Digits after the dot.
    pub decimals: u8,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.amount.to_decimal(self.decimals))
    }
}

/// A number with thousands separators and no trailing zeros, of 10^-`decimals`.
pub(super) fn grouped(number: u64, decimals: u8) -> String {
    grouped_amount(Amount::new(number.into()), decimals)
}

fn grouped_amount(amount: Amount, decimals: u8) -> String {
    let digits = amount.to_decimal(decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    amount.to_grouped(decimals, u8::try_from(fraction).unwrap_or(decimals))
}

/// A share in per cent with one digit, rounded down: `45.2`; a dash if it is beyond every number.
#[must_use]
pub fn percent(share: Ratio) -> String {
    let hundred = share.checked_mul(Ratio::from_integer(100));
    hundred.map_or_else(|_| "-".to_owned(), |percent| percent.to_decimal_string(1))
}
