use cryptofunk_metrics::testing::{Recording, value_of};
use proptest::prelude::*;

use super::*;
use crate::domain::risk::{LimitType, Reason};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

/// The worked example of Hyndman and Fan's definition 7: 101 equally spaced returns have their percentiles on the grid.
#[test]
fn historical_var_is_a_sample_quantile() {
    let returns: Vec<f64> = (0..=100).map(|i| f64::from(i - 50) / 1000.0).collect();
    let var = historical(&returns, 0.95).expect("a value at risk");
    assert!(close(var.var_ratio, 0.045), "{var:?}");
    // The mean of -0.050, -0.049, …, -0.045.
    assert!(close(var.expected_shortfall_ratio, 0.0475), "{var:?}");
}

/// McNeil, Frey and Embrechts, *Quantitative Risk Management*, example 2.11: for a normal loss, VaR is μ + σ Φ⁻¹(α), and
/// Φ⁻¹(0.95) = 1.6448536269514722, Φ⁻¹(0.99) = 2.3263478740408408.
#[test]
fn parametric_var_is_a_normal_quantile() {
    // Mean 0 and sample standard deviation 1.
    let returns = [1.0, -1.0, 1.0, -1.0, 0.0];
    for (confidence, z) in [(0.95, 1.644_853_626_951_472_2), (0.99, 2.326_347_874_040_840_8)] {
        let var = parametric(&returns, confidence).expect("a value at risk");
        assert!((var.var_ratio - z).abs() < 1e-9, "{var:?}");
    }
}

#[tokio::test]
async fn var_in_usd_moves_its_gauge() {
    let returns: Vec<f64> = (0..=100).map(|i| f64::from(i - 50) / 1000.0).collect();
    let var =
        RiskAnalyzer.calculate_var(returns, 0.99, Method::Historical, Some(10_000.0)).await.expect("a value at risk");
    assert!(close(var.var_usd.expect("in USD"), 490.0));
    assert!(close(value_of(risk::var_value_usd(risk::Confidence::P99)), 490.0));
}

#[tokio::test]
async fn broken_limits_are_named_and_counted() {
    let recording = Recording::start();
    let portfolio = Portfolio {
        value_usd: 1000.0,
        largest_position_usd: 101.0,
        exposure_usd: 800.0,
        drawdown: 0.2,
        daily_loss_usd: 0.0,
        var_usd: 0.0,
    };
    let result = RiskAnalyzer.check_limits(portfolio, Limits::default()).await.expect("a check");
    assert!(!result.approved);
    let types: Vec<LimitType> = result.breaches.iter().map(|breach| breach.limit_type).collect();
    assert_eq!(types, [LimitType::PositionSize, LimitType::Drawdown], "a limit that is reached is not broken");
    assert_eq!(recording.increase_of(risk::risk_limit_breaches_total(LimitType::PositionSize)), 1);
    assert_eq!(recording.increase_of(risk::risk_limit_breaches_total(LimitType::Exposure)), 0);
}

/// The textbook bet: a coin that wins twice the stake with probability 0.5 deserves a quarter of the capital.
#[test]
fn kelly_of_a_coin() {
    let stake = |p, b, fraction| kelly(p, b, fraction).expect("a stake");
    assert_eq!(stake(0.5, 2.0, 0.5), Kelly { kelly_fraction: 0.25, recommended_fraction: 0.125 });
    assert_eq!(stake(0.4, 1.0, 1.0).recommended_fraction, 0.0, "a losing bet deserves nothing");
    for ratio in [1e-320, 5e-324] {
        let error = kelly(0.5, ratio, 1.0).expect_err("it overflows");
        assert!(error.to_string().contains("`win_loss_ratio` is too small"), "{error}");
    }
}

/// Each of these once answered an infinity, or set a metric to it.
#[tokio::test]
async fn results_that_are_no_numbers_are_refused() {
    let loss = RiskAnalyzer.calculate_var(vec![-10.0; 2], 0.95, Method::Historical, Some(f64::MAX)).await;
    assert_eq!(loss.expect_err("it overflows").to_string(), "the loss in USD is too large to calculate with");
    let sharpe = sharpe(&[1e300, -1e300, 1e300], 0.0, 365.0).expect_err("the deviation overflows").to_string();
    assert_eq!(sharpe, "these returns are too large to calculate with");
    let portfolio = Portfolio {
        value_usd: 1e-300,
        largest_position_usd: 1e300,
        exposure_usd: 0.0,
        drawdown: 0.0,
        daily_loss_usd: 0.0,
        var_usd: 0.0,
    };
    let share = RiskAnalyzer.check_limits(portfolio, Limits::default()).await.expect_err("the share overflows");
    assert!(share.to_string().starts_with("`portfolio.value_usd` is too small beside the other amounts"), "{share}");
}

#[test]
fn sharpe_by_hand() {
    // Mean 0.02, sample deviation 0.01.
    let result = sharpe(&[0.01, 0.02, 0.03], 0.0, 4.0).expect("a ratio");
    assert!(close(result.sharpe_ratio, 4.0), "{result:?}");
    assert_eq!(
        sharpe(&[0.1; 5], 0.0, 365.0).expect_err("no variation").to_string(),
        "these returns do not vary, so their Sharpe ratio is undefined"
    );
}

#[test]
fn drawdown_by_hand() {
    let result = drawdown(&[100.0, 120.0, 90.0, 110.0, 130.0, 117.0]);
    assert!(close(result.max_drawdown, 0.25) && close(result.current_drawdown, 0.1), "{result:?}");
    assert_eq!((result.peak_index, result.trough_index), (1, 2));
}

#[tokio::test]
async fn bad_numbers_are_named() {
    let message = |result: Result<ValueAtRisk, BadNumbers>| result.expect_err("bad numbers").to_string();
    let var = |returns, confidence| RiskAnalyzer.calculate_var(returns, confidence, Method::Historical, None);
    assert_eq!(message(var(vec![], 0.95).await), "`returns` is empty");
    assert_eq!(message(var(vec![0.1], 0.95).await), "`returns` has 1 numbers; a value at risk needs at least 2");
    assert_eq!(
        message(var(vec![0.1, f64::INFINITY], 0.95).await),
        "`returns`[1] is inf, but should be a finite number"
    );
    for confidence in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
        let text = message(var(vec![0.1, 0.2], confidence).await);
        assert_eq!(text, format!("`confidence` is {confidence}, but should be above 0 and below 1, such as 0.95"));
    }
    assert_eq!(
        message(var(vec![0.0; 1_000_000], 0.95).await),
        "`returns` has 1000000 numbers; at most 100000 are accepted"
    );
}

proptest! {
    #[test]
    fn shortfall_is_at_least_the_var(returns in prop::collection::vec(-0.9..0.9f64, 2..300), confidence in 0.5..0.999f64) {
        for var in [historical(&returns, confidence), parametric(&returns, confidence)] {
            let var = var.expect("a value at risk");
            prop_assert!(var.expected_shortfall_ratio >= var.var_ratio - 1e-12, "{var:?}");
        }
    }

    #[test]
    fn more_confidence_means_more_risk(returns in prop::collection::vec(-0.9..0.9f64, 2..300)) {
        let at = |confidence| historical(&returns, confidence).expect("a value at risk").var_ratio;
        prop_assert!(at(0.99) >= at(0.95));
    }
}

#[tokio::test]
async fn the_circuit_breaker_trips_and_comes_back() {
    let ask = async |caller, drawdown, volatility, orders, halt, known| {
        RiskAnalyzer.check_circuit_breaker(caller, drawdown, volatility, orders, halt, known).await
    };
    let check = async |drawdown, volatility, orders, halt| {
        let breaker = ask(Caller::Host, drawdown, volatility, orders, halt, Vec::new()).await.expect("numbers");
        assert_eq!(breaker.tripped, !breaker.reasons.is_empty());
        breaker.reasons
    };
    let gauge = |reason| value_of(risk::circuit_breaker_tripped(reason));
    assert_eq!(check(0.1, 0.001, 3, false).await, []);
    assert_eq!(
        check(0.15, 0.02, 60, true).await,
        [Reason::MaxDrawdown, Reason::HighVolatility, Reason::RateLimit, Reason::ManualHalt]
    );
    assert_eq!(gauge(Reason::MaxDrawdown), 1);
    assert_eq!(gauge(Reason::ManualHalt), 1);
    // Just below its limit is not enough; a switch has no such memory.
    assert_eq!(check(0.14, 0.009, 59, false).await, [Reason::MaxDrawdown, Reason::HighVolatility, Reason::RateLimit]);
    assert_eq!(check(0.11, 0.007, 44, false).await, []);
    assert_eq!(gauge(Reason::MaxDrawdown), 0);
    // A process that has forgotten it is told by its caller, but not what was never near.
    let known = vec![Reason::MaxDrawdown, Reason::RateLimit, Reason::ManualHalt];
    let told = ask(Caller::Host, 0.14, 0.009, 44, false, known).await.expect("numbers");
    assert_eq!(told.reasons, [Reason::MaxDrawdown]);
    assert_eq!(check(0.0, 0.0, 0, false).await, []);
    // Who may change nothing is told what it would say.
    let stranger = ask(Caller::Http(None), 0.2, 0.0, 0, false, Vec::new()).await.expect("numbers");
    assert_eq!((stranger.reasons, gauge(Reason::MaxDrawdown)), (vec![Reason::MaxDrawdown], 0));
    let error = ask(Caller::Http(None), 0.0, 0.0, 0, true, Vec::new()).await.expect_err("no token").code();
    assert_eq!(error, "unauthorized");
    let error = ask(Caller::Host, 1.5, 0.0, 0, false, Vec::new()).await.expect_err("no drawdown");
    assert_eq!(error.to_string(), "`drawdown` is 1.5, but should be from 0 to 1");
}
