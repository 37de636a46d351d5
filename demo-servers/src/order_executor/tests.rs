//! The account at a real market server, in a real database file.

use std::time::Duration;

use cryptofunk_metrics::{
    Component, McpServer,
    mcp::{HttpSettings, ToolErrorCode},
};
use sqlx::Connection;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{domain::trading::OrderStatus, market_data::HISTORY, settings::Market};

mod honest;
mod replay;

/// A market whose minutes pass this quickly, and the folder of a database.
struct World {
    url: String,
    folder: TempDir,
    market: CancellationToken,
}

impl World {
    async fn new(tick: Duration) -> Self {
        let market = MarketData::new(Market { seed: 7, epoch: None, tick });
        let bound = market.bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
        let url = format!("http://{}/mcp", bound.local_addr());
        let market = CancellationToken::new();
        tokio::spawn(bound.run_until(market.clone().cancelled_owned()));
        World { url, folder: tempfile::tempdir().expect("a folder"), market }
    }

    /// An executor of a process that has just started.
    async fn executor(&self) -> OrderExecutor {
        self.executor_that(false).await
    }

    /// An executor of a run that is repeated, if it replays.
    async fn executor_that(&self, replays: bool) -> OrderExecutor {
        let market = McpClient::new(MarketData::NAME, self.url.clone());
        let account = Account::open(&self.database(), market, replays).await.expect("a database");
        OrderExecutor { account: Arc::new(account), token: Token::default() }
    }

    fn database(&self) -> String {
        format!("sqlite://{}/new/trades.db", self.folder.path().display())
    }

    /// The market goes away, and nobody listens where it was.
    async fn close_the_market(&self) {
        self.market.cancel();
        let address = self.url.trim_start_matches("http://").trim_end_matches("/mcp");
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}

impl World {
    /// Changes rows behind the executor's back.
    async fn tamper(&self, statement: &'static str) {
        self.tamper_all(statement, 1).await;
    }

    async fn tamper_all(&self, statement: &'static str, rows: u64) {
        assert_eq!(self.execute(statement).await, rows, "{statement}");
    }

    /// Answers how many rows were changed.
    async fn execute(&self, statement: &'static str) -> u64 {
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&self.database()).await.expect("the database");
        let changed = sqlx::query(statement).execute(&mut connection).await.expect("a statement");
        connection.close().await.expect("it is written");
        changed.rows_affected()
    }
}

const SLOW: Duration = Duration::from_secs(3_600);

async fn buy(executor: &OrderExecutor, id: &str, quantity: f64) -> Result<Order> {
    executor.place_market_order(Caller::Host, id.to_owned(), "BTC-USD".to_owned(), Side::Buy, quantity, None).await
}

async fn start(executor: &OrderExecutor, id: &str) -> Result<SessionStats> {
    executor.start_session(Caller::Host, id.to_owned(), "test".to_owned(), 100_000.0, false).await
}

async fn stats(executor: &OrderExecutor) -> SessionStats {
    executor.get_session_stats(Caller::Host, None, None, true, Moment::Now, 100).await.expect("an active session")
}

#[tokio::test]
async fn an_order_id_is_executed_once_also_by_the_next_process() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    assert!(matches!(buy(&executor, "a", 0.5).await, Err(OrderError::NoSession)));
    start(&executor, "s1").await.expect("a session");
    let first = buy(&executor, "a", 0.5).await.expect("an order");
    assert_eq!(first.status, OrderStatus::Filled);
    assert_eq!(buy(&executor, "a", 0.5).await.expect("the same order"), first);
    let other = buy(&executor, "a", 0.6).await.expect_err("another order");
    assert_eq!(other.to_string(), "order `a` exists and asks for something else; take another id");
    let before = stats(&executor).await;
    drop(executor);

    let executor = world.executor().await;
    assert_eq!(buy(&executor, "a", 0.5).await.expect("the same order"), first);
    assert_eq!(executor.get_order_status("a".to_owned()).await.expect("the same order"), first);
    assert_eq!(start(&executor, "s1").await.expect("the same session").session_id, "s1");
    let after = stats(&executor).await;
    assert_eq!((after.trades, after.cash_usd, after.positions.len()), (1, before.cash_usd, 1));
    let trade = first.trade.expect("it was filled");
    assert!((after.cash_usd - (100_000.0 - trade.value_usd - trade.fee_usd)).abs() < 1e-7);
    assert!((trade.fee_usd - 0.001 * trade.value_usd).abs() < 1e-7);
    assert!((after.positions[0].average_cost - (trade.value_usd + trade.fee_usd) / 0.5).abs() < 1e-6);
}

#[tokio::test]
async fn many_at_once_spend_no_cash_twice() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    // Each costs about a third of the cash.
    let orders = (0..20).map(|n| {
        let executor = executor.clone();
        tokio::spawn(async move { buy(&executor, &format!("o{}", n % 10), 0.45).await.expect("an answer") })
    });
    let mut filled = std::collections::BTreeSet::new();
    for order in orders.collect::<Vec<_>>() {
        let order = order.await.expect("no panic");
        match order.status {
            OrderStatus::Filled => drop(filled.insert(order.order_id)),
            _ => assert!(order.reason.is_some_and(|reason| reason.starts_with("it costs "))),
        }
    }
    let stats = stats(&executor).await;
    assert_eq!((stats.trades, stats.rejected_orders), (filled.len() as i64, 10 - filled.len() as i64));
    assert!(stats.cash_usd >= 0.0 && !filled.is_empty() && filled.len() < 4);
    let page = executor.list_trades(None, 500, 0).await.expect("trades");
    assert_eq!(page.trades.len(), filled.len());
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_words() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    let order = async |id: &str, symbol: &str, side, quantity| {
        executor.place_market_order(Caller::Host, id.to_owned(), symbol.to_owned(), side, quantity, None).await
    };
    let reason = async |id: &str, symbol: &str, side, quantity| {
        let order = order(id, symbol, side, quantity).await.expect("a refused order");
        assert_eq!((order.status, order.trade), (OrderStatus::Rejected, None));
        order.reason.expect("a reason")
    };
    assert_eq!(
        reason("1", "DOGE-USD", Side::Buy, 1.0).await,
        "it is not traded here; the symbols are BTC-USD, ETH-USD, SOL-USD"
    );
    assert_eq!(reason("2", "ETH-USD", Side::Sell, 1.0).await, "only 0 are held");
    assert!(reason("3", "ETH-USD", Side::Buy, 1e9).await.starts_with("the order book has only "));
    assert!(reason("4", "BTC-USD", Side::Buy, 1.9).await.starts_with("it costs "));
    for (id, symbol, quantity, message) in [
        ("", "BTC-USD", 1.0, "`order_id` is an id of 1 to 100 letters"),
        ("a b", "BTC-USD", 1.0, "`order_id` is an id"),
        ("5", "btc\nusd", 1.0, "cannot be a symbol"),
        ("5", "BTC-USD", 0.0, "`quantity` is 0, but should be from 0.00000001 to 10000000000"),
        ("5", "BTC-USD", -1.0, "`quantity` is -1"),
        ("5", "BTC-USD", f64::NAN, "`quantity` is NaN"),
        ("5", "BTC-USD", 1e300, "`quantity` is 1"),
    ] {
        let error = order(id, symbol, Side::Buy, quantity).await.expect_err(message).to_string();
        assert!(error.contains(message), "{error}");
    }
    assert_eq!(stats(&executor).await.rejected_orders, 4);
}

#[tokio::test]
async fn sessions_begin_and_end() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    let error = start(&executor, "s2").await.expect_err("another one is active").to_string();
    assert_eq!(error, "session `s1` is active; stop it first, or replace it with `replace`");
    let limit =
        executor.place_limit_order(Caller::Host, "rests".to_owned(), "BTC-USD".to_owned(), Side::Buy, 0.1, 100.0).await;
    assert_eq!(limit.expect("an order").status, OrderStatus::Open);
    assert_eq!(stats(&executor).await.open_orders, 1);
    let replaced =
        executor.start_session(Caller::Host, "s2".to_owned(), String::new(), 500.0, true).await.expect("a session");
    assert_eq!((replaced.cash_usd, replaced.active, replaced.open_orders), (500.0, true, 0));
    let old = executor
        .get_session_stats(Caller::Host, Some("s1".to_owned()), None, false, Moment::Now, 0)
        .await
        .expect("it is kept");
    assert_eq!((old.active, old.open_orders, old.cancelled_orders), (false, 0, 1));
    let error = start(&executor, "s1").await.expect_err("it has ended").to_string();
    assert_eq!(error, "session `s1` has ended, and its id cannot be used again");
    assert!(!executor.stop_session(Caller::Host, None).await.expect("it stops").active);
    assert!(matches!(buy(&executor, "late", 0.001).await, Err(OrderError::NoSession)));
    assert!(matches!(executor.get_order_status("no".to_owned()).await, Err(OrderError::UnknownOrder(_))));
    let error = executor.cancel_order(Caller::Host, "rests".to_owned()).await.map(|order| order.status);
    assert_eq!(error.expect("it was cancelled with its session"), OrderStatus::Cancelled);
}

#[tokio::test]
async fn what_clients_can_make_the_executor_keep_is_bounded() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    let long = "x".repeat(201);
    let error = executor.start_session(Caller::Host, "s1".to_owned(), long.clone(), 100_000.0, false).await;
    assert_eq!(error.expect_err("too long").to_string(), "`name` has 201 characters; at most 200 are accepted");
    start(&executor, "s1").await.expect("a session");
    // Nobody is told at length what they have asked.
    for error in [
        executor.get_order_status(long.clone()).await.map(drop),
        executor.cancel_order(Caller::Host, long.clone()).await.map(drop),
        executor.stop_session(Caller::Host, Some(long.clone())).await.map(drop),
        executor.list_trades(Some(long.clone()), 1, 0).await.map(drop),
    ] {
        let error = error.expect_err("there is none").to_string();
        assert!(error.ends_with("x…`") && error.len() < 150, "{error}");
    }
    let rest = async |id: &str| {
        executor.place_limit_order(Caller::Host, id.to_owned(), "BTC-USD".to_owned(), Side::Buy, 0.1, 100.0).await
    };
    rest("first").await.expect("it rests");
    world
        .tamper_all(
            "WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 1000)
             INSERT INTO orders SELECT 'copy-' || n, session_id, symbol, side, kind, quantity, limit_price, status, reason, tick,
             created_ms FROM orders, number",
            999,
        )
        .await;
    let error = rest("one-more").await.expect_err("too many");
    assert_eq!(error.to_string(), "1000 orders of the session rest, and no more can; cancel some of them");
    assert_eq!(error.code(), "too_many_orders");
    buy(&executor, "at-once", 0.001).await.expect("what does not rest is no burden");
    executor.cancel_order(Caller::Host, "first".to_owned()).await.expect("it is cancelled");
    rest("one-more").await.expect("there is place again");
}

/// The price goes somewhere: either the one limit order or the other fills, at its limit or better.
#[tokio::test]
async fn orders_that_go_on_resting_wait_for_nobody() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s").await.expect("a session");
    for id in ["one", "two"] {
        let order =
            executor.place_limit_order(Caller::Host, id.to_owned(), "BTC-USD".to_owned(), Side::Buy, 0.1, 100.0).await;
        assert_eq!(order.expect("it rests").status, OrderStatus::Open);
    }
    // Other orders are executed one after the other all the time.
    let _gate = executor.account.gate.lock().await;
    tokio::time::timeout(Duration::from_secs(30), executor.account.watch_once())
        .await
        .expect("in time")
        .expect("a look at them");
}

#[tokio::test]
async fn resting_orders_fill_when_the_price_crosses() {
    let world = World::new(Duration::from_millis(5)).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    let bought = buy(&executor, "first", 0.1).await.expect("an order").trade.expect("it was filled");
    let limits = [("below", Side::Buy, bought.price * 0.99), ("above", Side::Sell, bought.price * 1.01)];
    for (id, side, price) in limits {
        let order =
            executor.place_limit_order(Caller::Host, id.to_owned(), "BTC-USD".to_owned(), side, 0.1, price).await;
        assert_eq!(order.expect("an order").status, OrderStatus::Open, "the price is not there yet");
    }
    tokio::spawn(executor.clone().watch());
    let filled = loop {
        let orders =
            [executor.get_order_status("below".to_owned()).await, executor.get_order_status("above".to_owned()).await];
        let filled = orders.into_iter().flatten().find(|order| order.status == OrderStatus::Filled);
        match filled {
            Some(order) => break order,
            None => tokio::task::yield_now().await,
        }
    };
    let (limit, trade) = (filled.limit_price.expect("a limit"), filled.trade.expect("a trade"));
    match filled.side {
        Side::Buy => assert!(trade.price <= limit && trade.realized_pnl_usd.is_none()),
        Side::Sell => assert!(trade.price >= limit && trade.realized_pnl_usd.is_some_and(|pnl| pnl > 0.0)),
    }
    let error = executor.cancel_order(Caller::Host, filled.order_id.clone()).await.expect_err("too late").to_string();
    assert_eq!(error, format!("order `{}` is filled and cannot be cancelled", filled.order_id));
}

#[tokio::test]
async fn a_row_that_nobody_has_written_is_named() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    buy(&executor, "a", 0.1).await.expect("an order");
    let order = async || executor.get_order_status("a".to_owned()).await.map(drop);
    let trades = async || executor.list_trades(None, 10, 0).await.map(drop);
    let stats = async || {
        executor.get_session_stats(Caller::Host, Some("s1".to_owned()), None, false, Moment::Now, 0).await.map(drop)
    };
    let told = |result: Result<()>| {
        let error = result.expect_err("the row is wrong");
        assert_eq!(error.code(), "unreadable_row");
        error.to_string().split_once("nothing was done: ").expect("what was done").1.to_owned()
    };
    world.tamper("UPDATE orders SET status = 'lost'").await;
    let status = "`status` of row `a` in the table `orders` is `lost`, but should be open, filled, rejected, cancelled";
    assert_eq!(told(order().await), status);
    assert_eq!(told(stats().await), status, "it is not counted as something else");
    world.tamper("UPDATE orders SET status = 'filled', side = 'Buy'").await;
    assert_eq!(told(order().await), "`side` of row `a` in the table `orders` is `Buy`, but should be buy, sell");
    world.tamper("UPDATE orders SET side = 'buy', kind = ''").await;
    assert_eq!(told(order().await), "`kind` of row `a` in the table `orders` is ``, but should be market, limit");
    world.tamper("UPDATE orders SET kind = 'market', tick = -1").await;
    assert_eq!(told(order().await), "`tick` of row `a` in the table `orders` is `-1`, but should be at least 0");
    world.tamper("UPDATE orders SET tick = 1").await;
    world.tamper("UPDATE trades SET side = 'short'").await;
    let side = "`side` of row `a` in the table `trades` is `short`, but should be buy, sell";
    assert_eq!((told(order().await), told(trades().await)), (side.to_owned(), side.to_owned()));
    world.tamper("UPDATE trades SET side = 'buy'").await;
    world.tamper("UPDATE sessions SET active = 2").await;
    assert_eq!(told(stats().await), "`active` of row `s1` in the table `sessions` is `2`, but should be 0, 1");
    world.tamper("UPDATE sessions SET active = 1").await;
    order().await.and(trades().await).and(stats().await).expect("everything is right again");
}

/// What the health check of the database says once it says what is expected; found within a moment, since checks are shared.
async fn health(executor: &OrderExecutor, healthy: bool) -> String {
    loop {
        match executor.database().await {
            Ok(()) if healthy => return String::new(),
            Err(error) if !healthy => return error,
            _ => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_database_that_refuses_is_unhealthy_until_it_takes_what_it_refused() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    health(&executor, true).await;
    let trigger = "CREATE TRIGGER refuses BEFORE INSERT ON trades BEGIN SELECT RAISE(FAIL, 'no more trades'); END";
    world.tamper_all(trigger, 0).await;
    health(&executor, true).await;
    buy(&executor, "o1", 0.1).await.expect_err("it is refused");
    assert!(health(&executor, false).await.contains("no more trades"));
    stats(&executor).await;
    assert!(health(&executor, false).await.contains("no more trades"), "reading proves nothing about writing");
    world.tamper_all("DROP TRIGGER refuses", 0).await;
    buy(&executor, "o1", 0.1).await.expect("it is taken");
    health(&executor, true).await;
    let trigger = "CREATE TRIGGER refuses BEFORE UPDATE ON health BEGIN SELECT RAISE(FAIL, 'no writes'); END";
    world.tamper_all(trigger, 0).await;
    assert!(health(&executor, false).await.contains("no writes"), "nobody has to place an order for that");
}

#[tokio::test]
async fn a_database_file_that_is_deleted_is_missed_and_takes_no_orders() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    let file = world.folder.path().join("new/trades.db");
    let away = world.folder.path().join("new/away.db");
    std::fs::rename(&file, &away).expect("it is moved");
    let told = health(&executor, false).await;
    assert!(told.starts_with(&format!("the database file {} was deleted or replaced", file.display())), "{told}");
    let error = buy(&executor, "lost", 0.1).await.expect_err("it would be lost with the process").to_string();
    assert_eq!(error, told.replace("while it was open", "while it was open, nothing was done"));
    assert!(!file.exists(), "nobody makes another one in its place");
    std::fs::rename(&away, &file).expect("it is moved back");
    health(&executor, true).await;
    buy(&executor, "kept", 0.1).await.expect("an order");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_told_in_words() {
    let world = World::new(SLOW).await;
    let executor = world.executor().await;
    start(&executor, "s1").await.expect("a session");
    let file = world.folder.path().join("new/trades.db");
    let url = format!("sqlite://{}", file.display());
    let open = async |url: &str| {
        let opened = Account::open(url, McpClient::new(MarketData::NAME, world.url.clone()), false).await;
        let error = opened.expect_err("it cannot be used").to_string();
        let place = url.split('?').next().unwrap_or_default();
        assert!(error.starts_with(&format!("cannot open the database {place}")), "{error}");
        error
    };
    let error = open(&format!("{url}?mode=ro")).await;
    assert!(error.contains("it is read-only; make the file and its folder writable"), "{error}");

    world.tamper_all("PRAGMA wal_checkpoint(TRUNCATE)", 0).await;
    let size = std::fs::metadata(&file).expect("a file").len();
    std::fs::write(&file, "garbage ".repeat(usize::try_from(size).expect("it is small") / 8)).expect("it is damaged");
    let damaged = "it is damaged, or no database; put a copy in its place, or move it away to begin anew";
    let told = health(&executor, false).await;
    assert!(told.contains(damaged), "{told}");
    drop(executor);
    let error = open(&url).await;
    assert!(error.contains(damaged), "{error}");
    let error = open("sqlite:///proc/trades.db").await;
    assert!(error.contains("the file cannot be opened; its folder must be there, and writable"), "{error}");
}
