/// Exponential moving average with the weight 2 / (period + 1), begun with the mean of the first `period` prices.
///
/// The first value belongs to the price at `period - 1`. Panics if there are fewer prices than `period`, or `period` is 0.
pub(crate) fn ema(prices: &[f64], period: usize) -> Vec<f64> {
    let weight = 2.0 / (period as f64 + 1.0);
    let (start, rest) = prices.split_at(period);
    let mut average = start.iter().sum::<f64>() / period as f64;
    let mut values = Vec::with_capacity(rest.len() + 1);
    values.push(average);
    for price in rest {
        average += (price - average) * weight;
        values.push(average);
    }
    values
}
