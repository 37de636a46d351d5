//! What goes wrong, and how it is undone: the real causes of the alerts.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use cryptofunk_metrics::{Component, agent::McpClient};
use demo_servers::{Api, Orchestrator, OrderExecutor, RiskAnalyzer, TechnicalIndicators};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection};
use tokio::{task::JoinSet, time::sleep};

use super::stack::Stack;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    FailingCalls,
    ModelFails,
    KeyGone,
    ManySymbols,
    HeavyPosition,
    Halt,
    OtherPage,
    Churn,
    LockedTable,
    ServiceKilled,
    CacheStops,
    BusStops,
    ServerKilled,
    Restart,
}

/// What a cause leaves to be undone.
#[derive(Default)]
pub(super) struct Damage {
    /// Tasks that go on until they are dropped.
    tasks: JoinSet<()>,
    lock: Option<AnyConnection>,
}

impl Cause {
    /// What happens, for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Cause::FailingCalls => "a client calls a tool wrongly, again and again",
            Cause::ModelFails => "the language model answers 503",
            Cause::KeyGone => "the key of the language model is deleted",
            Cause::ManySymbols => "orders of ever new symbols",
            Cause::HeavyPosition => "all money in one coin, again and again",
            Cause::Halt => "trading is halted by hand",
            Cause::OtherPage => "a page of another site calls an MCP server, again and again",
            Cause::Churn => "a losing market: all money is traded to and fro until it has shrunk",
            Cause::LockedTable => "a table of the database is locked",
            Cause::ServiceKilled => "the orchestrator is killed",
            Cause::CacheStops => "Redis stops",
            Cause::BusStops => "NATS stops",
            Cause::ServerKilled => "an MCP server is killed",
            Cause::Restart => "the API is killed and started again",
        }
    }

    /// What it needs and this machine does not have.
    pub(super) fn lacks(self, stack: &Stack) -> Option<&'static str> {
        match self {
            Cause::LockedTable if !stack.has.postgres => Some("PostgreSQL is not installed"),
            Cause::CacheStops if !stack.has.redis => Some("redis-server is not installed"),
            Cause::BusStops if !stack.has.nats => Some("nats-server is not installed"),
            _ => None,
        }
    }

    /// Lets it happen.
    pub(super) async fn begin(self, stack: &mut Stack) -> anyhow::Result<Damage> {
        let mut damage = Damage::default();
        let tasks = &mut damage.tasks;
        match self {
            Cause::ModelFails => stack.inbox.model_fails(true),
            Cause::KeyGone => std::fs::remove_file(stack.key())?,
            Cause::CacheStops => stack.service("redis").kill().await?,
            Cause::BusStops => stack.service("nats").kill().await?,
            Cause::ServiceKilled => stack.service(Orchestrator::NAME).kill().await?,
            Cause::ServerKilled => stack.service(TechnicalIndicators::NAME).kill().await?,
            Cause::Restart => restart(stack, Api::NAME).await?,
            Cause::Halt => stack.change("/pause").await?,
            Cause::FailingCalls => drop(tasks.spawn(fail(client::<RiskAnalyzer>(stack)))),
            Cause::OtherPage => {
                drop(tasks.spawn(intrude(stack.client.clone(), stack.url(&RiskAnalyzer::DESCRIPTOR, "/mcp"))))
            }
            Cause::ManySymbols => drop(tasks.spawn(order_many(client::<OrderExecutor>(stack)))),
            Cause::HeavyPosition => drop(tasks.spawn(hoard(client::<OrderExecutor>(stack)))),
            Cause::Churn => drop(tasks.spawn(churn(client::<OrderExecutor>(stack)))),
            Cause::LockedTable => {
                sqlx::any::install_default_drivers();
                let mut lock = AnyConnection::connect(&stack.database).await?;
                sqlx::raw_sql("BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").execute(&mut lock).await?;
                damage.lock = Some(lock);
                // More callers than the pool has connections.
                for _ in 0..8 {
                    tasks.spawn(ask(client::<OrderExecutor>(stack)));
                }
            }
        }
        Ok(damage)
    }

    /// Undoes it.
    pub(super) async fn end(self, stack: &mut Stack, damage: &mut Damage) -> anyhow::Result<()> {
        damage.tasks.shutdown().await;
        match self {
            Cause::ModelFails => stack.inbox.model_fails(false),
            Cause::KeyGone => stack.write_key()?,
            Cause::CacheStops => stack.service("redis").start()?,
            Cause::BusStops => stack.service("nats").start()?,
            Cause::ServiceKilled => stack.service(Orchestrator::NAME).start()?,
            Cause::ServerKilled => stack.service(TechnicalIndicators::NAME).start()?,
            Cause::Halt => stack.change("/resume").await?,
            Cause::FailingCalls | Cause::ManySymbols | Cause::HeavyPosition | Cause::OtherPage | Cause::Restart => {}
            // The orchestrator begins another session, with money that has not shrunk.
            Cause::Churn => {
                let _: Value = client::<OrderExecutor>(stack).call("stop_session", json!({})).await?;
            }
            Cause::LockedTable => {
                if let Some(lock) = damage.lock.take() {
                    lock.close().await?;
                }
            }
        }
        Ok(())
    }
}

/// Kills a component that Prometheus knows, and starts it again.
async fn restart(stack: &mut Stack, name: &str) -> anyhow::Result<()> {
    let uptime = format!("cryptofunk_component_uptime_seconds{{component=\"{name}\"}} > 1");
    let known = async || stack.query(&uptime).await.is_ok_and(|values| !values.is_empty());
    if !stack.until(stack.patience, known).await {
        bail!("Prometheus does not know the uptime of {name}");
    }
    stack.service(name).kill().await?;
    stack.service(name).start()
}

async fn fail(analyzer: Arc<McpClient>) {
    loop {
        let _ = analyzer.call::<Value>("calculate_var", json!({ "returns": [], "confidence": 2 })).await;
        sleep(Duration::from_millis(50)).await;
    }
}

async fn intrude(client: reqwest::Client, url: String) {
    loop {
        let _ = client.post(&url).header("Origin", "https://elsewhere.example").json(&json!({})).send().await;
        sleep(Duration::from_millis(20)).await;
    }
}

async fn order_many(executor: Arc<McpClient>) {
    for number in 0.. {
        let symbol = format!("C{number}-USD");
        let order = json!({ "order_id": format!("symbol-{number}"), "symbol": symbol, "side": "buy", "quantity": 1 });
        let _ = executor.call::<Value>("place_market_order", order).await;
        sleep(Duration::from_millis(20)).await;
    }
}

async fn hoard(executor: Arc<McpClient>) {
    let mut trader = Trader::new(executor);
    // The risk agent has it sold again: so for as long as this goes on.
    for number in 0.. {
        let stats = trader.stats().await;
        let _ = trader.spend(stats["cash_usd"].as_f64(), &format!("heavy-{number}")).await;
        // A little comes back, so that trades go on between two scrapes, however the market moves.
        let _ = trader.sell("SOL-USD", 1.0, &format!("heavy-back-{number}")).await;
        sleep(Duration::from_millis(200)).await;
    }
}

async fn churn(executor: Arc<McpClient>) {
    let mut trader = Trader::new(executor);
    // Each round loses its fees; on a busy machine each call takes long, so it makes as few as it can.
    for number in 0.. {
        let stats = trader.stats().await;
        if stats["current_drawdown"].as_f64().is_some_and(|drawdown| drawdown > 0.17) {
            break;
        }
        // What is held is sold first, also what other causes have left: only cash can be traded to and fro.
        for position in stats["positions"].as_array().into_iter().flatten() {
            if let (Some(symbol), Some(quantity)) = (position["symbol"].as_str(), position["quantity"].as_f64()) {
                let _ = trader.sell(symbol, quantity, &format!("churn-sell-{number}-{symbol}")).await;
            }
        }
        if trader.spend(stats["portfolio_value_usd"].as_f64(), &format!("churn-buy-{number}")).await.is_err() {
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A client that spends all it can.
struct Trader {
    executor: Arc<McpClient>,
    /// How much a dollar buys, as far as is known.
    per_dollar: f64,
}

impl Trader {
    /// More than a dollar buys: what it does is known once an order is filled.
    const FIRST_GUESS: f64 = 0.01;

    fn new(executor: Arc<McpClient>) -> Self {
        Trader { executor, per_dollar: Self::FIRST_GUESS }
    }

    /// The session; `null` where there is none.
    async fn stats(&self) -> Value {
        self.executor.call("get_session_stats", json!({})).await.unwrap_or_default()
    }

    /// Spends most of the money.
    async fn spend(&mut self, money: Option<f64>, order: &str) -> anyhow::Result<()> {
        let money = money.filter(|money| *money >= 10_000.0).context("the money is spent")?;
        // What cannot be paid is refused: so less, until it can.
        for number in 0..20 {
            let quantity = (money * self.per_dollar).floor();
            let id = format!("{order}-{number}");
            let asked = json!({ "order_id": id, "symbol": "SOL-USD", "side": "buy", "quantity": quantity });
            let placed: Value = self.executor.call("place_market_order", asked).await?;
            if placed["status"] == "filled" {
                return Ok(());
            }
            self.per_dollar *= 0.95;
        }
        // It was not the price.
        self.per_dollar = Self::FIRST_GUESS;
        bail!("no order was filled")
    }

    async fn sell(&self, symbol: &str, quantity: f64, order: &str) -> anyhow::Result<()> {
        let asked = json!({ "order_id": order, "symbol": symbol, "side": "sell", "quantity": quantity });
        let _: Value = self.executor.call("place_market_order", asked).await?;
        Ok(())
    }
}

async fn ask(executor: Arc<McpClient>) {
    loop {
        let _ = executor.call::<Value>("get_session_stats", json!({})).await;
    }
}

fn client<C: Component>(stack: &Stack) -> Arc<McpClient> {
    Arc::new(McpClient::new(C::NAME, stack.url(&C::DESCRIPTOR, "/mcp")).token_file(stack.token()))
}
