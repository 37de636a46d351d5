//! Sessions, orders, trades and positions in a database: an SQLite file, or PostgreSQL.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use cryptofunk_metrics::Label;
use rust_decimal::Decimal;
use sqlx::{AnyConnection, AnyPool, Connection, Row, any::AnyPoolOptions};

use super::{
    change::Change,
    condition::File,
    matching::{Holding, Settlement},
    money::{from_units, units},
    rows::{OrderRow, SessionRow, StoreError, TradeRow, holding, order, session, status, trade},
};
use crate::domain::trading::OrderStatus;

/// Connections that are opened at most.
const CONNECTIONS: u32 = 5;
/// How long an operation waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

type Result<T> = std::result::Result<T, StoreError>;

/// The database.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pool: AnyPool,
    url: String,
    /// Of an SQLite database.
    file: Option<File>,
}

/// What a session's orders and trades add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Totals {
    pub(super) trades: i64,
    pub(super) rejected: i64,
    pub(super) cancelled: i64,
    pub(super) open: i64,
    pub(super) sales: i64,
    pub(super) winning_sales: i64,
    pub(super) fees: Decimal,
    pub(super) realized_pnl: Decimal,
}

impl Store {
    /// Opens the database, and makes the tables that are missing.
    pub(super) async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let sqlite = url.starts_with("sqlite:");
        if let Some(folder) = url.strip_prefix("sqlite://").and_then(|path| Path::new(path).parent()) {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        let with_mode = |mode: &str| match sqlite && !url.contains('?') {
            true => format!("{url}?mode={mode}"),
            false => url.to_owned(),
        };
        if sqlite {
            let mut first = AnyConnection::connect(&with_mode("rwc")).await?;
            prepare(&mut first, sqlite).await?;
            first.close().await?;
        }
        let file = File::of(url)?;
        // A file that is deleted later is not made again.
        let url = with_mode("rw");
        let options = AnyPoolOptions::new()
            .max_connections(if url.contains(":memory:") { 1 } else { CONNECTIONS })
            .acquire_timeout(PATIENCE)
            .test_before_acquire(true)
            .after_connect(move |connection, _| Box::pin(prepare(connection, sqlite)));
        let pool = options.connect(&url).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
        let store = Store { pool, url, file };
        store.check().await?;
        Ok(store)
    }

    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Closes the database. SQLite's write-ahead log goes into its file first, so that this is all that somebody copies.
    pub(super) async fn close(&self) -> Result<()> {
        let written = match self.url.starts_with("sqlite:") {
            true => sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await.map(drop),
            false => Ok(()),
        };
        // A question that is still asked is not waited for.
        let _ = tokio::time::timeout(PATIENCE, self.pool.close()).await;
        Ok(written?)
    }

    /// The connections, unless they lead into a file that is not there any more.
    fn db(&self) -> Result<&AnyPool> {
        self.file.as_ref().map_or(Ok(()), File::check)?;
        Ok(&self.pool)
    }

    /// Whether the database takes a write, and its file can be read.
    pub(super) async fn check(&self) -> Result<()> {
        let query = "INSERT INTO health (id, checked_ms) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET checked_ms = excluded.checked_ms";
        sqlx::query(query).bind(now_ms()).execute(self.db()?).await?;
        match &self.file {
            Some(file) => file.read(&self.url).await,
            None => Ok(()),
        }
    }

    pub(super) async fn session(&self, id: &str) -> Result<Option<SessionRow>> {
        let row = sqlx::query("SELECT * FROM sessions WHERE id = $1").bind(id).fetch_optional(self.db()?).await?;
        row.as_ref().map(session).transpose()
    }

    pub(super) async fn active_session(&self) -> Result<Option<SessionRow>> {
        let query = "SELECT * FROM sessions WHERE active = 1 ORDER BY started_ms DESC LIMIT 1";
        let row = sqlx::query(query).fetch_optional(self.db()?).await?;
        row.as_ref().map(session).transpose()
    }

    /// Starts a session, and stops those that were active; answers their orders that were resting, which are cancelled.
    pub(super) async fn start_session(&self, id: &str, name: &str, cash: Decimal) -> Result<Vec<OrderRow>> {
        let mut tx = Change::begin(self.db()?).await?;
        let cancelled = stop(&mut tx, None).await?;
        let query =
            "INSERT INTO sessions (id, name, initial_cash, cash, active, started_ms) VALUES ($1, $2, $3, $3, 1, $4)";
        sqlx::query(query).bind(id).bind(name).bind(units(cash)).bind(now_ms()).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(cancelled)
    }

    /// Stops a session; answers the orders that were resting, which are cancelled.
    pub(super) async fn stop_session(&self, id: &str) -> Result<Vec<OrderRow>> {
        let mut tx = Change::begin(self.db()?).await?;
        let cancelled = stop(&mut tx, Some(id)).await?;
        tx.commit().await?;
        Ok(cancelled)
    }

    pub(super) async fn order(&self, id: &str) -> Result<Option<OrderRow>> {
        let row = sqlx::query("SELECT * FROM orders WHERE id = $1").bind(id).fetch_optional(self.db()?).await?;
        row.as_ref().map(order).transpose()
    }

    pub(super) async fn resting(&self, session: &str) -> Result<Vec<OrderRow>> {
        let query = "SELECT * FROM orders WHERE session_id = $1 AND status = 'open' ORDER BY created_ms, id";
        let rows = sqlx::query(query).bind(session).fetch_all(self.db()?).await?;
        rows.iter().map(order).collect()
    }

    /// How many orders of a session rest.
    pub(super) async fn count_resting(&self, session: &str) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM orders WHERE session_id = $1 AND status = 'open'";
        Ok(sqlx::query(query).bind(session).fetch_one(self.db()?).await?.try_get(0)?)
    }

    /// Records a new order that is not filled.
    pub(super) async fn add_order(&self, order: &OrderRow) -> Result<()> {
        let mut tx = Change::begin(self.db()?).await?;
        insert_order(&mut tx, order).await?;
        tx.commit().await
    }

    /// Withdraws a resting order; answers it as it is now, and whether it was still resting. Nothing if there is none.
    pub(super) async fn cancel(&self, id: &str) -> Result<Option<(OrderRow, bool)>> {
        let mut tx = Change::begin(self.db()?).await?;
        let query = "UPDATE orders SET status = 'cancelled' WHERE id = $1 AND status = 'open'";
        let withdrawn = sqlx::query(query).bind(id).execute(&mut *tx).await?.rows_affected() == 1;
        let row = sqlx::query("SELECT * FROM orders WHERE id = $1").bind(id).fetch_optional(&mut *tx).await?;
        let found = row.as_ref().map(order).transpose()?;
        tx.commit().await?;
        Ok(found.map(|order| (order, withdrawn)))
    }

    /// Refuses a resting order that nobody can pay for any more.
    pub(super) async fn reject(&self, id: &str, reason: &str) -> Result<()> {
        let query = "UPDATE orders SET status = 'rejected', reason = $2 WHERE id = $1 AND status = 'open'";
        let mut tx = Change::begin(self.db()?).await?;
        sqlx::query(query).bind(id).bind(reason).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// Records a trade with everything that it changes, all or nothing. `is_new` says whether the order is not recorded yet.
    /// Answers the trade, and how many positions are open after it.
    pub(super) async fn fill(
        &self,
        order: &OrderRow,
        is_new: bool,
        price: Decimal,
        tick: u64,
        settlement: &Settlement,
    ) -> Result<(TradeRow, i64)> {
        let mut tx = Change::begin(self.db()?).await?;
        if is_new {
            insert_order(&mut tx, order).await?;
        } else {
            sqlx::query("UPDATE orders SET status = 'filled' WHERE id = $1").bind(&order.id).execute(&mut *tx).await?;
        }
        let number: i64 =
            sqlx::query("SELECT COALESCE(MAX(number), 0) + 1 FROM trades").fetch_one(&mut *tx).await?.try_get(0)?;
        let trade = TradeRow {
            number,
            order_id: order.id.clone(),
            symbol: order.symbol.clone(),
            side: order.side,
            quantity: order.quantity,
            price,
            fee: settlement.fee,
            realized_pnl: settlement.realized_pnl,
            tick,
            executed_ms: now_ms(),
        };
        sqlx::query(
            "INSERT INTO trades (number, order_id, session_id, symbol, side, quantity, price, fee, realized_pnl, tick, executed_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(number)
        .bind(&trade.order_id)
        .bind(&order.session_id)
        .bind(&trade.symbol)
        .bind(trade.side.label_value())
        .bind(units(trade.quantity))
        .bind(units(trade.price))
        .bind(units(trade.fee))
        .bind(trade.realized_pnl.map(units))
        .bind(tick as i64)
        .bind(trade.executed_ms)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE sessions SET cash = $2 WHERE id = $1")
            .bind(&order.session_id)
            .bind(units(settlement.cash))
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO positions (session_id, symbol, quantity, cost) VALUES ($1, $2, $3, $4)
             ON CONFLICT (session_id, symbol) DO UPDATE SET quantity = excluded.quantity, cost = excluded.cost",
        )
        .bind(&order.session_id)
        .bind(&order.symbol)
        .bind(units(settlement.holding.quantity))
        .bind(units(settlement.holding.cost))
        .execute(&mut *tx)
        .await?;
        let query = "SELECT COUNT(*) FROM positions WHERE session_id = $1 AND quantity > 0";
        let open = sqlx::query(query).bind(&order.session_id).fetch_one(&mut *tx).await?.try_get(0)?;
        tx.commit().await?;
        Ok((trade, open))
    }

    pub(super) async fn holding(&self, session: &str, symbol: &str) -> Result<Holding> {
        let query = "SELECT * FROM positions WHERE session_id = $1 AND symbol = $2";
        let row = sqlx::query(query).bind(session).bind(symbol).fetch_optional(self.db()?).await?;
        Ok(row.as_ref().map(holding).transpose()?.map(|(_, holding)| holding).unwrap_or_default())
    }

    /// What is held, by symbol.
    pub(super) async fn holdings(&self, session: &str) -> Result<Vec<(String, Holding)>> {
        let query = "SELECT * FROM positions WHERE session_id = $1 AND quantity > 0 ORDER BY symbol";
        let rows = sqlx::query(query).bind(session).fetch_all(self.db()?).await?;
        rows.iter().map(holding).collect()
    }

    pub(super) async fn trade(&self, order_id: &str) -> Result<Option<TradeRow>> {
        let row =
            sqlx::query("SELECT * FROM trades WHERE order_id = $1").bind(order_id).fetch_optional(self.db()?).await?;
        row.as_ref().map(trade).transpose()
    }

    /// Trades of a session, the newest first.
    pub(super) async fn trades(&self, session: &str, limit: i64, offset: i64) -> Result<Vec<TradeRow>> {
        let query = "SELECT * FROM trades WHERE session_id = $1 ORDER BY number DESC LIMIT $2 OFFSET $3";
        let rows = sqlx::query(query).bind(session).bind(limit).bind(offset).fetch_all(self.db()?).await?;
        rows.iter().map(trade).collect()
    }

    pub(super) async fn totals(&self, session: &str) -> Result<Totals> {
        let mut totals = Totals::default();
        // The id names an order of the status, should that be none.
        let query = "SELECT status, MIN(id) AS id, COUNT(*) AS n FROM orders WHERE session_id = $1 GROUP BY status";
        for row in sqlx::query(query).bind(session).fetch_all(self.db()?).await? {
            let n: i64 = row.try_get("n")?;
            match status(&row)? {
                OrderStatus::Rejected => totals.rejected = n,
                OrderStatus::Cancelled => totals.cancelled = n,
                OrderStatus::Open => totals.open = n,
                OrderStatus::Filled => totals.trades = n,
            }
        }
        // PostgreSQL sums whole numbers to a type of its own.
        let query =
            "SELECT COUNT(realized_pnl) AS sales, COUNT(CASE WHEN realized_pnl > 0 THEN 1 END) AS winning_sales,
                            CAST(COALESCE(SUM(fee), 0) AS BIGINT) AS fees,
                            CAST(COALESCE(SUM(realized_pnl), 0) AS BIGINT) AS realized_pnl
                     FROM trades WHERE session_id = $1";
        let row = sqlx::query(query).bind(session).fetch_one(self.db()?).await?;
        totals.sales = row.try_get("sales")?;
        totals.winning_sales = row.try_get("winning_sales")?;
        totals.fees = from_units(row.try_get("fees")?);
        totals.realized_pnl = from_units(row.try_get("realized_pnl")?);
        Ok(totals)
    }

    /// Keeps the portfolio's value at a tick, and that a round begins there after this trade, unless they are known.
    pub(super) async fn record(&self, session: &str, tick: u64, value: Decimal, trade: i64) -> Result<()> {
        let mut tx = Change::begin(self.db()?).await?;
        for (query, number) in [
            (
                "INSERT INTO portfolio_values (session_id, tick, value) VALUES ($1, $2, $3)
              ON CONFLICT (session_id, tick) DO NOTHING",
                units(value),
            ),
            (
                "INSERT INTO rounds (session_id, tick, trade) VALUES ($1, $2, $3)
              ON CONFLICT (session_id, tick) DO NOTHING",
                trade,
            ),
        ] {
            sqlx::query(query).bind(session).bind(tick as i64).bind(number).execute(&mut *tx).await?;
        }
        tx.commit().await
    }

    /// The last trade before the round of a tick began, if it has.
    pub(super) async fn opening(&self, session: &str, tick: u64) -> Result<Option<i64>> {
        let query = "SELECT trade FROM rounds WHERE session_id = $1 AND tick = $2";
        let row = sqlx::query(query).bind(session).bind(tick as i64).fetch_optional(self.db()?).await?;
        Ok(row.map(|row| row.try_get("trade")).transpose()?)
    }

    /// The number of a session's last trade; 0 if there is none.
    pub(super) async fn last_trade(&self, session: &str) -> Result<i64> {
        let query = "SELECT COALESCE(MAX(number), 0) FROM trades WHERE session_id = $1";
        Ok(sqlx::query(query).bind(session).fetch_one(self.db()?).await?.try_get(0)?)
    }

    /// A session's trades up to this number, oldest first.
    pub(super) async fn trades_until(&self, session: &str, number: i64) -> Result<Vec<TradeRow>> {
        let query = "SELECT * FROM trades WHERE session_id = $1 AND number <= $2 ORDER BY number";
        let rows = sqlx::query(query).bind(session).bind(number).fetch_all(self.db()?).await?;
        rows.iter().map(trade).collect()
    }

    /// The last tick whose value was kept.
    pub(super) async fn recorded_tick(&self, session: &str) -> Result<Option<u64>> {
        let query = "SELECT COALESCE(MAX(tick), -1) FROM portfolio_values WHERE session_id = $1";
        let tick: i64 = sqlx::query(query).bind(session).fetch_one(self.db()?).await?.try_get(0)?;
        Ok(u64::try_from(tick).ok())
    }

    /// The values that were kept up to a tick, with their ticks, oldest first, the last `limit` of them.
    pub(super) async fn values(&self, session: &str, tick: u64, limit: i64) -> Result<Vec<(u64, Decimal)>> {
        let query =
            "SELECT tick, value FROM portfolio_values WHERE session_id = $1 AND tick <= $2 ORDER BY tick DESC LIMIT $3";
        let rows = sqlx::query(query).bind(session).bind(tick as i64).bind(limit).fetch_all(self.db()?).await?;
        let kept = rows.iter().rev().map(|row| {
            let tick: i64 = row.try_get("tick")?;
            Ok((u64::try_from(tick).unwrap_or_default(), from_units(row.try_get("value")?)))
        });
        kept.collect()
    }
}

async fn insert_order(connection: &mut AnyConnection, order: &OrderRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO orders (id, session_id, symbol, side, kind, quantity, limit_price, status, reason, tick, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&order.id)
    .bind(&order.session_id)
    .bind(&order.symbol)
    .bind(order.side.label_value())
    .bind(order.kind.label_value())
    .bind(units(order.quantity))
    .bind(order.limit_price.map(units))
    .bind(order.status.label_value())
    .bind(&order.reason)
    .bind(order.tick as i64)
    .bind(now_ms())
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a connection ready.
async fn prepare(connection: &mut AnyConnection, sqlite: bool) -> sqlx::Result<()> {
    if sqlite {
        // What was acknowledged is on the disk.
        let pragmas = "PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        sqlx::raw_sql(pragmas).execute(connection).await?;
    }
    Ok(())
}

/// Stops one session, or all that are active, and cancels what rests, which it answers.
async fn stop(connection: &mut AnyConnection, id: Option<&str>) -> Result<Vec<OrderRow>> {
    let resting = "SELECT * FROM orders WHERE status = 'open'
                   AND session_id IN (SELECT id FROM sessions WHERE active = 1 AND ($1 = '' OR id = $1)) ORDER BY created_ms, id";
    let resting = sqlx::query(resting).bind(id.unwrap_or_default()).fetch_all(&mut *connection).await?;
    let resting = resting.iter().map(order).collect::<Result<Vec<_>>>()?;
    let orders = "UPDATE orders SET status = 'cancelled' WHERE status = 'open'
                  AND session_id IN (SELECT id FROM sessions WHERE active = 1 AND ($1 = '' OR id = $1))";
    sqlx::query(orders).bind(id.unwrap_or_default()).execute(&mut *connection).await?;
    let sessions = "UPDATE sessions SET active = 0, stopped_ms = $2 WHERE active = 1 AND ($1 = '' OR id = $1)";
    sqlx::query(sessions).bind(id.unwrap_or_default()).bind(now_ms()).execute(&mut *connection).await?;
    Ok(resting)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
