//! What several agents ask the market.

use cryptofunk_metrics::agent::{CallError, McpClient};
use serde_json::json;

use crate::market_data::{Candle, Chart};

/// The last candles of a pair at a tick.
pub(super) async fn candles(
    market: &McpClient,
    symbol: &str,
    tick: u64,
    limit: usize,
) -> Result<Vec<Candle>, CallError> {
    let chart: Chart = market.call("get_market_chart", json!({ "symbol": symbol, "limit": limit, "at": tick })).await?;
    Ok(chart.candles)
}

/// The closing prices.
pub(super) fn closes(candles: &[Candle]) -> Vec<f64> {
    candles.iter().map(|candle| candle.close).collect()
}
