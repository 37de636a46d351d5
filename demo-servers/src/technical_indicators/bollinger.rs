use statrs::statistics::Statistics;

/// The bands, equally long.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bands {
    /// Above the average.
    pub upper: Vec<f64>,
    /// The simple moving average.
    pub middle: Vec<f64>,
    /// Below the average.
    pub lower: Vec<f64>,
}

/// Bollinger bands: the mean of `period` prices, and `deviations` population standard deviations around it.
///
/// The first values belong to the price at `period - 1`. Panics if `period` is 0.
pub(crate) fn bollinger_bands(prices: &[f64], period: usize, deviations: f64) -> Bands {
    let mut bands = Bands { upper: Vec::new(), middle: Vec::new(), lower: Vec::new() };
    for window in prices.windows(period) {
        let mean = window.mean();
        let distance = deviations * window.population_std_dev();
        bands.upper.push(mean + distance);
        bands.middle.push(mean);
        bands.lower.push(mean - distance);
    }
    bands
}
