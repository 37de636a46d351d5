//! What a session is worth: its cash and positions at a moment, at the prices of a tick.
//!
//! A round that was cut off is played again, and has to see what it saw the first time: its opening, and each trade of its own, but none that came
//! later. Trades are kept for ever, so an account of the past is what they add up to.

use cryptofunk_metrics::agent::McpClient;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    error::OrderError,
    matching::{Holding, settle},
    money::{amount, number},
    performance::{self, performance},
    rows::{SessionRow, StoreError},
    store::Store,
    types::{Position, SessionStats},
};
use crate::market_data::{LISTINGS, Price};

/// The values of a session that its performance is calculated from, at most: a week of the market.
const VALUES: i64 = 10_080;

type Result<T> = std::result::Result<T, OrderError>;

/// Which cash and positions are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Those of now.
    #[default]
    Now,
    /// Those of the round of the tick `at` when it began, before its orders; those of now if it has not.
    Opening,
    /// Those after the trade of this number.
    AfterTrade(i64),
}

/// What is asked of a session.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Question {
    /// The tick whose prices count; that of now if there is none.
    pub(super) at: Option<u64>,
    pub(super) moment: Moment,
    /// Whether the value is kept, and with it that a round begins.
    pub(super) record: bool,
    /// How many of the kept values are answered.
    pub(super) history: i64,
}

/// Cash and positions.
struct Holdings {
    cash: Decimal,
    held: Vec<(String, Holding)>,
}

/// Values sessions, at a market.
#[derive(Debug, Clone, Copy)]
pub(super) struct Valuation<'a> {
    pub(super) store: &'a Store,
    pub(super) market: &'a McpClient,
}

impl Valuation<'_> {
    /// The price of a pair.
    pub(super) async fn price(self, symbol: &str, at: Option<u64>) -> Result<Price> {
        Ok(self.market.call("get_price", json!({ "symbol": symbol, "at": at })).await?)
    }

    /// Everything that is known of a session. To keep its value is the last thing that is done: whatever fails before has done nothing.
    pub(super) async fn stats(self, session: SessionRow, question: Question) -> Result<SessionStats> {
        let Question { at, moment, record, history } = question;
        let last_trade = self.store.last_trade(&session.id).await?;
        let until = match (moment, at) {
            (Moment::AfterTrade(number), _) => number,
            (Moment::Opening, Some(tick)) => self.store.opening(&session.id, tick).await?.unwrap_or(last_trade),
            _ => last_trade,
        };
        let Holdings { cash, held } = self.holdings(&session, until, last_trade).await?;
        // The same moment for all of them.
        let mut tick = at;
        if tick.is_none() && (held.is_empty() || session.active) {
            tick = Some(self.price(LISTINGS[0].symbol, None).await?.tick);
        }
        let (mut positions, mut value) = (Vec::new(), cash);
        for (symbol, holding) in held {
            let price = self.price(&symbol, tick).await?;
            tick = Some(price.tick);
            let worth = (holding.quantity * amount(price.price).unwrap_or_default()).round_dp(8);
            value += worth;
            positions.push(position(symbol, holding, price.price, worth));
        }
        let tick = tick.unwrap_or_default();
        let totals = self.store.totals(&session.id).await?;
        let recorded_tick = self.store.recorded_tick(&session.id).await?;
        let kept = self.store.values(&session.id, tick, VALUES).await?;
        let is_new = record && session.active && kept.last().is_none_or(|(last, _)| *last != tick);
        let mut values: Vec<f64> = kept.into_iter().map(|(_, value)| number(value)).collect();
        if is_new {
            values.push(number(value));
        }
        let values_usd = values[values.len().saturating_sub(usize::try_from(history).unwrap_or(0))..].to_vec();
        if values.last() != Some(&number(value)) {
            values.push(number(value));
        }
        let performance = performance(&values, totals.sales, totals.winning_sales);
        let pnl = number(value - session.initial_cash);
        if is_new {
            self.store.record(&session.id, tick, value, last_trade).await?;
        }
        if session.active && at.is_none() {
            performance::show(positions.len(), number(value), pnl, &performance);
        }
        Ok(SessionStats {
            session_id: session.id,
            name: session.name,
            active: session.active,
            tick,
            initial_cash_usd: number(session.initial_cash),
            cash_usd: number(cash),
            exposure_usd: number(value - cash),
            portfolio_value_usd: number(value),
            total_pnl_usd: pnl,
            realized_pnl_usd: number(totals.realized_pnl),
            fees_usd: number(totals.fees),
            positions,
            trades: totals.trades,
            rejected_orders: totals.rejected,
            cancelled_orders: totals.cancelled,
            open_orders: totals.open,
            win_rate: performance.win_rate,
            sharpe_ratio: performance.sharpe_ratio,
            max_drawdown: performance.max_drawdown,
            current_drawdown: performance.current_drawdown,
            recorded_tick: if is_new { recorded_tick.max(Some(tick)) } else { recorded_tick },
            values_usd,
        })
    }

    /// Cash and positions after a trade of the session, of which there may be later ones.
    async fn holdings(self, session: &SessionRow, until: i64, last_trade: i64) -> Result<Holdings> {
        if until >= last_trade {
            return Ok(Holdings { cash: session.cash, held: self.store.holdings(&session.id).await? });
        }
        let mut holdings = Holdings { cash: session.initial_cash, held: Vec::new() };
        for trade in self.store.trades_until(&session.id, until).await? {
            let known = holdings.held.iter().position(|(symbol, _)| *symbol == trade.symbol);
            let place = known.unwrap_or_else(|| {
                holdings.held.push((trade.symbol.clone(), Holding::default()));
                holdings.held.len() - 1
            });
            let holding = &mut holdings.held[place].1;
            let settled = settle(holdings.cash, *holding, trade.side, trade.quantity, trade.price);
            let settled = settled.map_err(|reason| StoreError::Books { trade: trade.number, reason })?;
            (holdings.cash, *holding) = (settled.cash, settled.holding);
        }
        holdings.held.retain(|(_, holding)| holding.quantity > Decimal::ZERO);
        holdings.held.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(holdings)
    }
}

fn position(symbol: String, holding: Holding, price: f64, worth: Decimal) -> Position {
    Position {
        symbol,
        quantity: number(holding.quantity),
        average_cost: number(holding.cost / holding.quantity),
        price,
        value_usd: number(worth),
        unrealized_pnl_usd: number(worth - holding.cost),
    }
}
