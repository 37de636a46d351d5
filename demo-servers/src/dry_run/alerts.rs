//! Every alert: fired by its real cause, arrived where it should, and over when the cause is.

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{Component, agent::McpClient, query::Alert};
use demo_servers::{monitoring::RULES, order_executor::OrderExecutor, technical_indicators::TechnicalIndicators};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection};
use tokio::{task::JoinSet, time::sleep};

use super::{
    report::{Outcome, Report},
    stack::Stack,
};

/// How long an alert may take from its cause to its receiver, and back.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same for the alert that waits for an hour, shortened.
const LONG: Duration = Duration::from_secs(180);

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    ModelFails,
    KeyGone,
    FailingCalls,
    ManySymbols,
    HeavyPosition,
    Halt,
    Churn,
    LockedTable,
    AgentKilled,
    BusStops,
    ServerKilled,
}

/// Causes that are tried at once.
const ROUNDS: [&[Cause]; 6] = [
    &[Cause::KeyGone, Cause::FailingCalls, Cause::ManySymbols, Cause::HeavyPosition],
    &[Cause::Halt],
    &[Cause::Churn, Cause::AgentKilled],
    &[Cause::LockedTable],
    &[Cause::BusStops],
    &[Cause::ServerKilled],
];

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Cause::ModelFails => "the language model answers 503",
            Cause::KeyGone => "the key of the language model is deleted",
            Cause::FailingCalls => "a client calls a tool wrongly, again and again",
            Cause::ManySymbols => "orders of ever new symbols",
            Cause::HeavyPosition => "all money in one coin, again and again",
            Cause::Halt => "trading is halted by hand",
            Cause::Churn => "a losing market: all money is traded to and fro until it has shrunk",
            Cause::LockedTable => "a table of the database is locked",
            Cause::AgentKilled => "an agent is killed",
            Cause::BusStops => "NATS stops",
            Cause::ServerKilled => "an MCP server is killed",
        }
    }

    /// The alerts that it must fire, each with a word of its text.
    fn fires(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Cause::ModelFails => &[("LLMErrors", "openai")],
            Cause::KeyGone => &[("ComponentUnhealthy", "sentiment-agent")],
            Cause::FailingCalls => &[("HighMCPErrorRate", TechnicalIndicators::NAME)],
            Cause::ManySymbols => &[("LabelOverflow", "symbol")],
            Cause::HeavyPosition => &[("HighValueAtRisk", "value at risk")],
            Cause::Halt => &[("CircuitBreakerTripped", "manual_halt")],
            Cause::Churn => &[("HighDrawdown", "portfolio has lost")],
            Cause::LockedTable => &[
                ("DatabasePoolExhausted", "connections"),
                ("AgentSilent", "risk-agent"),
                ("AgentUnhealthy", "risk-agent"),
            ],
            Cause::AgentKilled => &[("ComponentDown", "agents")],
            Cause::BusStops => &[("NATSSilent", "orchestrator")],
            Cause::ServerKilled => &[("MCPServerDown", "MCP server")],
        }
    }

    /// The alerts that Alertmanager keeps quiet meanwhile, each with the value of a label.
    fn quietens(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Cause::LockedTable => &[("ComponentUnhealthy", "risk-agent")],
            Cause::Churn => &[("CircuitBreakerTripped", "max_drawdown")],
            Cause::BusStops => &[("ComponentUnhealthy", "orchestrator")],
            Cause::ServerKilled => &[("AgentSilent", "technical-agent")],
            _ => &[],
        }
    }

    /// What it needs and this machine does not have.
    fn lacks(self, stack: &Stack) -> Option<&'static str> {
        match self {
            Cause::LockedTable if !stack.has.postgres => Some("PostgreSQL is not installed"),
            Cause::BusStops if !stack.has.nats => Some("nats-server is not installed"),
            _ => None,
        }
    }
}

/// What a cause leaves to be undone.
#[derive(Default)]
struct Damage {
    /// Tasks that go on until they are dropped.
    tasks: JoinSet<()>,
    lock: Option<AnyConnection>,
}

/// Proves every alert, or those of these names.
pub(super) async fn prove(stack: &mut Stack, report: &mut Report, only: &[String]) -> anyhow::Result<()> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let wants = |cause: &Cause| cause.fires().iter().any(|(alert, _)| wanted(alert));
    // It lasts while the others come and go, so that its warning stays unattended for long enough.
    let unattended = wanted("WarningUnattended");
    let model = Cause::ModelFails;
    let model_fails = unattended || wants(&model);
    let since = stack.inbox.len();
    if model_fails {
        begin(model, stack, report).await?;
    }
    for (number, round) in ROUNDS.iter().enumerate() {
        let causes: Vec<Cause> = round.iter().copied().filter(wants).collect();
        self::round(stack, report, &causes).await?;
        if number == 0 && model_fails {
            arrive(stack, report, model, since).await?;
        }
    }
    if unattended {
        report.progress("waiting for the warning that nobody ends to become a page");
        let outcome = arrives(stack, "WarningUnattended", "LLMErrors", since, LONG).await;
        report.add("alert", "WarningUnattended", outcome);
    }
    if model_fails {
        end(model, stack, &mut Damage::default()).await?;
        leave(stack, report, model, since).await?;
        if unattended {
            let outcome = ends(stack, "WarningUnattended", since).await;
            report.add("resolved", "WarningUnattended", outcome);
        }
    }
    Ok(())
}

/// Lets some causes happen at once, and ends them when all alerts have arrived.
async fn round(stack: &mut Stack, report: &mut Report, causes: &[Cause]) -> anyhow::Result<()> {
    let since = stack.inbox.len();
    let mut happening = Vec::new();
    for &cause in causes {
        match cause.lacks(stack) {
            Some(lacks) => {
                for (alert, _) in cause.fires() {
                    report.add("alert", *alert, Outcome::Skipped(lacks.to_owned()));
                }
            }
            None => happening.push((cause, begin(cause, stack, report).await?)),
        }
    }
    for (cause, _) in &happening {
        arrive(stack, report, *cause, since).await?;
    }
    for (cause, damage) in &mut happening {
        end(*cause, stack, damage).await?;
    }
    for (cause, _) in &happening {
        leave(stack, report, *cause, since).await?;
    }
    Ok(())
}

async fn begin(cause: Cause, stack: &mut Stack, report: &Report) -> anyhow::Result<Damage> {
    report.progress(cause.name());
    let mut damage = Damage::default();
    match cause {
        Cause::ModelFails => stack.inbox.model_fails(true),
        Cause::KeyGone => std::fs::remove_file(stack.key())?,
        Cause::BusStops => stack.service("nats").kill().await?,
        Cause::AgentKilled => stack.service("arbitrage-agent").kill().await?,
        Cause::ServerKilled => stack.service(TechnicalIndicators::NAME).kill().await?,
        Cause::Halt => stack.change("/pause").await?,
        Cause::FailingCalls => {
            let tools = client::<TechnicalIndicators>(stack);
            damage.tasks.spawn(async move {
                loop {
                    let _ = tools.call::<Value>("calculate_rsi", json!({ "prices": [], "period": 0 })).await;
                    sleep(Duration::from_millis(20)).await;
                }
            });
        }
        Cause::ManySymbols => {
            let executor = client::<OrderExecutor>(stack);
            damage.tasks.spawn(async move {
                for number in 0.. {
                    let symbol = format!("C{number}-USD");
                    let order = json!({ "order_id": format!("symbol-{number}"), "symbol": symbol, "side": "buy", "quantity": 1 });
                    let _ = executor.call::<Value>("place_market_order", order).await;
                    sleep(Duration::from_millis(20)).await;
                }
            });
        }
        Cause::HeavyPosition => {
            let executor = client::<OrderExecutor>(stack);
            // The risk agent has it sold again: so for as long as this goes on.
            damage.tasks.spawn(async move {
                for number in 0.. {
                    let _ = spend(&executor, &format!("heavy-{number}")).await;
                    sleep(Duration::from_millis(200)).await;
                }
            });
        }
        Cause::Churn => {
            let executor = client::<OrderExecutor>(stack);
            damage.tasks.spawn(async move {
                for number in 0.. {
                    let stats = executor.call::<Value>("get_session_stats", json!({})).await.unwrap_or_default();
                    if stats["current_drawdown"].as_f64().is_some_and(|drawdown| drawdown > 0.17) {
                        break;
                    }
                    if let Ok(quantity) = spend(&executor, &format!("churn-buy-{number}")).await {
                        let _ = sell(&executor, &format!("churn-sell-{number}"), quantity).await;
                    }
                }
            });
        }
        Cause::LockedTable => {
            sqlx::any::install_default_drivers();
            let mut lock = AnyConnection::connect(&stack.database).await?;
            sqlx::raw_sql("BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").execute(&mut lock).await?;
            damage.lock = Some(lock);
            for _ in 0..8 {
                let executor = client::<OrderExecutor>(stack);
                damage.tasks.spawn(async move {
                    loop {
                        let _ = executor.call::<Value>("get_session_stats", json!({})).await;
                    }
                });
            }
        }
    }
    Ok(damage)
}

async fn end(cause: Cause, stack: &mut Stack, damage: &mut Damage) -> anyhow::Result<()> {
    damage.tasks.shutdown().await;
    match cause {
        Cause::ModelFails => stack.inbox.model_fails(false),
        Cause::KeyGone => stack.write_key()?,
        Cause::BusStops => stack.service("nats").start()?,
        Cause::AgentKilled => stack.service("arbitrage-agent").start()?,
        Cause::ServerKilled => stack.service(TechnicalIndicators::NAME).start()?,
        Cause::Halt => stack.change("/resume").await?,
        Cause::FailingCalls | Cause::ManySymbols | Cause::HeavyPosition => {}
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

/// Spends most of the cash, and answers how much was bought.
async fn spend(executor: &McpClient, order: &str) -> anyhow::Result<f64> {
    let stats: Value = executor.call("get_session_stats", json!({})).await?;
    let cash = stats["cash_usd"].as_f64().unwrap_or_default();
    if cash < 10_000.0 {
        anyhow::bail!("the money is spent");
    }
    // A first guess is below the price, and what cannot be paid is refused: so less, until it can.
    let mut quantity = (cash / 100.0).floor();
    for number in 0..20 {
        let id = format!("{order}-{number}");
        let asked = json!({ "order_id": id, "symbol": "SOL-USD", "side": "buy", "quantity": quantity });
        let placed: Value = executor.call("place_market_order", asked).await?;
        if placed["status"] == "filled" {
            return Ok(quantity);
        }
        quantity = (quantity * 0.9).floor();
    }
    anyhow::bail!("no order was filled")
}

async fn sell(executor: &McpClient, order: &str, quantity: f64) -> anyhow::Result<()> {
    let asked = json!({ "order_id": order, "symbol": "SOL-USD", "side": "sell", "quantity": quantity });
    let _: Value = executor.call("place_market_order", asked).await?;
    Ok(())
}

fn client<C: Component>(stack: &Stack) -> Arc<McpClient> {
    Arc::new(McpClient::new(C::NAME, stack.url(&C::DESCRIPTOR, "/mcp")))
}

/// All alerts of a cause arrive, and what follows from it is kept quiet.
async fn arrive(stack: &Stack, report: &mut Report, cause: Cause, since: usize) -> anyhow::Result<()> {
    for (alert, word) in cause.fires() {
        let outcome = arrives(stack, alert, word, since, PATIENCE).await;
        report.add("alert", *alert, outcome);
    }
    for (alert, value) in cause.quietens() {
        let quiet = stack.until(PATIENCE, async || is_quiet(stack, alert, value).await.unwrap_or(false)).await;
        let name = format!("{alert} of {value}, while {}", cause.fires()[cause.fires().len() - 1].0);
        let why = "Alertmanager does not inhibit it".to_owned();
        report.add("inhibited", name, if quiet { Outcome::Proven } else { Outcome::Failed(why) });
    }
    Ok(())
}

/// All alerts of a cause are over.
async fn leave(stack: &Stack, report: &mut Report, cause: Cause, since: usize) -> anyhow::Result<()> {
    for (alert, _) in cause.fires() {
        let outcome = ends(stack, alert, since).await;
        report.add("resolved", *alert, outcome);
    }
    Ok(())
}

/// Waits until an alert has arrived at every receiver that its severity asks for, with its text and links.
async fn arrives(stack: &Stack, name: &str, word: &str, since: usize, patience: Duration) -> Outcome {
    let Some(alert) = RULES.alerts().iter().find(|alert| alert.name == name) else {
        return Outcome::Failed("there is no such rule".to_owned());
    };
    let dashboard = value(alert.annotations, "dashboard");
    for receiver in receivers(alert) {
        let is_it = |text: &str| !is_over(text, name) && text.contains(name) && text.contains(word);
        if !stack.until(patience, async || stack.inbox.has(since, receiver, is_it)).await {
            let fires = stack.query(&format!("count(ALERTS{{alertname=\"{name}\",alertstate=\"firing\"}})")).await;
            return Outcome::Failed(match fires {
                Ok(fires) if fires.is_empty() => {
                    "it does not fire: its expression stays empty, or not for long enough".to_owned()
                }
                _ => format!("it fires, but does not arrive at the receiver {receiver}"),
            });
        }
        let links = |text: &str| is_it(text) && text.contains(dashboard) && text.contains("/d/cryptofunk-runbook");
        if !stack.inbox.has(since, receiver, links) {
            return Outcome::Failed(format!("what arrives at {receiver} has no link to {dashboard} or the runbook"));
        }
    }
    Outcome::Proven
}

/// Waits until the receivers have heard that an alert is over.
async fn ends(stack: &Stack, name: &str, since: usize) -> Outcome {
    let Some(alert) = RULES.alerts().iter().find(|alert| alert.name == name) else {
        return Outcome::Failed("there is no such rule".to_owned());
    };
    for receiver in receivers(alert) {
        if !stack.until(PATIENCE, async || stack.inbox.has(since, receiver, |text| is_over(text, name))).await {
            return Outcome::Failed(format!("{receiver} has not heard that it is over"));
        }
    }
    Outcome::Proven
}

/// Whether a message says that an alert is over.
fn is_over(text: &str, name: &str) -> bool {
    text.contains(&format!("{name} is over"))
}

fn receivers(alert: &Alert) -> &'static [&'static str] {
    match value(alert.labels, "severity") {
        "critical" => &["pagerduty", "slack"],
        "warning" => &["slack"],
        _ => &["mail"],
    }
}

fn value(pairs: &'static [(&'static str, &'static str)], name: &str) -> &'static str {
    pairs.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// Whether Alertmanager inhibits an alert that has a label of this value.
async fn is_quiet(stack: &Stack, name: &str, label: &str) -> anyhow::Result<bool> {
    let alerts = stack.alertmanager("/api/v2/alerts").await?;
    Ok(alerts.as_array().into_iter().flatten().any(|alert| {
        alert["labels"]["alertname"] == name
            && alert["labels"].as_object().is_some_and(|labels| labels.values().any(|value| value == label))
            && alert["status"]["inhibitedBy"].as_array().is_some_and(|by| !by.is_empty())
    }))
}
