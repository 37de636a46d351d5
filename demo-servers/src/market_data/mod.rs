//! The MCP server `market-data`.

mod cache;
mod clock;
mod exchange;

use std::sync::{Mutex, PoisonError};

use cache::Cache;
use clock::Clock;
use cryptofunk_metrics::{
    catalog::{self, system},
    mcp::ToolErrorCode,
    mcp_server,
};
pub(crate) use exchange::{Candle, Exchange, HISTORY, LISTINGS, Level, Venue};
use exchange::{DAY, LEVELS};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::settings::{self, Market};

/// Answers for the simulated market.
#[derive(Debug)]
pub struct MarketData {
    market: Market,
    clock: Clock,
    exchange: Mutex<Exchange>,
    cache: Cache,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum MarketError {
    #[error("`{0}` is not traded here; the symbols are BTC-USD, ETH-USD and SOL-USD")]
    UnknownSymbol(String),
    #[error("tick {asked} has not happened yet; the market is at {now}")]
    Future { asked: u64, now: u64 },
    #[error("tick {0} is forgotten; the last 50000 are kept")]
    Forgotten(u64),
    #[error("`{name}` is {value}, but should be from 1 to {most}")]
    Length { name: &'static str, value: usize, most: usize },
}

impl ToolErrorCode for MarketError {
    fn code(&self) -> &'static str {
        match self {
            MarketError::UnknownSymbol(_) => "unknown_symbol",
            MarketError::Future { .. } => "future_tick",
            MarketError::Forgotten(_) => "forgotten_tick",
            MarketError::Length { .. } => "invalid_length",
        }
    }
}

/// A price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// The pair.
    pub symbol: String,
    /// The venue.
    pub venue: Venue,
    /// The middle between the best offers, in USD.
    pub price: f64,
    /// The highest offer to buy.
    pub bid: f64,
    /// The lowest offer to sell.
    pub ask: f64,
    /// The tick that the price is of: a minute of the market.
    pub tick: u64,
    /// How long a tick takes, in milliseconds.
    pub tick_ms: u64,
}

/// Statistics of the last 1,440 ticks, a day of the market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ticker {
    /// The pair.
    pub symbol: String,
    /// The first price.
    pub open: f64,
    /// The highest price.
    pub high: f64,
    /// The lowest price.
    pub low: f64,
    /// The last price.
    pub last: f64,
    /// The last price by the first, minus 1.
    pub change_ratio: f64,
    /// The quantity that was traded.
    pub volume: f64,
    /// The tick at which the day ends.
    pub tick: u64,
}

/// The offers of a venue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderBook {
    /// The pair.
    pub symbol: String,
    /// The venue.
    pub venue: Venue,
    /// The tick.
    pub tick: u64,
    /// Offers to buy, the highest first.
    pub bids: Vec<Level>,
    /// Offers to sell, the lowest first.
    pub asks: Vec<Level>,
}

/// A course of prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chart {
    /// The pair.
    pub symbol: String,
    /// One candle a tick, oldest first.
    pub candles: Vec<Candle>,
}

impl MarketData {
    /// The market that the environment describes, with a cache in Redis if `REDIS_URL` is set.
    pub fn from_env() -> anyhow::Result<Self> {
        let cache = match settings::variable::<String>("REDIS_URL", "a URL, such as redis://127.0.0.1/")? {
            Some(url) => Cache::redis(&url)
                .map_err(|error| anyhow::anyhow!("REDIS_URL is `{}`: {error}", settings::without_password(&url)))?,
            None => Cache::memory(),
        };
        // There from the start, whether or not there is a Redis.
        system::redis_connections_active();
        let market = Market::from_env()?;
        let clock = Clock::start(&market, Some(settings::market_clock_file()?));
        Ok(MarketData { cache, clock, ..MarketData::new(market) })
    }

    /// This market, with a clock and a cache in this process.
    pub fn new(market: Market) -> Self {
        let clock = Clock::start(&market, None);
        MarketData { market, clock, exchange: Mutex::new(Exchange::new(market.seed)), cache: Cache::memory() }
    }

    /// The tick that is asked for, if it has happened.
    fn tick(&self, at: Option<u64>) -> Result<u64, MarketError> {
        let now = self.clock.now();
        match at {
            Some(asked) if asked > now => Err(MarketError::Future { asked, now }),
            Some(asked) => Ok(asked),
            None => Ok(now),
        }
    }

    /// What the exchange says of a listed pair.
    fn ask<T>(
        &self,
        symbol: &str,
        tick: u64,
        question: impl FnOnce(&mut Exchange) -> Option<T>,
    ) -> Result<T, MarketError> {
        if !LISTINGS.iter().any(|listing| listing.symbol == symbol) {
            return Err(MarketError::UnknownSymbol(symbol.chars().take(32).collect()));
        }
        let mut exchange = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        question(&mut exchange).ok_or(MarketError::Forgotten(tick))
    }

    /// The answer of this key, calculated unless somebody has asked before.
    async fn cached<T: Serialize + DeserializeOwned>(
        &self,
        key: String,
        answer: impl FnOnce() -> Result<T, MarketError>,
    ) -> Result<T, MarketError> {
        // Another seed is another market, and Redis may serve several.
        let key = format!("cryptofunk:{}:{key}", self.market.seed);
        if let Some(known) = self.cache.get(&key).await.and_then(|text| serde_json::from_str(&text).ok()) {
            return Ok(known);
        }
        let answer = answer()?;
        if let Ok(text) = serde_json::to_string(&answer) {
            self.cache.set(key, text).await;
        }
        Ok(answer)
    }
}

/// Prices, order books and candles of a simulated exchange with two venues.
#[mcp_server(
    name = "market-data",
    port = 9201,
    metrics = [catalog::redis],
    slo(success = 99.5, latency(99 < "500ms"))
)]
impl MarketData {
    /// The price of a pair, with the best offers.
    #[mcp_tool(read_only, idempotent, open_world = false, slo(success = 99.9, latency(99 < "200ms")))]
    pub async fn get_price(
        &self,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// The venue; orders are executed on alpha.
        #[default]
        venue: Venue,
        /// The tick to look at; now if left out.
        at: Option<u64>,
    ) -> Result<Price, MarketError> {
        let tick = self.tick(at)?;
        let (price, book) = self.ask(&symbol, tick, |exchange| {
            Some((exchange.price(&symbol, venue, tick)?, exchange.book(&symbol, venue, tick)?))
        })?;
        Ok(Price {
            symbol,
            venue,
            price,
            bid: book.bids[0].price,
            ask: book.asks[0].price,
            tick,
            tick_ms: u64::try_from(self.market.tick.as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Open, high, low, change and volume of the last 24 hours of the market.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn get_ticker_24h(
        &self,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// The tick to look at; now if left out.
        at: Option<u64>,
    ) -> Result<Ticker, MarketError> {
        let tick = self.tick(at)?;
        self.cached(format!("ticker:{symbol}:{tick}"), || {
            let candles = self.ask(&symbol, tick, |exchange| exchange.candles(&symbol, tick, DAY))?;
            let (first, last) = (candles[0], candles[candles.len() - 1]);
            Ok(Ticker {
                open: first.open,
                high: candles.iter().fold(f64::MIN, |high, candle| high.max(candle.high)),
                low: candles.iter().fold(f64::MAX, |low, candle| low.min(candle.low)),
                last: last.close,
                change_ratio: last.close / first.open - 1.0,
                volume: candles.iter().map(|candle| candle.volume).sum(),
                symbol: symbol.clone(),
                tick,
            })
        })
        .await
    }

    /// The offers to buy and sell of a venue, the best first.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn get_order_book(
        &self,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// The venue; orders are executed on alpha.
        #[default]
        venue: Venue,
        /// How many offers on each side, at most 20.
        #[default(10)]
        depth: usize,
        /// The tick to look at; now if left out.
        at: Option<u64>,
    ) -> Result<OrderBook, MarketError> {
        let tick = self.tick(at)?;
        length("depth", depth, LEVELS)?;
        let mut book = self.ask(&symbol, tick, |exchange| exchange.book(&symbol, venue, tick))?;
        book.bids.truncate(depth);
        book.asks.truncate(depth);
        Ok(OrderBook { symbol, venue, tick, bids: book.bids, asks: book.asks })
    }

    /// Candles of a pair: open, high, low, close and volume of each tick.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn get_market_chart(
        &self,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// How many candles, at most 1440; the newest is the last.
        #[default(100)]
        limit: usize,
        /// The tick to look at; now if left out.
        at: Option<u64>,
    ) -> Result<Chart, MarketError> {
        let tick = self.tick(at)?;
        length("limit", limit, DAY)?;
        self.cached(format!("chart:{symbol}:{tick}:{limit}"), || {
            let candles = self.ask(&symbol, tick, |exchange| exchange.candles(&symbol, tick, limit))?;
            Ok(Chart { symbol: symbol.clone(), candles })
        })
        .await
    }

    #[health_check]
    async fn cache(&self) -> Result<(), String> {
        self.cache.check().await
    }
}

fn length(name: &'static str, value: usize, most: usize) -> Result<(), MarketError> {
    if (1..=most).contains(&value) { Ok(()) } else { Err(MarketError::Length { name, value, most }) }
}
