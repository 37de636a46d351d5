//! The MCP server `order-executor`: a paper account on the simulated exchange.
//!
//! An order is executed in one transaction, and answered once it is on the disk: what a client was told survives the process.
//! Its id makes it safe to send again: an id is executed once, and later calls are told what became of it.

mod account;
mod cause;
mod change;
mod condition;
mod error;
mod matching;
mod money;
mod performance;
mod rows;
mod store;
mod types;
mod valuation;

use std::sync::Arc;

use account::Account;
use condition::Work;
use cryptofunk_metrics::{agent::McpClient, catalog, mcp_server};
pub(crate) use error::OrderError;
pub(crate) use types::{Order, Position, SessionStats, Trade, TradePage};
pub(crate) use valuation::Moment;
use valuation::Question;

use crate::{
    access::{Caller, Token},
    domain::trading::{self, Mode, Side, Symbol, TradeStatus},
    market_data::{LISTINGS, MarketData},
    settings,
};

/// Executes orders on paper.
#[derive(Debug, Clone)]
pub struct OrderExecutor {
    account: Arc<Account>,
    token: Token,
}

type Result<T> = std::result::Result<T, OrderError>;

impl OrderExecutor {
    /// The account in the database that the environment names, at the market that it names.
    pub async fn from_env() -> anyhow::Result<Self> {
        let market = settings::client_of::<MarketData>()?;
        let account = Account::open(&settings::database_url()?, market, settings::repeatable()?).await?;
        Ok(OrderExecutor { account: Arc::new(account), token: Token::from_env() })
    }

    /// The account of [`from_env`](Self::from_env), with its series exposed and its resting orders watched.
    pub async fn start() -> anyhow::Result<Self> {
        expose();
        let executor = OrderExecutor::from_env().await?;
        tokio::spawn(executor.clone().watch());
        Ok(executor)
    }

    /// The account in this database, at this market. Over HTTP it can only be looked at: there is no token.
    pub async fn open(database: &str, market: McpClient) -> anyhow::Result<Self> {
        Ok(OrderExecutor { account: Arc::new(Account::open(database, market, false).await?), token: Token::default() })
    }

    /// The account whose changes over HTTP need the token in this file.
    #[must_use]
    pub fn token_file(self, path: impl Into<std::path::PathBuf>) -> Self {
        OrderExecutor { token: Token::new(Some(path.into())), ..self }
    }

    /// Closes the database, with everything in its own file: what SQLite keeps beside it while it is open is written back.
    pub async fn close(self) {
        self.account.close().await;
    }

    /// Fills resting orders as the price crosses their limits, and keeps the gauges up to date, until the database is closed.
    pub async fn watch(self) {
        self.account.watch().await;
    }
}

/// Executes orders on paper money: market and limit orders, positions, sessions.
#[mcp_server(
    name = "order-executor",
    port = 9204,
    metrics = [trading, catalog::database],
    slo(success = 99, latency(99 < "1s"))
)]
impl OrderExecutor {
    /// Buys or sells at once, at the prices of the order book, with a fee of 0.1 %.
    #[mcp_tool(idempotent, open_world = false)]
    pub async fn place_market_order(
        &self,
        caller: Caller,
        /// Chosen by the caller; an order that was placed is not placed again.
        order_id: String,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// buy or sell.
        side: Side,
        /// How much, in units of the pair's first half.
        quantity: f64,
        /// The tick of now, whose order book it meets: another one is refused. A run with REPEATABLE may name one that has passed.
        at: Option<u64>,
    ) -> Result<Order> {
        caller.may_change(&self.token).await?;
        self.account.noted(Work::Orders, self.account.place(order_id, symbol, side, quantity, None, at).await)
    }

    /// Buys or sells at a price or better: now if the order book has it, else as soon as it does.
    #[mcp_tool(idempotent, open_world = false)]
    pub async fn place_limit_order(
        &self,
        caller: Caller,
        /// Chosen by the caller; an order that was placed is not placed again.
        order_id: String,
        /// The pair, such as BTC-USD.
        symbol: String,
        /// buy or sell.
        side: Side,
        /// How much, in units of the pair's first half.
        quantity: f64,
        /// The limit in USD.
        price: f64,
    ) -> Result<Order> {
        caller.may_change(&self.token).await?;
        self.account.noted(Work::Orders, self.account.place(order_id, symbol, side, quantity, Some(price), None).await)
    }

    /// Withdraws an order that rests.
    #[mcp_tool(destructive, idempotent, open_world = false)]
    pub async fn cancel_order(
        &self,
        caller: Caller,
        /// The id that it was placed with.
        order_id: String,
    ) -> Result<Order> {
        caller.may_change(&self.token).await?;
        self.account.noted(Work::Orders, self.account.cancel(order_id).await)
    }

    /// What became of an order.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn get_order_status(
        &self,
        /// The id that it was placed with.
        order_id: String,
    ) -> Result<Order> {
        self.account.noted(Work::Questions, self.account.status(order_id).await)
    }

    /// Starts a session with an account of its own, to which all further orders belong. A session that is active already is
    /// answered as it is.
    #[mcp_tool(idempotent, open_world = false)]
    pub async fn start_session(
        &self,
        caller: Caller,
        /// Chosen by the caller.
        session_id: String,
        /// For people.
        #[default]
        name: String,
        /// The cash to begin with, in USD.
        #[default(100_000.0)]
        initial_cash_usd: f64,
        /// Stop the session that is active, if it is another one.
        #[default(false)]
        replace: bool,
    ) -> Result<SessionStats> {
        caller.may_change(&self.token).await?;
        self.account
            .noted(Work::Sessions, self.account.start_session(session_id, name, initial_cash_usd, replace).await)
    }

    /// Stops a session: it takes no more orders, and those that rest are cancelled. Positions stay as they are.
    #[mcp_tool(destructive, idempotent, open_world = false)]
    pub async fn stop_session(
        &self,
        caller: Caller,
        /// The session; the active one if left out.
        session_id: Option<String>,
    ) -> Result<SessionStats> {
        caller.may_change(&self.token).await?;
        self.account.noted(Work::Sessions, self.account.stop_session(session_id).await)
    }

    /// Cash, positions, profit and risk of a session.
    #[mcp_tool(open_world = false)]
    pub async fn get_session_stats(
        &self,
        caller: Caller,
        /// The session; the active one if left out.
        session_id: Option<String>,
        /// The tick whose prices value the positions; now if left out.
        at: Option<u64>,
        /// Keep the portfolio's value at this tick, for drawdown and Sharpe ratio.
        #[default(false)]
        record: bool,
        /// Which cash and positions are meant.
        #[default]
        moment: Moment,
        /// How many of the kept values to answer.
        #[default(0)]
        history: u32,
    ) -> Result<SessionStats> {
        if record {
            caller.may_change(&self.token).await?;
        }
        let question = Question { at, moment, record, history: history.into() };
        self.account.noted(Work::Questions, self.account.session_stats(session_id, question).await)
    }

    /// The trades of a session, the newest first.
    #[mcp_tool(read_only, idempotent, open_world = false)]
    pub async fn list_trades(
        &self,
        /// The session; the active one if left out.
        session_id: Option<String>,
        /// How many, at most 500.
        #[default(50)]
        limit: u32,
        /// How many of the newest to leave out.
        #[default(0)]
        offset: u32,
    ) -> Result<TradePage> {
        self.account.noted(Work::Questions, self.account.trades(session_id, limit, offset).await)
    }

    #[health_check]
    async fn database(&self) -> std::result::Result<(), String> {
        self.account.check().await
    }

    #[health_check]
    fn watch_of_orders(&self) -> std::result::Result<(), String> {
        self.account.check_watch()
    }
}

/// Makes every series that trades will have, so that the first one is an increase that Prometheus sees.
fn expose() {
    for listing in LISTINGS {
        let symbol = || Symbol(listing.symbol.to_owned());
        trading::trades_total(symbol(), Side::Buy, TradeStatus::Filled, Mode::Paper);
        trading::trade_value_usd(symbol());
    }
}

#[cfg(test)]
mod tests;
