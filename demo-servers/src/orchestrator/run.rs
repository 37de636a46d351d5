//! The orchestrator at work: it listens, plays round after round, and answers over HTTP.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::extract::DefaultBodyLimit;
use cryptofunk_metrics::{
    Component,
    agent::McpClient,
    exporter::{Exporter, Settings},
};
use futures_util::StreamExt;
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    admission::{MESSAGE, is_admitted, is_known},
    conductor::{Orchestrator, Pace},
    round::{RoundError, Rounds},
    routes::routes,
    state::{State, now_ms},
};
use crate::{
    bus::{
        Bus, Hub, Nats, Subject,
        message::{Heartbeat, Signal},
        nats_url,
    },
    domain::orchestrator::{self as families, SignalResult},
    market_data::MarketData,
    order_executor::OrderExecutor,
    progress::Progress,
    rest::Token,
    risk_analyzer::RiskAnalyzer,
    settings,
};

/// How long to wait after a round that failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Plays round after round, for ever.
async fn conduct(orchestrator: Arc<Orchestrator>, signals: mpsc::Receiver<Signal>) {
    let mut rounds = Rounds::new(Arc::clone(&orchestrator), signals);
    loop {
        let result = async {
            if orchestrator.state().session_id.is_none() {
                orchestrator.start_session().await?;
            }
            rounds.next().await
        };
        orchestrator.progress.begin();
        let result: Result<(), RoundError> = result.await;
        orchestrator.progress.result(&result);
        let error = result.err().map(|error| error.to_string());
        let failed = error.is_some();
        let known = std::mem::replace(&mut orchestrator.state().last_error, error.clone());
        if let Some(error) = error.filter(|error| known.as_ref() != Some(error)) {
            tracing::warn!("{error}");
        }
        if failed {
            sleep(PAUSE).await;
        }
    }
}

/// Hears agents, for ever.
async fn hear(orchestrator: Arc<Orchestrator>, signals: mpsc::Sender<Signal>) {
    loop {
        let subscribed = futures_util::try_join!(
            orchestrator.bus.subscribe(Subject::Signals),
            orchestrator.bus.subscribe(Subject::Heartbeats)
        );
        match subscribed {
            Ok((mut spoken, mut beats)) => loop {
                tokio::select! {
                    Some(message) = spoken.next() => match serde_json::from_slice::<Signal>(&message) {
                        Ok(signal) if is_admitted(&signal) && signals.try_send(signal.clone()).is_ok() => {}
                        _ => families::signals_total(SignalResult::Dropped).inc(),
                    },
                    Some(message) = beats.next() => match serde_json::from_slice::<Heartbeat>(&message) {
                        Ok(heartbeat) if is_known(&heartbeat.agent) => orchestrator.state().beat(&heartbeat),
                        _ => tracing::warn!("a heartbeat cannot be read"),
                    },
                    else => break,
                }
            },
            Err(error) => tracing::warn!("{error}"),
        }
        sleep(PAUSE).await;
    }
}

/// Runs the orchestrator until `stop` completes.
pub(crate) async fn run(stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let ended = CancellationToken::new();
    let hub = Hub::new(ended.clone());
    let (bus, passing): (Arc<dyn Bus>, _) = match nats_url()? {
        Some(url) => (Arc::new(Nats::connect(&url).await?.counted()), None),
        None => (hub.clone(), Some(hub.routes())),
    };
    let passing = passing.map(|routes| routes.layer(DefaultBodyLimit::max(MESSAGE)));
    let repeatable = settings::variable("REPEATABLE", "true or false")?.unwrap_or(false);
    let orchestrator = Arc::new(Orchestrator {
        bus,
        market: McpClient::new(MarketData::NAME, settings::mcp_url_of::<MarketData>()?),
        executor: McpClient::new(OrderExecutor::NAME, settings::mcp_url_of::<OrderExecutor>()?),
        analyzer: McpClient::new(RiskAnalyzer::NAME, settings::mcp_url_of::<RiskAnalyzer>()?),
        run: settings::variable("RUN_ID", "a name")?.unwrap_or_else(|| format!("run-{}", now_ms())),
        pace: Pace { repeatable, patience: Duration::from_secs(if repeatable { 60 } else { 3 }) },
        state: Mutex::new(State::new()),
        progress: Progress::default(),
    });
    let settings = Settings::from_env(Orchestrator::PORT)?;
    let routes = routes(&orchestrator, Token::new(settings::api_token_file()));
    let exporter = Exporter::of(&orchestrator).settings(&settings).merge(routes).merge(passing.unwrap_or_default());
    let bound = exporter.bind(settings.address).await?;
    cryptofunk_metrics::adapters::tokio::watch();
    tracing::info!("orchestrator on http://{}", bound.local_addr());

    let (sender, receiver) = mpsc::channel(10_000);
    let hearing = tokio::spawn(ended.clone().run_until_cancelled_owned(hear(Arc::clone(&orchestrator), sender)));
    let conducting = tokio::spawn(ended.clone().run_until_cancelled_owned(conduct(orchestrator, receiver)));
    bound
        .run_until(async {
            stop.await;
            ended.cancel();
        })
        .await;
    let _ = tokio::join!(hearing, conducting);
    Ok(())
}
