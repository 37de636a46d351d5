/// Relative strength index (Wilder, *New Concepts in Technical Trading Systems*, 1978).
///
/// The first value belongs to the price at `period`. A series that never moves has the value 0, as TA-Lib has it. Panics if
/// there are not more prices than `period`, or `period` is 0.
pub(crate) fn rsi(prices: &[f64], period: usize) -> Vec<f64> {
    let changes: Vec<f64> = prices.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (start, rest) = changes.split_at(period);
    let n = period as f64;
    let mut gain = start.iter().map(|change| change.max(0.0)).sum::<f64>() / n;
    let mut loss = start.iter().map(|change| (-change).max(0.0)).sum::<f64>() / n;
    let index = |gain: f64, loss: f64| if gain + loss == 0.0 { 0.0 } else { 100.0 * (gain / (gain + loss)) };
    let mut values = Vec::with_capacity(rest.len() + 1);
    values.push(index(gain, loss));
    for change in rest {
        gain = (gain * (n - 1.0) + change.max(0.0)) / n;
        loss = (loss * (n - 1.0) + (-change).max(0.0)) / n;
        values.push(index(gain, loss));
    }
    values
}
