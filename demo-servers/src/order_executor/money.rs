//! Exact amounts: decimals with eight places, which the database keeps as whole numbers.

use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive, ToPrimitive},
};

/// Places behind the point.
const PLACES: u32 = 8;

/// The fee of a trade, as a share of its value.
pub(super) fn fee_rate() -> Decimal {
    Decimal::new(1, 3)
}

/// The nearest amount; nothing for what is not finite or too large to count with.
pub(crate) fn amount(value: f64) -> Option<Decimal> {
    let amount = Decimal::from_f64(value)?.round_dp(PLACES);
    (amount.abs() <= Decimal::from(10_000_000_000_u64)).then_some(amount)
}

/// As the database keeps it.
pub(super) fn units(amount: Decimal) -> i64 {
    let mut amount = amount.round_dp(PLACES);
    amount.rescale(PLACES);
    i64::try_from(amount.mantissa()).expect("amounts are limited where they come from")
}

/// As it is calculated with.
pub(super) fn from_units(units: i64) -> Decimal {
    Decimal::from_i128_with_scale(units.into(), PLACES).normalize()
}

/// As clients see it.
pub(super) fn number(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn amounts_survive_the_database(value in -1e10..1e10f64) {
            let amount = amount(value).expect("a finite number");
            prop_assert_eq!(from_units(units(amount)), amount);
            prop_assert!((number(amount) - value).abs() < 1e-5);
        }
    }

    #[test]
    fn what_is_no_amount() {
        for value in [f64::NAN, f64::INFINITY, 1e11, -1e11] {
            assert_eq!(amount(value), None);
        }
    }
}
