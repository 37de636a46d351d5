//! The orchestrator at work: it listens, plays round after round, and answers over HTTP.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use cryptofunk_metrics::{
    Component,
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
    state::State,
};
use crate::{
    access::{Places, Token},
    bus::{
        self, Bus, Hub, Nats, Subject,
        message::{Heartbeat, Signal, Traced},
    },
    domain::orchestrator::{self as families, SignalResult},
    market_data::MarketData,
    order_executor::OrderExecutor,
    progress::Progress,
    risk_analyzer::RiskAnalyzer,
    settings,
};

/// How long to wait after a round that failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Plays round after round, for ever.
async fn conduct(orchestrator: Arc<Orchestrator>, signals: mpsc::Receiver<Signal>) {
    let mut rounds = Rounds::new(Arc::clone(&orchestrator), signals);
    let mut resumed = false;
    loop {
        let result = async {
            if !resumed {
                let session = orchestrator.start_session().await?;
                rounds.resume(&session).await?;
                resumed = true;
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
                    Some(message) = spoken.next() => heard(&message, &signals),
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

/// Hands a signal on to the round, if it is one.
fn heard(message: &[u8], signals: &mpsc::Sender<Signal>) {
    let signal = serde_json::from_slice(message).ok().filter(|traced: &Traced<Signal>| is_admitted(&traced.message));
    let taken = signal.is_some_and(|Traced { message, trace }| {
        bus::received(Subject::Signals, &trace).in_scope(|| signals.try_send(message).is_ok())
    });
    if !taken {
        families::signals_total(SignalResult::Dropped).inc();
    }
}

/// Runs the orchestrator until `stop` completes.
pub(crate) async fn run(stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let ended = CancellationToken::new();
    let hub = Hub::new(ended.clone());
    let (bus, passing): (Arc<dyn Bus>, _) = match settings::nats_url()? {
        Some(url) => (Arc::new(Nats::connect(&url).await?.counted()), None),
        None => (hub.clone(), Some(hub.routes())),
    };
    let passing = passing.map(|routes| routes.layer(DefaultBodyLimit::max(MESSAGE)));
    let repeatable = settings::repeatable()?;
    let orchestrator = Arc::new(Orchestrator {
        bus,
        market: settings::client_of::<MarketData>()?,
        executor: settings::client_of::<OrderExecutor>()?,
        analyzer: settings::client_of::<RiskAnalyzer>()?,
        run: settings::variable("RUN_ID", "a name")?,
        pace: Pace { repeatable, patience: Duration::from_secs(if repeatable { 60 } else { 3 }) },
        state: Mutex::new(State::new()),
        progress: Progress::default(),
    });
    let settings = Settings::from_env(Orchestrator::PORT)?;
    let token = Token::from_env();
    let passing = passing.map(|routes: Router| routes.layer(from_fn_with_state(token.clone(), Token::require)));
    let routes = routes(&orchestrator, token).merge(passing.unwrap_or_default());
    let routes = routes.layer(from_fn_with_state(Places::from_env()?, Places::require));
    let exporter = Exporter::of(&orchestrator).settings(&settings).merge(routes);
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
