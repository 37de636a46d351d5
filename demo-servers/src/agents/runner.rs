//! What all agents do: listen for rounds, say what they think, and show that they are alive.

use std::{
    future::{Future, Ready, ready},
    sync::Arc,
    time::Duration,
};

use cryptofunk_metrics::{
    Agent,
    agent::{Pause, Steps},
    exporter::{Exporter, Settings},
};
use futures_util::StreamExt;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{AgentError, Opinion};
use crate::{
    bus::{
        self, Bus, BusError, Subject,
        message::{Control, Heartbeat, Signal},
    },
    progress::Progress,
};

/// How often an agent shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long an agent waits before it listens again to a bus that it has lost.
const AGAIN: Duration = Duration::from_millis(500);

/// An agent with opinions on pairs.
pub(crate) trait Trader: Agent + Send + Sync + 'static {
    /// What it thinks of a pair at a tick.
    fn opinion(&self, symbol: &str, tick: u64) -> impl Future<Output = Result<Opinion, AgentError>> + Send;
}

/// A round, as the orchestrator has called it.
#[derive(Debug, Clone, Default)]
struct Round {
    tick: u64,
    symbols: Vec<String>,
}

/// Why a step did not succeed.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Analysis(#[from] AgentError),
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Runs an agent of the orchestrator at this URL, with its metrics and health on its port, until `stop` completes.
pub(crate) async fn run<A: Trader>(
    agent: A,
    orchestrator: String,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let agent = Arc::new(agent);
    let settings = Settings::from_env(A::PORT)?;
    let pause = Pause::default();
    let (answers, heartbeats) = (Progress::default(), Progress::default());
    let (rounds, orchestrator_hears) = (check_rounds(&answers, &pause), check_heartbeats(&heartbeats));
    let exporter = Exporter::of(&agent).check("rounds", rounds).check("orchestrator", orchestrator_hears);
    let exporter = exporter.settings(&settings).bind(settings.address).await?.spawn();
    cryptofunk_metrics::adapters::tokio::watch();
    let bus = bus::of_agent(orchestrator).await?;
    tracing::info!(agent = A::NAME, "metrics on http://{}/metrics", exporter.local_addr());

    let (rounds, next) = watch::channel(Round::default());
    let ended = CancellationToken::new();
    let listener =
        tokio::spawn(ended.clone().run_until_cancelled_owned(listen(Arc::clone(&bus), rounds, pause.clone())));
    let heart = tokio::spawn(ended.clone().run_until_cancelled_owned(beat::<A>(Arc::clone(&bus), heartbeats)));
    let mut last = 0;
    let steps = Steps::every(Duration::from_millis(1)).pause(&pause);
    steps.run_until(&*agent, async |agent| step(agent, &*bus, &next, &mut last, &answers).await, stop).await;
    ended.cancel();
    let _ = tokio::join!(listener, heart);
    exporter.stop().await;
    Ok(())
}

/// What a check answers at once.
type Checked = Ready<Result<(), String>>;

/// Whether the agent answers rounds in time. An agent that rests has none to answer.
fn check_rounds(answers: &Progress, pause: &Pause) -> impl Fn() -> Checked + Send + Sync + 'static {
    let (answers, pause) = (answers.clone(), pause.clone());
    move || {
        if pause.is_paused() {
            answers.end();
        }
        ready(answers.check("no answer to a round"))
    }
}

/// Whether the agent is heard.
fn check_heartbeats(heartbeats: &Progress) -> impl Fn() -> Checked + Send + Sync + 'static {
    let heartbeats = heartbeats.clone();
    move || ready(heartbeats.check("no heartbeat has arrived"))
}

/// Waits for a round, and says what the agent thinks of each of its pairs.
async fn step<A: Trader>(
    agent: &A,
    bus: &dyn Bus,
    rounds: &watch::Receiver<Round>,
    last: &mut u64,
    answers: &Progress,
) -> Result<(), StepError> {
    let mut rounds = rounds.clone();
    // Ends now and then, so that a pause is seen.
    let Ok(Ok(round)) = timeout(HEARTBEAT, rounds.wait_for(|round| round.tick > *last))
        .await
        .map(|round| round.map(|round| round.clone()))
    else {
        return Ok(());
    };
    *last = round.tick;
    answers.begin();
    let result = answer(agent, bus, round).await;
    answers.result(&result);
    result
}

async fn answer<A: Trader>(agent: &A, bus: &dyn Bus, round: Round) -> Result<(), StepError> {
    let mut first_error = None;
    for symbol in round.symbols {
        match agent.opinion(&symbol, round.tick).await {
            Ok(Opinion { advice, confidence, reason, veto }) => {
                let agent = A::NAME.to_owned();
                let signal = Signal { agent, symbol, tick: round.tick, advice, confidence, reason, veto };
                publish(bus, Subject::Signals, &signal).await?;
            }
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    first_error.map_or(Ok(()), |error| Err(error.into()))
}

/// Hears what the orchestrator says, for ever.
async fn listen(bus: Arc<dyn Bus>, rounds: watch::Sender<Round>, pause: Pause) {
    loop {
        match bus.subscribe(Subject::Control).await {
            Ok(mut messages) => {
                while let Some(message) = messages.next().await {
                    match serde_json::from_slice(&message) {
                        Ok(Control::Round { tick, symbols }) => {
                            // Said again to those who were not there the first time. A market that began anew counts anew.
                            rounds.send_if_modified(|round| {
                                let new = tick != round.tick;
                                *round = Round { tick, symbols };
                                new
                            });
                        }
                        Ok(Control::Pause) => pause.pause(),
                        Ok(Control::Resume) => pause.resume(),
                        Err(error) => tracing::warn!("a control message cannot be read: {error}"),
                    }
                }
                tracing::info!("the control messages have ended; listening again");
            }
            Err(error) => tracing::debug!("{error}"),
        }
        sleep(AGAIN).await;
    }
}

/// Shows that the agent is alive, for ever.
async fn beat<A: Trader>(bus: Arc<dyn Bus>, progress: Progress) {
    loop {
        let heartbeat = Heartbeat { agent: A::NAME.to_owned(), healthy: A::is_healthy() };
        progress.begin();
        let result = publish(&*bus, Subject::Heartbeats, &heartbeat).await;
        progress.result(&result);
        match result {
            Ok(()) => A::heartbeat_arrived(),
            Err(error) => tracing::debug!("{error}"),
        }
        sleep(HEARTBEAT).await;
    }
}

async fn publish(bus: &dyn Bus, subject: Subject, message: &impl serde::Serialize) -> Result<(), BusError> {
    let message = serde_json::to_vec(message).expect("messages are plain data");
    bus.publish(subject, message).await
}
