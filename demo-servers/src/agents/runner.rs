//! What all agents do: listen for rounds, say what they think, and show that they are alive.

use std::{
    collections::BTreeSet,
    future::{Future, Ready, ready},
    sync::Arc,
    time::Duration,
};

use cryptofunk_metrics::{
    Agent,
    agent::{Pause, Steps},
    exporter::{Exporter, Settings},
    trace::TraceContext,
};
use futures_util::StreamExt;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{AgentError, Opinion};
use crate::{
    bus::{
        self, Bus, BusError, Subject,
        message::{Control, Heartbeat, Signal, Traced},
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
    attempt: String,
    /// The orchestrator's span.
    trace: TraceContext,
}

/// What has been answered of the last round.
#[derive(Debug, Default)]
struct Answered {
    attempt: String,
    symbols: BTreeSet<String>,
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

    let (rounds, mut next) = watch::channel(Round::default());
    let ended = CancellationToken::new();
    let listener =
        tokio::spawn(ended.clone().run_until_cancelled_owned(listen(Arc::clone(&bus), rounds, pause.clone())));
    let heart = tokio::spawn(ended.clone().run_until_cancelled_owned(beat::<A>(Arc::clone(&bus), heartbeats)));
    let mut answered = Answered::default();
    let steps = Steps::every(Duration::from_millis(1)).pause(&pause);
    let step = async |agent: &A| step(agent, &*bus, &mut next, &mut answered, &answers).await;
    steps.run_until(&*agent, step, stop).await;
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

/// Waits until a round is called, and says what the agent thinks of each of its pairs that it has not answered yet.
async fn step<A: Trader>(
    agent: &A,
    bus: &dyn Bus,
    rounds: &mut watch::Receiver<Round>,
    answered: &mut Answered,
    answers: &Progress,
) -> Result<(), StepError> {
    // Ends now and then, so that a pause is seen.
    let Ok(Ok(())) = timeout(HEARTBEAT, rounds.changed()).await else { return Ok(()) };
    let round = rounds.borrow_and_update().clone();
    if answered.attempt != round.attempt {
        *answered = Answered { attempt: round.attempt.clone(), symbols: BTreeSet::new() };
    }
    answers.begin();
    let span = bus::received(Subject::Control, &round.trace);
    let result = answer(agent, bus, round, answered).instrument(span).await;
    answers.result(&result);
    result
}

async fn answer<A: Trader>(agent: &A, bus: &dyn Bus, round: Round, answered: &mut Answered) -> Result<(), StepError> {
    let mut first_error = None;
    for symbol in round.symbols.into_iter().filter(|symbol| !answered.symbols.contains(symbol)).collect::<Vec<_>>() {
        match agent.opinion(&symbol, round.tick).await {
            Ok(Opinion { advice, confidence, reason, veto }) => {
                let (agent, tick) = (A::NAME.to_owned(), round.tick);
                let signal = Signal { agent, symbol: symbol.clone(), tick, advice, confidence, reason, veto };
                bus::send(bus, Subject::Signals, &signal).await?;
                answered.symbols.insert(symbol);
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
                        Ok(Traced { message: Control::Round { tick, symbols, attempt }, trace }) => {
                            rounds.send_replace(Round { tick, symbols, attempt, trace });
                        }
                        Ok(Traced { message: Control::Pause, .. }) => pause.pause(),
                        Ok(Traced { message: Control::Resume, .. }) => pause.resume(),
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
    let mut last = None;
    loop {
        let heartbeat = Heartbeat { agent: A::NAME.to_owned(), healthy: A::is_healthy() };
        progress.begin();
        let result = bus::send(&*bus, Subject::Heartbeats, &heartbeat).await;
        progress.result(&result);
        let error = result.err().map(|error| error.to_string());
        match &error {
            None => A::heartbeat_arrived(),
            Some(error) if last.as_ref() != Some(error) => tracing::warn!("{error}"),
            Some(_) => {}
        }
        last = error;
        sleep(HEARTBEAT).await;
    }
}
