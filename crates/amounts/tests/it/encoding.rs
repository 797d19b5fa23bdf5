//! Borsh encodings: fixed bytes, strict decoding.

use proptest::prelude::*;
use workmint_amounts::{Amount, Ratio, SignedRatio};

use crate::oracle::{cases, number, ratio};

proptest! {
    #![proptest_config(cases(2_000, 500_000))]

    #[test]
    fn encodings_read_back(units in number(), ratio in ratio(), negative in any::<bool>()) {
        let amount = Amount::new(units);
        let bytes = borsh::to_vec(&amount).unwrap();
        prop_assert_eq!(&bytes, &units.to_le_bytes());
        prop_assert_eq!(borsh::from_slice::<Amount>(&bytes).unwrap(), amount);

        let bytes = borsh::to_vec(&ratio).unwrap();
        prop_assert_eq!(&bytes[..16], ratio.numerator().to_le_bytes());
        prop_assert_eq!(&bytes[16..], ratio.denominator().to_le_bytes());
        prop_assert_eq!(borsh::from_slice::<Ratio>(&bytes).unwrap(), ratio);

        let signed = SignedRatio::new(negative, ratio);
        let bytes = borsh::to_vec(&signed).unwrap();
        prop_assert_eq!(bytes.len(), 33);
        prop_assert_eq!(borsh::from_slice::<SignedRatio>(&bytes).unwrap(), signed);
    }

    /// Whatever bytes decode, decode to something that encodes to the same bytes.
    #[test]
    fn one_encoding_for_each_ratio(numerator in number(), denominator in number()) {
        let bytes = borsh::to_vec(&(numerator, denominator)).unwrap();
        match borsh::from_slice::<Ratio>(&bytes) {
            Ok(ratio) => prop_assert_eq!(borsh::to_vec(&ratio).unwrap(), bytes),
            Err(_) => prop_assert!(
                Ratio::new(numerator, denominator).ok().map(|r| (r.numerator(), r.denominator()))
                    != Some((numerator, denominator))
            ),
        }
    }
}

#[test]
fn damaged_encodings_are_refused() {
    let decode = |numerator: u128, denominator: u128| {
        borsh::from_slice::<Ratio>(&borsh::to_vec(&(numerator, denominator)).unwrap())
            .map_err(|error| error.to_string())
    };
    assert_eq!(decode(2, 4).unwrap_err(), "ratio is not in lowest terms");
    assert_eq!(decode(0, 2).unwrap_err(), "ratio is not in lowest terms");
    assert_eq!(decode(1, 0).unwrap_err(), "division by zero");
    assert_eq!(decode(0, 0).unwrap_err(), "division by zero");
    assert_eq!(decode(0, 1), Ok(Ratio::ZERO));
    assert!(borsh::from_slice::<Ratio>(&[0; 31]).is_err());
    assert!(borsh::from_slice::<Amount>(&[0; 17]).is_err());

    let signed = |sign: u8, ratio: Ratio| {
        borsh::from_slice::<SignedRatio>(&borsh::to_vec(&(sign, ratio)).unwrap())
    };
    assert!(signed(0, Ratio::ZERO).is_ok());
    assert!(signed(1, Ratio::ZERO).is_err());
    assert!(signed(2, Ratio::ONE).is_err());
    assert!(signed(1, Ratio::ONE).unwrap().is_negative());
}
