//! Rows of the database: what each holds, and what is wrong with one that cannot be read.

use cryptofunk_metrics::Label;
use rust_decimal::Decimal;
use serde::{
    de::DeserializeOwned,
    de::value::{Error, StrDeserializer},
};
use sqlx::{Row, any::AnyRow};

use super::{cause::cause, matching::Holding, money::from_units};
use crate::domain::trading::{OrderKind, OrderStatus, Side};

/// Why the database has no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.told(""))]
pub enum StoreError {
    /// It cannot be reached, or refuses.
    Database(#[from] sqlx::Error),
    /// Its file is not there any more, or is another one.
    Gone(String),
    /// It was told to commit, and the connection was lost before it said that it has.
    Unconfirmed(#[source] sqlx::Error),
    /// It holds something that this program has not written.
    Row {
        /// The table.
        table: &'static str,
        /// The row's key.
        id: String,
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
        /// What it could hold.
        expected: String,
    },
    /// Trades do not add up.
    Books {
        /// The number of the trade that cannot have been.
        trade: i64,
        /// Why not.
        reason: String,
    },
}

impl StoreError {
    /// The message, with what is known of what was done: nothing, unless it is not known.
    pub(super) fn told(&self, done: &str) -> String {
        match self {
            StoreError::Database(error) => format!("the database does not answer{done}: {}", cause(error)),
            StoreError::Gone(file) => format!(
                "the database file {file} was deleted or replaced while it was open{done}; put it back and start this component again, \
                 or start it without the file to begin anew"
            ),
            StoreError::Unconfirmed(error) => {
                format!("the database has not said whether it was done; ask again, with the same id: {}", cause(error))
            }
            StoreError::Row { table, id, column, value, expected } => format!(
                "the database cannot be read{done}: `{column}` of row `{id}` in the table `{table}` is `{value}`, but should be \
                 {expected}"
            ),
            StoreError::Books { trade, reason } => {
                format!("the database cannot be read{done}: trade {trade} cannot have been, {reason}")
            }
        }
    }

    /// The cause alone.
    pub(super) fn why(&self) -> String {
        match self {
            StoreError::Database(error) => cause(error),
            other => other.to_string(),
        }
    }

    /// Whether the database itself says so, rather than the way to it.
    pub(super) fn is_told_by_the_database(&self) -> bool {
        matches!(
            self,
            StoreError::Database(sqlx::Error::Database(_)) | StoreError::Row { .. } | StoreError::Books { .. }
        )
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// A trading session.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SessionRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) initial_cash: Decimal,
    pub(super) cash: Decimal,
    pub(super) active: bool,
}

/// An order as it was placed, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OrderRow {
    pub(super) id: String,
    pub(super) session_id: String,
    pub(super) symbol: String,
    pub(super) side: Side,
    pub(super) kind: OrderKind,
    pub(super) quantity: Decimal,
    pub(super) limit_price: Option<Decimal>,
    pub(super) status: OrderStatus,
    pub(super) reason: Option<String>,
    pub(super) tick: u64,
}

/// An execution.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TradeRow {
    pub(super) number: i64,
    pub(super) order_id: String,
    pub(super) symbol: String,
    pub(super) side: Side,
    pub(super) quantity: Decimal,
    pub(super) price: Decimal,
    pub(super) fee: Decimal,
    pub(super) realized_pnl: Option<Decimal>,
    pub(super) tick: u64,
    pub(super) executed_ms: i64,
}

/// A row, and where it comes from.
struct Source<'a> {
    table: &'static str,
    key: &'static str,
    row: &'a AnyRow,
}

impl Source<'_> {
    /// A column that holds one of the words of an enum.
    fn word<T: Label + DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let word: String = self.row.try_get(column)?;
        let known = T::deserialize(StrDeserializer::<Error>::new(&word));
        known.map_err(|_| self.wrong(column, word, T::VALUES.known().unwrap_or_default().join(", ")))
    }

    /// The column of ticks, which are counted from 0.
    fn tick(&self) -> Result<u64> {
        let tick: i64 = self.row.try_get("tick")?;
        u64::try_from(tick).map_err(|_| self.wrong("tick", tick.to_string(), "at least 0".to_owned()))
    }

    fn wrong(&self, column: &'static str, value: String, expected: String) -> StoreError {
        let id = self.row.try_get::<String, _>(self.key).unwrap_or_default();
        StoreError::Row { table: self.table, id, column, value, expected }
    }
}

pub(super) fn session(row: &AnyRow) -> Result<SessionRow> {
    let source = Source { table: "sessions", key: "id", row };
    Ok(SessionRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        initial_cash: from_units(row.try_get("initial_cash")?),
        cash: from_units(row.try_get("cash")?),
        active: match row.try_get::<i64, _>("active")? {
            0 => false,
            1 => true,
            other => return Err(source.wrong("active", other.to_string(), "0, 1".to_owned())),
        },
    })
}

pub(super) fn order(row: &AnyRow) -> Result<OrderRow> {
    let source = Source { table: "orders", key: "id", row };
    Ok(OrderRow {
        id: row.try_get("id")?,
        session_id: row.try_get("session_id")?,
        symbol: row.try_get("symbol")?,
        side: source.word("side")?,
        kind: source.word("kind")?,
        quantity: from_units(row.try_get("quantity")?),
        limit_price: row.try_get::<Option<i64>, _>("limit_price")?.map(from_units),
        status: status(row)?,
        reason: row.try_get("reason")?,
        tick: source.tick()?,
    })
}

/// The status of an order, in a row that has its id.
pub(super) fn status(row: &AnyRow) -> Result<OrderStatus> {
    Source { table: "orders", key: "id", row }.word("status")
}

pub(super) fn trade(row: &AnyRow) -> Result<TradeRow> {
    let source = Source { table: "trades", key: "order_id", row };
    Ok(TradeRow {
        number: row.try_get("number")?,
        order_id: row.try_get("order_id")?,
        symbol: row.try_get("symbol")?,
        side: source.word("side")?,
        quantity: from_units(row.try_get("quantity")?),
        price: from_units(row.try_get("price")?),
        fee: from_units(row.try_get("fee")?),
        realized_pnl: row.try_get::<Option<i64>, _>("realized_pnl")?.map(from_units),
        tick: source.tick()?,
        executed_ms: row.try_get("executed_ms")?,
    })
}

pub(super) fn holding(row: &AnyRow) -> Result<(String, Holding)> {
    let holding = Holding { quantity: from_units(row.try_get("quantity")?), cost: from_units(row.try_get("cost")?) };
    Ok((row.try_get("symbol")?, holding))
}
