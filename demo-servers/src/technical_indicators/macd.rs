use super::ema::ema;

/// The lines of the MACD, equally long.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lines {
    /// The fast minus the slow average.
    pub macd: Vec<f64>,
    /// The average of that.
    pub signal: Vec<f64>,
    /// The difference of the two.
    pub histogram: Vec<f64>,
}

/// Moving average convergence divergence, with TA-Lib's start: both averages begin with a mean that ends at the same price.
///
/// The first values belong to the price at `slow + signal - 2`. Panics if there are not that many prices and one more, or
/// `fast` is above `slow`.
pub(crate) fn macd(prices: &[f64], fast: usize, slow: usize, signal: usize) -> Lines {
    let slow_average = ema(prices, slow);
    let fast_average = ema(&prices[slow - fast..], fast);
    let distance: Vec<f64> = fast_average.iter().zip(&slow_average).map(|(fast, slow)| fast - slow).collect();
    let signal_line = ema(&distance, signal);
    let macd = distance[signal - 1..].to_vec();
    let histogram = macd.iter().zip(&signal_line).map(|(macd, signal)| macd - signal).collect();
    Lines { macd, signal: signal_line, histogram }
}
