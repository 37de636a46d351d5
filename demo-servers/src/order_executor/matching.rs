//! What an order gets on an order book, and what that does to an account.

use rust_decimal::Decimal;

use super::money::{amount, fee_rate, number};
use crate::{domain::trading::Side, market_data::Level};

/// What an order gets.
#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    /// All of it, at this average price.
    Filled(Decimal),
    /// Nothing now.
    Resting,
    /// Nothing ever.
    Rejected(String),
}

/// Takes offers, the best first, until the quantity is there. A limit order takes none beyond its limit, and rests unless it
/// gets everything at once.
pub fn execute(offers: &[Level], side: Side, quantity: Decimal, limit: Option<Decimal>) -> Match {
    let mut missing = quantity;
    let mut value = Decimal::ZERO;
    for offer in offers {
        let (Some(price), Some(offered)) = (amount(offer.price), amount(offer.quantity)) else { continue };
        let beyond = limit.is_some_and(|limit| match side {
            Side::Buy => price > limit,
            Side::Sell => price < limit,
        });
        if beyond || missing.is_zero() {
            break;
        }
        let taken = offered.min(missing);
        value += taken * price;
        missing -= taken;
    }
    match limit {
        _ if missing.is_zero() => Match::Filled((value / quantity).round_dp(8)),
        Some(_) => Match::Resting,
        None => Match::Rejected(format!("the order book has only {} of {quantity}", quantity - missing)),
    }
}

/// A pair that is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holding {
    /// How much.
    pub quantity: Decimal,
    /// What it has cost, with fees.
    pub cost: Decimal,
}

/// What a trade does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// The cash afterwards.
    pub cash: Decimal,
    /// The holding afterwards.
    pub holding: Holding,
    /// The fee.
    pub fee: Decimal,
    /// What a sale has gained over the average cost of what was sold, fees included; nothing for a purchase.
    pub realized_pnl: Option<Decimal>,
}

/// Pays for a trade; says why not, if the account lacks the cash or the quantity. Nobody sells what they do not have.
pub fn settle(
    cash: Decimal,
    holding: Holding,
    side: Side,
    quantity: Decimal,
    price: Decimal,
) -> Result<Settlement, String> {
    let value = (price * quantity).round_dp(8);
    let fee = (value * fee_rate()).round_dp(8);
    match side {
        Side::Buy if value + fee > cash => {
            Err(format!("it costs {:.2} USD with its fee, and {:.2} USD are there", number(value + fee), number(cash)))
        }
        Side::Buy => Ok(Settlement {
            cash: cash - value - fee,
            holding: Holding { quantity: holding.quantity + quantity, cost: holding.cost + value + fee },
            fee,
            realized_pnl: None,
        }),
        Side::Sell if quantity > holding.quantity => Err(format!("only {} are held", holding.quantity)),
        Side::Sell => {
            let cost = if quantity == holding.quantity {
                holding.cost
            } else {
                (holding.cost * quantity / holding.quantity).round_dp(8)
            };
            Ok(Settlement {
                cash: cash + value - fee,
                holding: Holding { quantity: holding.quantity - quantity, cost: holding.cost - cost },
                fee,
                realized_pnl: Some(value - fee - cost),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn levels(prices: &[(f64, f64)]) -> Vec<Level> {
        prices.iter().map(|(price, quantity)| Level { price: *price, quantity: *quantity }).collect()
    }

    fn d(value: f64) -> Decimal {
        amount(value).expect("an amount")
    }

    #[test]
    fn a_large_order_pays_more() {
        let asks = levels(&[(100.0, 1.0), (101.0, 1.0), (103.0, 5.0)]);
        assert_eq!(execute(&asks, Side::Buy, d(1.0), None), Match::Filled(d(100.0)));
        assert_eq!(execute(&asks, Side::Buy, d(4.0), None), Match::Filled(d(101.75)));
        assert_eq!(
            execute(&asks, Side::Buy, d(10.0), None),
            Match::Rejected("the order book has only 7 of 10".to_owned())
        );
    }

    #[test]
    fn a_limit_order_fills_at_its_limit_or_rests() {
        let asks = levels(&[(100.0, 1.0), (101.0, 1.0)]);
        assert_eq!(execute(&asks, Side::Buy, d(2.0), Some(d(101.0))), Match::Filled(d(100.5)));
        assert_eq!(execute(&asks, Side::Buy, d(2.0), Some(d(100.5))), Match::Resting);
        assert_eq!(execute(&asks, Side::Buy, d(3.0), Some(d(200.0))), Match::Resting);
        let bids = levels(&[(99.0, 2.0), (98.0, 2.0)]);
        assert_eq!(execute(&bids, Side::Sell, d(1.0), Some(d(99.0))), Match::Filled(d(99.0)));
        assert_eq!(execute(&bids, Side::Sell, d(1.0), Some(d(99.5))), Match::Resting);
    }

    #[test]
    fn a_round_trip_by_hand() {
        // Buys 2 at 100: 200 and a fee of 0.2. Sells 1 at 110: 110 less 0.11, against a cost of 100.1.
        let bought = settle(d(1000.0), Holding::default(), Side::Buy, d(2.0), d(100.0)).expect("enough cash");
        assert_eq!((bought.cash, bought.fee, bought.realized_pnl), (d(799.8), d(0.2), None));
        let sold = settle(bought.cash, bought.holding, Side::Sell, d(1.0), d(110.0)).expect("enough held");
        assert_eq!((sold.cash, sold.realized_pnl), (d(909.69), Some(d(9.79))));
        assert_eq!(sold.holding, Holding { quantity: d(1.0), cost: d(100.1) });
        let error = settle(sold.cash, sold.holding, Side::Sell, d(1.5), d(110.0)).expect_err("too much");
        assert_eq!(error, "only 1 are held");
        let error = settle(d(10.0), Holding::default(), Side::Buy, d(1.0), d(10.0)).expect_err("the fee is missing");
        assert_eq!(error, "it costs 10.01 USD with its fee, and 10.00 USD are there");
    }

    proptest! {
        /// Cash and holdings never appear or vanish: what was paid and what was gained add up, whatever is traded.
        #[test]
        fn the_books_balance(trades in prop::collection::vec((any::<bool>(), 0.001..5.0f64, 1.0..1000.0f64), 1..60)) {
            let start = d(50_000.0);
            let (mut cash, mut holding) = (start, Holding::default());
            let mut realized = Decimal::ZERO;
            for (buy, quantity, price) in trades {
                let side = if buy { Side::Buy } else { Side::Sell };
                if let Ok(settled) = settle(cash, holding, side, d(quantity), d(price)) {
                    (cash, holding) = (settled.cash, settled.holding);
                    realized += settled.realized_pnl.unwrap_or_default();
                }
            }
            prop_assert!(cash >= Decimal::ZERO && holding.quantity >= Decimal::ZERO);
            prop_assert_eq!(cash + holding.cost, start + realized);
        }
    }
}
