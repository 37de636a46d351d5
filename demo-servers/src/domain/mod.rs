//! What CryptoFunk measures beside what the library does: signals, trades, risk, votes and messages.
//!
//! A value that is a label and is also stored or sent is one enum, which derives `Label` and serde's traits.

pub mod agents;
pub mod nats;
pub mod orchestrator;
pub mod risk;
pub mod trading;

use cryptofunk_metrics::{Catalog, catalog};

/// All families of CryptoFunk: those of the library and its own.
pub const CATALOG: Catalog = Catalog::new(&[
    catalog::mcp::METRICS,
    agents::every::METRICS,
    orchestrator::METRICS,
    trading::METRICS,
    risk::METRICS,
    catalog::system::METRICS,
    nats::METRICS,
]);

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::Label;
    use serde::{Serialize, de::DeserializeOwned};

    use super::{
        orchestrator::Action,
        risk::{LimitType, Reason},
        trading::{OrderKind, OrderStatus, Side},
    };

    /// Asserts that these are the values of the label, and that JSON has the same words.
    fn words<T: Label + Serialize + DeserializeOwned>(words: &[&str]) {
        assert_eq!(T::VALUES.known(), Some(words));
        for word in words {
            let value: T = serde_json::from_value((*word).into()).expect("a value of this word");
            assert_eq!((value.label_value(), serde_json::to_value(&value).ok()), (*word, Some((*word).into())));
        }
    }

    #[test]
    fn labels_and_json_have_the_same_words() {
        words::<Side>(&["buy", "sell"]);
        words::<OrderKind>(&["market", "limit"]);
        words::<OrderStatus>(&["open", "filled", "rejected", "cancelled"]);
        words::<LimitType>(&["position_size", "exposure", "drawdown", "daily_loss", "var"]);
        words::<Reason>(&["max_drawdown", "high_volatility", "rate_limit", "manual_halt"]);
        words::<Action>(&["buy", "sell", "hold", "no_consensus", "vetoed"]);
    }
}
