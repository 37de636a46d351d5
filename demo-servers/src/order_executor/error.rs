//! Why an order or a question has no answer.

use cryptofunk_metrics::{Label, agent::CallError, mcp::ToolErrorCode};

use super::rows::StoreError;
use crate::{access::Refusal, domain::trading::OrderStatus, numbers::Shown};

/// Why an order or a question has no answer.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum OrderError {
    #[error("{}", .0.told(", nothing was done"))]
    Store(#[from] StoreError),
    #[error("{done}, but what it is worth cannot be told: {}", reason.cause())]
    Done { done: String, reason: Box<OrderError> },
    #[error("the market does not answer, nothing was done: {0}")]
    Market(#[from] CallError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("no session is active; start one with `start_session`")]
    NoSession,
    #[error("there is no session `{0}`")]
    UnknownSession(String),
    #[error("session `{0}` has ended, and its id cannot be used again")]
    EndedSession(String),
    #[error("session `{0}` is active; stop it first, or replace it with `replace`")]
    OtherSession(String),
    #[error("the order is for tick {at}, but the market is at {now}; leave `at` out to trade now")]
    OtherTick { at: u64, now: u64 },
    #[error("there is no order `{0}`")]
    UnknownOrder(String),
    #[error("order `{0}` exists and asks for something else; take another id")]
    OtherOrder(String),
    #[error("order `{id}` is {} and cannot be cancelled", status.label_value())]
    NotOpen { id: String, status: OrderStatus },
    #[error("`{0}` cannot be a symbol: these have 1 to 20 capitals, digits and `-`, as BTC-USD does")]
    NoSymbol(String),
    #[error("`name` has {characters} characters; at most {most} are accepted")]
    Name { characters: usize, most: usize },
    #[error("{0} orders of the session rest, and no more can; cancel some of them")]
    TooManyResting(i64),
    #[error("`{name}` is {}, but should be {expected}", Shown(*.value))]
    Number { name: &'static str, value: f64, expected: &'static str },
    #[error("`{0}` is an id of 1 to 100 letters, digits and `-`, `_`, `.`, `:`")]
    Id(&'static str),
}

impl OrderError {
    /// The code of [`OrderError::UnknownSession`].
    pub(crate) const UNKNOWN_SESSION: &str = "unknown_session";
    /// The code of [`OrderError::EndedSession`].
    pub(crate) const ENDED_SESSION: &str = "ended_session";
    /// The code of [`OrderError::NoSession`].
    pub(crate) const NO_SESSION: &str = "no_session";
    /// The code of [`OrderError::OtherOrder`].
    pub(crate) const OTHER_ORDER: &str = "other_order";

    /// The error of something that was done, and whose answer is missing.
    pub(super) fn after(self, done: String) -> Self {
        OrderError::Done { done, reason: Box::new(self) }
    }

    /// What is wrong, without a word on what was done.
    fn cause(&self) -> String {
        match self {
            OrderError::Store(error) => error.to_string(),
            OrderError::Market(error) => format!("the market does not answer: {error}"),
            error => error.to_string(),
        }
    }
}

impl ToolErrorCode for OrderError {
    fn code(&self) -> &'static str {
        match self {
            OrderError::Store(StoreError::Database(_) | StoreError::Gone(_)) => "database_unavailable",
            OrderError::Store(StoreError::Unconfirmed(_)) => "unconfirmed",
            OrderError::Store(StoreError::Row { .. } | StoreError::Books { .. }) => "unreadable_row",
            OrderError::Done { .. } => "answer_missing",
            OrderError::Market(_) => "market_unavailable",
            OrderError::Refused(_) => Refusal::CODE,
            OrderError::NoSession => OrderError::NO_SESSION,
            OrderError::UnknownSession(_) => OrderError::UNKNOWN_SESSION,
            OrderError::EndedSession(_) => OrderError::ENDED_SESSION,
            OrderError::OtherSession(_) => "other_session",
            OrderError::UnknownOrder(_) => "unknown_order",
            OrderError::OtherOrder(_) => OrderError::OTHER_ORDER,
            OrderError::OtherTick { .. } => "other_tick",
            OrderError::NotOpen { .. } => "not_open",
            OrderError::NoSymbol(_) => "invalid_symbol",
            OrderError::Name { .. } => "name_too_long",
            OrderError::TooManyResting(_) => "too_many_orders",
            OrderError::Number { .. } => "invalid_number",
            OrderError::Id(_) => "invalid_id",
        }
    }
}
