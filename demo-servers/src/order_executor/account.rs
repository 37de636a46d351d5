//! The account: what happens to orders, whoever sends them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
    time::{Duration, Instant},
};

use cryptofunk_metrics::agent::McpClient;
use rust_decimal::Decimal;
use serde_json::json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{
    condition::{Failures, Work},
    error::OrderError,
    matching::{Match, execute, settle},
    money::{amount, number},
    rows::{OrderRow, SessionRow, TradeRow},
    store::Store,
    types::{Order, SessionStats, Trade, TradePage},
    valuation::{Question, Valuation},
};
use crate::{
    domain::trading::{self, Mode, OrderKind, OrderStatus, Side, Symbol, TradeStatus},
    market_data::{LISTINGS, OrderBook},
    progress::Progress,
    settings,
};

/// How often resting orders are looked at and the gauges are set.
const WATCH: Duration = Duration::from_secs(1);
/// How often the database is checked at most.
const CHECK: Duration = Duration::from_secs(1);
/// Orders of a session that rest, at most: each is looked at every time.
const RESTING: i64 = 1_000;
/// The longest name of a session, in characters.
const NAME: usize = 200;
/// The largest page of trades.
const PAGE: u32 = 500;

/// Cash, positions and orders in a database, at a market.
#[derive(Debug)]
pub(super) struct Account {
    store: Store,
    market: McpClient,
    /// Whether orders may meet the book of a tick that has passed: a run that is repeated, or catches up, is behind the market.
    replays: bool,
    /// Orders are executed one after the other: each sees the cash that the one before has left.
    pub(super) gate: Mutex<()>,
    failures: Failures,
    /// When the database was last checked, and what was found.
    checked: Mutex<Option<(Instant, std::result::Result<(), String>)>>,
    /// Whether resting orders are looked at.
    watching: Progress,
    closed: CancellationToken,
}

type Result<T> = std::result::Result<T, OrderError>;

impl Account {
    /// The account in this database, at this market.
    pub(super) async fn open(database: &str, market: McpClient, replays: bool) -> anyhow::Result<Self> {
        let store = Store::open(database).await.map_err(|error| {
            let place = settings::without_password(database);
            anyhow::anyhow!("cannot open the database {place}, which DATABASE_URL names: {}", error.why())
        })?;
        cryptofunk_metrics::adapters::sqlx::watch(store.pool());
        Ok(Account {
            store,
            market,
            replays,
            gate: Mutex::default(),
            failures: Failures::default(),
            checked: Mutex::default(),
            watching: Progress::default(),
            closed: CancellationToken::new(),
        })
    }

    /// Watches no more, and closes the database.
    pub(super) async fn close(&self) {
        self.closed.cancel();
        // Whoever is at it has the time to end.
        let _gate = self.gate.lock().await;
        if let Err(error) = self.store.close().await {
            tracing::warn!("{error}");
        }
    }

    /// Fills resting orders as the price crosses their limits, and keeps the gauges up to date, until the database is closed.
    pub(super) async fn watch(self: Arc<Self>) {
        self.closed.run_until_cancelled(self.watch_on()).await;
    }

    async fn watch_on(&self) {
        let mut last = None;
        loop {
            self.watching.begin();
            let result = match self.watch_once().await {
                Err(OrderError::NoSession) => Ok(()),
                result => result,
            };
            self.watching.result(&result);
            let error = self.noted(Work::Watching, result).err().map(|error| error.to_string());
            if let Some(error) = error.as_ref().filter(|error| last.as_ref() != Some(*error)) {
                tracing::warn!("{error}");
            }
            last = error;
            tokio::time::sleep(WATCH).await;
        }
    }

    pub(super) async fn watch_once(&self) -> Result<()> {
        let session = self.active().await?;
        // One look at each book, however many orders rest on it.
        let mut books = BTreeMap::new();
        for order in self.store.resting(&session.id).await? {
            let book = match books.entry(order.symbol.clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.book(&order.symbol, None).await?),
            };
            // Most go on resting, and wait for nobody: new orders come before whoever takes the gate.
            if outcome(&order, book) == Match::Resting {
                continue;
            }
            let _gate = self.gate.lock().await;
            // It may have been cancelled since.
            if self.store.order(&order.id).await?.is_some_and(|order| order.status == OrderStatus::Open) {
                self.meet(order, book, false).await?;
            }
        }
        self.valuation().stats(session, Question::default()).await?;
        Ok(())
    }

    async fn active(&self) -> Result<SessionRow> {
        self.store.active_session().await?.ok_or(OrderError::NoSession)
    }

    async fn session(&self, id: Option<String>) -> Result<SessionRow> {
        match id {
            Some(id) => self.store.session(&id).await?.ok_or_else(|| OrderError::UnknownSession(shorten(&id))),
            None => self.active().await,
        }
    }

    /// Places an order of the active session, or says what became of it if it was placed before.
    pub(super) async fn place(
        &self,
        id: String,
        symbol: String,
        side: Side,
        quantity: f64,
        limit: Option<f64>,
        at: Option<u64>,
    ) -> Result<Order> {
        check_id("order_id", &id)?;
        if !is_symbol(&symbol) {
            return Err(OrderError::NoSymbol(symbol.chars().take(32).collect()));
        }
        let quantity = positive("quantity", quantity)?;
        let limit_price = limit.map(|limit| positive("price", limit)).transpose()?;
        let kind = if limit.is_some() { OrderKind::Limit } else { OrderKind::Market };

        let _gate = self.gate.lock().await;
        if let Some(known) = self.store.order(&id).await? {
            let same = (&known.symbol, known.side, known.kind, known.quantity, known.limit_price)
                == (&symbol, side, kind, quantity, limit_price);
            return if same { self.told(known).await } else { Err(OrderError::OtherOrder(id)) };
        }
        let session = self.active().await?;
        let status = OrderStatus::Open;
        let order = OrderRow {
            id,
            session_id: session.id,
            symbol,
            side,
            kind,
            quantity,
            limit_price,
            status,
            reason: None,
            tick: 0,
        };
        if !LISTINGS.iter().any(|listing| listing.symbol == order.symbol) {
            return self.refuse(order, format!("it is not traded here; the symbols are {}", symbols()), true).await;
        }
        let book = self.book(&order.symbol, at.filter(|_| self.replays)).await?;
        if let Some(at) = at.filter(|at| *at != book.tick) {
            return Err(OrderError::OtherTick { at, now: book.tick });
        }
        self.meet(OrderRow { tick: book.tick, ..order }, &book, true).await
    }

    /// The offers at a tick.
    async fn book(&self, symbol: &str, at: Option<u64>) -> Result<OrderBook> {
        Ok(self.market.call("get_order_book", json!({ "symbol": symbol, "depth": 20, "at": at })).await?)
    }

    /// Fills, rests or refuses an order, as the book has it. The gate is held by the caller.
    async fn meet(&self, mut order: OrderRow, book: &OrderBook, is_new: bool) -> Result<Order> {
        let mut outcome = outcome(&order, book);
        if let Match::Filled(price) = outcome {
            let session = self.session(Some(order.session_id.clone())).await?;
            let holding = self.store.holding(&session.id, &order.symbol).await?;
            match settle(session.cash, holding, order.side, order.quantity, price) {
                Ok(settlement) => {
                    order.status = OrderStatus::Filled;
                    let (trade, open) = self.store.fill(&order, is_new, price, book.tick, &settlement).await?;
                    count(&order, TradeStatus::Filled);
                    trading::trade_value_usd(Symbol(order.symbol.clone()))
                        .observe(number(trade.price) * number(trade.quantity));
                    trading::positions_open().set(open);
                    return Ok(described(order, Some(trade)));
                }
                Err(reason) => outcome = Match::Rejected(reason),
            }
        }
        match outcome {
            Match::Rejected(reason) => return self.refuse(order, reason, is_new).await,
            Match::Resting if is_new => {
                if self.store.count_resting(&order.session_id).await? >= RESTING {
                    return Err(OrderError::TooManyResting(RESTING));
                }
                self.store.add_order(&order).await?;
            }
            _ => {}
        }
        Ok(described(order, None))
    }

    async fn refuse(&self, mut order: OrderRow, reason: String, is_new: bool) -> Result<Order> {
        (order.status, order.reason) = (OrderStatus::Rejected, Some(reason.clone()));
        if is_new {
            self.store.add_order(&order).await?;
        } else {
            self.store.reject(&order.id, &reason).await?;
        }
        count(&order, TradeStatus::Rejected);
        Ok(described(order, None))
    }

    async fn told(&self, order: OrderRow) -> Result<Order> {
        let trade = match order.status {
            OrderStatus::Filled => self.store.trade(&order.id).await?,
            _ => None,
        };
        Ok(described(order, trade))
    }

    fn valuation(&self) -> Valuation<'_> {
        Valuation { store: &self.store, market: &self.market }
    }

    pub(super) async fn cancel(&self, order_id: String) -> Result<Order> {
        let _gate = self.gate.lock().await;
        let (order, withdrawn) =
            self.store.cancel(&order_id).await?.ok_or_else(|| OrderError::UnknownOrder(shorten(&order_id)))?;
        if withdrawn {
            count(&order, TradeStatus::Cancelled);
        } else if order.status != OrderStatus::Cancelled {
            return Err(OrderError::NotOpen { id: order_id, status: order.status });
        }
        self.told(order).await
    }

    pub(super) async fn status(&self, order_id: String) -> Result<Order> {
        let order = self.store.order(&order_id).await?.ok_or_else(|| OrderError::UnknownOrder(shorten(&order_id)))?;
        self.told(order).await
    }

    pub(super) async fn start_session(
        &self,
        session_id: String,
        name: String,
        initial_cash_usd: f64,
        replace: bool,
    ) -> Result<SessionStats> {
        check_id("session_id", &session_id)?;
        let characters = name.chars().count();
        if characters > NAME {
            return Err(OrderError::Name { characters, most: NAME });
        }
        let cash = positive("initial_cash_usd", initial_cash_usd)?;
        if cash > Decimal::from(1_000_000_000) {
            let expected = "at most 1000000000";
            return Err(OrderError::Number { name: "initial_cash_usd", value: initial_cash_usd, expected });
        }
        let _gate = self.gate.lock().await;
        match (self.store.session(&session_id).await?, self.store.active_session().await?) {
            (Some(known), _) if known.active => {}
            (Some(_), _) => return Err(OrderError::EndedSession(session_id)),
            (None, Some(other)) if !replace => return Err(OrderError::OtherSession(other.id)),
            (None, _) => return self.start_new(session_id, &name, cash).await,
        }
        let session = self.session(Some(session_id)).await?;
        self.valuation().stats(session, Question::default()).await
    }

    /// Starts a session in place of the active one. The gate is held by the caller.
    async fn start_new(&self, id: String, name: &str, cash: Decimal) -> Result<SessionStats> {
        // A market that does not answer is found out before anything is done.
        let tick = self.valuation().price(LISTINGS[0].symbol, None).await?.tick;
        count_all(&self.store.start_session(&id, name, cash).await?, TradeStatus::Cancelled);
        let told = async {
            let session = self.session(Some(id.clone())).await?;
            self.valuation().stats(session, Question { at: Some(tick), ..Question::default() }).await
        };
        told.await.map_err(|error| error.after(format!("session `{id}` was started")))
    }

    pub(super) async fn stop_session(&self, session_id: Option<String>) -> Result<SessionStats> {
        let _gate = self.gate.lock().await;
        let session = self.session(session_id).await?;
        count_all(&self.store.stop_session(&session.id).await?, TradeStatus::Cancelled);
        let done = format!("session `{}` was stopped", session.id);
        let session = SessionRow { active: false, ..session };
        self.valuation().stats(session, Question::default()).await.map_err(|error| error.after(done))
    }

    pub(super) async fn session_stats(&self, session_id: Option<String>, question: Question) -> Result<SessionStats> {
        // SQLite has one writer at a time.
        let _gate = if question.record { Some(self.gate.lock().await) } else { None };
        let session = self.session(session_id).await?;
        self.valuation().stats(session, question).await
    }

    pub(super) async fn trades(&self, session_id: Option<String>, limit: u32, offset: u32) -> Result<TradePage> {
        let session = self.session(session_id).await?;
        let trades = self.store.trades(&session.id, limit.clamp(1, PAGE).into(), offset.into()).await?;
        let total = self.store.totals(&session.id).await?.trades;
        Ok(TradePage { trades: trades.into_iter().map(shown).collect(), total, session_id: session.id })
    }

    /// Whether the database is in order; many who ask at once share one look at it.
    pub(super) async fn check(&self) -> std::result::Result<(), String> {
        let mut checked = self.checked.lock().await;
        if let Some((at, found)) = &*checked
            && at.elapsed() < CHECK
        {
            return found.clone();
        }
        let found = match self.store.check().await {
            Ok(()) => self.failures.last().map_or(Ok(()), Err),
            Err(error) => Err(error.to_string()),
        };
        *checked = Some((Instant::now(), found.clone()));
        found
    }

    /// Whether resting orders are looked at, for which the market has to answer.
    pub(super) fn check_watch(&self) -> std::result::Result<(), String> {
        self.watching.check("resting orders were not looked at")
    }

    /// A result that the health of the database depends on.
    pub(super) fn noted<T>(&self, work: Work, result: Result<T>) -> Result<T> {
        self.failures.note(work, &result);
        result
    }
}

/// Counts an order that has ended.
fn count(order: &OrderRow, status: TradeStatus) {
    trading::trades_total(Symbol(order.symbol.clone()), order.side, status, Mode::Paper).inc();
}

fn count_all(orders: &[OrderRow], status: TradeStatus) {
    orders.iter().for_each(|order| count(order, status));
}

fn described(order: OrderRow, trade: Option<TradeRow>) -> Order {
    Order {
        order_id: order.id,
        session_id: order.session_id,
        symbol: order.symbol,
        side: order.side,
        kind: order.kind,
        quantity: number(order.quantity),
        limit_price: order.limit_price.map(number),
        status: order.status,
        reason: order.reason,
        trade: trade.map(shown),
    }
}

fn shown(trade: TradeRow) -> Trade {
    Trade {
        number: trade.number,
        order_id: trade.order_id,
        symbol: trade.symbol,
        side: trade.side,
        quantity: number(trade.quantity),
        price: number(trade.price),
        value_usd: number(trade.price * trade.quantity),
        fee_usd: number(trade.fee),
        realized_pnl_usd: trade.realized_pnl.map(number),
        tick: trade.tick,
        executed_ms: trade.executed_ms,
    }
}

fn check_id(name: &'static str, id: &str) -> Result<()> {
    let ok = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    if (1..=100).contains(&id.len()) && id.bytes().all(ok) { Ok(()) } else { Err(OrderError::Id(name)) }
}

/// An id that a client has asked for, short enough to be sent back.
fn shorten(id: &str) -> String {
    match id.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &id[..end]),
        None => id.to_owned(),
    }
}

/// What an order gets on this book.
fn outcome(order: &OrderRow, book: &OrderBook) -> Match {
    let offers = match order.side {
        Side::Buy => &book.asks,
        Side::Sell => &book.bids,
    };
    execute(offers, order.side, order.quantity, order.limit_price)
}

/// Whether a text may name a pair; there are fewer that do.
fn is_symbol(text: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=20).contains(&text.len()) && text.bytes().all(ok)
}

fn symbols() -> String {
    LISTINGS.map(|listing| listing.symbol).join(", ")
}

fn positive(name: &'static str, value: f64) -> Result<Decimal> {
    amount(value).filter(|amount| *amount > Decimal::ZERO).ok_or(OrderError::Number {
        name,
        value,
        expected: "from 0.00000001 to 10000000000",
    })
}
