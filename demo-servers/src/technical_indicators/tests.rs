//! Properties, and what bad numbers get. Agreement with TA-Lib is shown end to end, in tests/e2e.

use proptest::prelude::*;
use statrs::statistics::Statistics;

use super::*;

fn prices() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.01..1e6f64, 60..200)
}

proptest! {
    #[test]
    fn rsi_stays_between_0_and_100(prices in prices(), period in 2usize..40) {
        prop_assert!(rsi(&prices, period).iter().all(|value| (0.0..=100.0).contains(value)));
    }

    #[test]
    fn an_average_stays_between_the_extremes(prices in prices(), period in 1usize..40) {
        let (low, high) = prices.iter().fold((f64::MAX, f64::MIN), |(low, high), price| (low.min(*price), high.max(*price)));
        prop_assert!(ema(&prices, period).iter().all(|value| *value >= low - 1e-6 && *value <= high + 1e-6));
    }

    #[test]
    fn bands_lie_around_their_middle(prices in prices(), period in 2usize..40) {
        let bands = bollinger_bands(&prices, period, 2.0);
        for ((upper, middle), lower) in bands.upper.iter().zip(&bands.middle).zip(&bands.lower) {
            prop_assert!(lower <= middle && middle <= upper);
        }
    }

    #[test]
    fn scaling_the_prices_does_not_change_the_adx(prices in prices(), scale in 0.5..2.0f64) {
        let bars = |scale: f64| {
            let close: Vec<f64> = prices.iter().map(|price| price * scale).collect();
            let high: Vec<f64> = close.iter().map(|price| price * 1.01).collect();
            let low: Vec<f64> = close.iter().map(|price| price * 0.99).collect();
            adx(&high, &low, &close, 14).adx
        };
        for (a, b) in bars(1.0).iter().zip(bars(scale)) {
            prop_assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
    }

    /// The same as window by window, also behind a price that is out of all proportion.
    #[test]
    fn bands_are_those_of_each_window(mut prices in prices(), period in 2usize..70, giant in 0usize..200) {
        if let Some(price) = prices.get_mut(giant) {
            *price = 1e30;
        }
        let bands = bollinger_bands(&prices, period, 2.0);
        prop_assert_eq!(bands.middle.len(), (prices.len() + 1).saturating_sub(period));
        for ((window, middle), upper) in prices.windows(period).zip(bands.middle).zip(bands.upper) {
            let (mean, deviation) = (window.mean(), window.population_std_dev());
            let size = window.iter().fold(0.0, |most: f64, price| most.max(*price));
            prop_assert!((middle - mean).abs() <= 1e-12 * size && (upper - mean - 2.0 * deviation).abs() <= 1e-11 * size);
        }
    }
}

#[tokio::test]
async fn bad_numbers_are_named() {
    let server = TechnicalIndicators;
    let message = |result: Result<Indicator, BadNumbers>| result.expect_err("bad numbers").to_string();
    let rising = |n: u32| (1..=n).map(f64::from).collect::<Vec<_>>();
    assert_eq!(message(server.calculate_rsi(vec![], 14).await), "`prices` is empty");
    assert_eq!(
        message(server.calculate_rsi(vec![1.0, f64::NAN], 14).await),
        "`prices`[1] is NaN, but should be a finite number"
    );
    assert_eq!(
        message(server.calculate_rsi(vec![1.0, -1.0], 14).await),
        "`prices`[1] is -1, but should be a price above 0"
    );
    assert_eq!(
        message(server.calculate_rsi(rising(20), 0).await),
        "`period` is 0, but should be a period from 2 to 10000"
    );
    assert_eq!(
        message(server.calculate_rsi(rising(14), 14).await),
        "`prices` has 14 numbers; an RSI of period 14 needs at least 15"
    );
    assert_eq!(
        message(server.calculate_rsi(rising(1_000_000), 14).await),
        "`prices` has 1000000 numbers; at most 100000 are accepted"
    );
    let error = server.calculate_macd(rising(100), 26, 12, 9).await.expect_err("fast above slow");
    assert_eq!(error.to_string(), "`fast_period` is 26, but should be below `slow_period`");
    let error = server.calculate_adx(rising(40), rising(39), rising(40), 14).await.expect_err("uneven");
    assert_eq!(
        error.to_string(),
        "`high` has 40 numbers and `low` 39; they describe the same bars, so they are equally long"
    );
    let bars = |prices: [f64; 3]| prices.map(|price| vec![price; 40]);
    for (prices, expected) in [
        ([1.0, 2.0, 1.5], "`high`[0] is 1, but should be at least `low` of the same bar"),
        ([2.0, 1.0, 2.5], "`close`[0] is 2.5, but should be at most `high` of the same bar"),
        ([2.0, 1.0, 0.5], "`close`[0] is 0.5, but should be at least `low` of the same bar"),
    ] {
        let [high, low, close] = bars(prices);
        assert_eq!(server.calculate_adx(high, low, close, 14).await.expect_err(expected).to_string(), expected);
    }
    assert_eq!(
        message(server.calculate_rsi(vec![-1e300, 1.0], 14).await),
        "`prices`[0] is -1e300, but should be a price above 0"
    );
    assert_eq!(
        message(server.calculate_ema(vec![f64::MAX; 30], 20).await),
        "these prices are too large to calculate with"
    );
}
