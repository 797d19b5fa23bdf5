//! What a unit of weight took of collateral, where that follows rewards.

use clap::Args;
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Parameters, Score, Source};
use workmint_core::offline::OfflineEpoch;

use crate::failure::Failure;
use crate::output::asset_of;

/// Facts of the epoch.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Networks where collateral follows rewards")]
pub(super) struct UnitPrice {
    /// Collateral of a unit of weight when the epoch's weights were fixed, display units.
    #[arg(long, value_name = "AMOUNT")]
    unit_price: Option<String>,
}

impl UnitPrice {
    /// Puts it into the epoch, and says what stands in for what is missing.
    pub(super) fn take(
        &self,
        parameters: &Parameters,
        epoch: &mut OfflineEpoch,
        assumed: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let usage = |source: &Source, score: &Score| {
            *score == Score::WorkDone && matches!(source, Source::Emission { .. })
        };
        if parameters.streams.iter().any(|stream| usage(&stream.source, &stream.score)) {
            assumed.push("customers paid nothing for jobs and sessions".to_owned());
        }
        let Some(text) = &self.unit_price else {
            if parameters.weights.unit_price.is_some() {
                assumed.push("a unit of weight takes what it takes at first (--unit-price)".into());
            }
            return Ok(());
        };
        let wrong = |why: String| Failure::Input(format!("--unit-price {text}: {why}"));
        let Some(rule) = &parameters.weights.unit_price else {
            let network = &parameters.network.name;
            return Err(wrong(format!("network {network} has no [weights.unit_price]")));
        };
        let asset = asset_of(parameters, parameters.collateral.asset)?;
        let units = 10_u128.checked_pow(asset.decimals.into()).map(Ratio::from_integer);
        let price = Ratio::parse_decimal(text).map_err(|error| wrong(error.to_string()))?;
        let price = units.and_then(|units| price.checked_mul(units).ok());
        let price = price.filter(|price| (rule.minimum..=rule.maximum).contains(price));
        let shown = |bound: Ratio| units.and_then(|units| bound.checked_div(units).ok());
        let (least, most) = (shown(rule.minimum), shown(rule.maximum));
        let allowed = least.zip(most).map(|(least, most)| format!("{least} to {most}"));
        let price = price.ok_or_else(|| {
            let allowed = allowed.unwrap_or_default();
            wrong(format!("it is out of range; allowed: {allowed} {}", asset.symbol))
        })?;
        epoch.unit_price = Some(price);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workmint_networks::preset;

    fn taken(network: &str, text: Option<&str>) -> Result<(OfflineEpoch, Vec<String>), String> {
        let parameters = preset(network).unwrap().definition().unwrap().parameters;
        let options = UnitPrice { unit_price: text.map(str::to_owned) };
        let (mut epoch, mut assumed) = (OfflineEpoch::default(), Vec::new());
        let done = options.take(&parameters, &mut epoch, &mut assumed);
        done.map(|()| (epoch, assumed)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_price_is_within_the_rules_bounds() {
        let (epoch, assumed) = taken("workmint", Some("110.5")).unwrap();
        assert_eq!(epoch.unit_price, Some(Ratio::from_integer(110_500_000_000)));
        assert_eq!(assumed.len(), 1, "{assumed:?}");
        let (epoch, assumed) = taken("workmint", None).unwrap();
        assert_eq!((epoch.unit_price, assumed.len()), (None, 2));
        for text in ["0.5", "100001", "-1", "much"] {
            let error = taken("workmint", Some(text)).unwrap_err();
            assert!(error.contains(&format!("--unit-price {text}")), "{error}");
        }
        assert!(taken("workmint", Some("0")).unwrap_err().contains("1 to 100000 WMT"));
        assert!(taken("gonka", Some("1")).unwrap_err().contains("no [weights.unit_price]"));
    }
}
