//! Amounts with their unit, and numbers as machines read them.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::AssetId;

/// An asset, as amounts name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its symbol.
    pub symbol: String,
    /// Digits after the dot of a display unit.
    pub decimals: u8,
}

impl Unit {
    /// An asset; `None` if the parameters do not define it.
    #[must_use]
    pub fn of(parameters: &Parameters, asset: AssetId) -> Option<Self> {
        let asset = parameters.asset(asset)?;
        Some(Self { symbol: asset.symbol.as_str().to_owned(), decimals: asset.decimals })
    }

    /// An amount with its unit.
    #[must_use]
    pub fn money(&self, amount: Amount) -> Money {
        Money { amount, unit: self.clone() }
    }
}

/// An amount with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Base units.
    pub amount: Amount,
    /// Their asset.
    pub unit: Unit,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Money", 3)?;
        object.serialize_field("amount", &self.amount.to_string())?;
        object.serialize_field("asset", &self.unit.symbol)?;
        object.serialize_field("decimals", &self.unit.decimals)?;
        object.end()
    }
}

/// A number as a decimal string.
pub(crate) fn text<S: Serializer>(
    number: &impl ToString,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.to_string())
}
