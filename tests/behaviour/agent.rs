//! What agents and other components record, whatever happens to their work. Where the clock is paused, seconds pass as soon as
//! everybody waits: nobody sleeps.

use std::{sync::Arc, time::Duration};

use cryptofunk_metrics::{
    Agent, Label, agent,
    agent::{AgentSignal, LlmUsage, Pause, Steps, TimedOut},
    catalog::{
        agent::{
            Agent as Name, Provider, SignalKind, TokenType, analysis_duration_seconds, confidence, healthy,
            llm_calls_total, llm_duration_seconds, llm_tokens_total, signals_total,
        },
        mcp::Status,
    },
    exporter::Exporter,
    testing::{Recording, value_of},
};
use tokio::sync::watch;

#[derive(Label, Debug, Clone, Copy)]
enum SignalType {
    Buy,
    Sell,
    Hold,
}

struct Opinion(SignalType, f64);

impl AgentSignal for Opinion {
    type Kind = SignalType;
    fn kind(&self) -> SignalType {
        self.0
    }
    fn confidence(&self) -> f64 {
        self.1
    }
}

struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        30
    }
    fn completion_tokens(&self) -> u64 {
        4
    }
}

#[derive(Debug, Clone, Copy)]
enum Mood {
    Decided(SignalType, f64),
    Unsure,
    Angry,
    Endless,
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum Trouble {
    #[error("unsure")]
    Unsure,
    #[error(transparent)]
    Late(#[from] TimedOut),
}

struct Moody;

/// Does what its mood says.
#[agent(name = "moody-agent", port = 9390)]
impl Moody {
    #[analysis(timeout = "2s")]
    async fn analyze(&self, mood: Mood) -> Result<Opinion, Trouble> {
        match mood {
            Mood::Decided(kind, confidence) => Ok(Opinion(kind, confidence)),
            Mood::Unsure => Err(Trouble::Unsure),
            Mood::Angry => panic!("on purpose"),
            Mood::Endless => std::future::pending().await,
        }
    }

    #[llm_call(provider = "oracle", timeout = "2s")]
    async fn ask(&self, mood: Mood) -> Result<Answer, Trouble> {
        self.analyze(mood).await?;
        Ok(Answer)
    }
}

const NAME: Name = Name("moody-agent");
const ORACLE: Provider = Provider("oracle");

/// The signals by type, the observed confidences and the observed durations since the recording began.
fn recorded(recording: &Recording) -> ([u64; 3], u64, u64) {
    (
        ["buy", "sell", "hold"].map(|kind| recording.increase_of(signals_total(NAME, SignalKind(kind)))),
        recording.increase_of(confidence(NAME)).count(),
        recording.increase_of(analysis_duration_seconds(NAME)).count(),
    )
}

fn called(recording: &Recording) -> ([u64; 3], u64, u64) {
    (
        [Status::Success, Status::Error, Status::Cancelled]
            .map(|status| recording.increase_of(llm_calls_total(NAME, ORACLE, status))),
        recording.increase_of(llm_tokens_total(NAME, ORACLE, TokenType::Prompt)),
        recording.increase_of(llm_duration_seconds(NAME, ORACLE)).count(),
    )
}

#[tokio::test]
async fn signals_are_counted_by_type() {
    let recording = Recording::start();
    for (kind, sure) in
        [(SignalType::Buy, 0.9), (SignalType::Sell, 0.25), (SignalType::Hold, 0.0), (SignalType::Buy, 1.0)]
    {
        Moody.analyze(Mood::Decided(kind, sure)).await.expect("a signal");
    }
    assert_eq!(recorded(&recording), ([2, 1, 1], 4, 4));
    let confidences = recording.increase_of(confidence(NAME));
    assert!((confidences.sum - 2.15).abs() < 1e-12);
    // 0.0 lies below 0.1, 0.25 below 0.3, 0.9 below 0.9 and 1.0 below 1.0.
    assert_eq!(confidences.buckets, [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0]);
}

#[tokio::test(start_paused = true)]
async fn an_analysis_without_a_signal_is_timed_and_counts_as_none() {
    let recording = Recording::start();
    assert_eq!(Moody.analyze(Mood::Unsure).await.err(), Some(Trouble::Unsure));
    assert_eq!(recorded(&recording), ([0; 3], 0, 1));
    let late = Moody.analyze(Mood::Endless).await.err().expect("too late");
    assert_eq!(late.to_string(), "no result within 2s");
    assert_eq!(recorded(&recording), ([0; 3], 0, 2));
    let panicked = tokio::task::LocalSet::new()
        .run_until(async { tokio::task::spawn_local(Moody.analyze(Mood::Angry)).await.map(drop) })
        .await;
    assert!(panicked.is_err_and(|error| error.is_panic()));
    assert_eq!(recorded(&recording), ([0; 3], 0, 3));
    // Nobody waits for it any more.
    let dropped = tokio::time::timeout(Duration::from_secs(1), Moody.analyze(Mood::Endless)).await;
    assert!(dropped.is_err());
    assert_eq!(recorded(&recording), ([0; 3], 0, 4));
}

#[tokio::test(start_paused = true)]
async fn llm_calls_are_counted_by_what_became_of_them() {
    let recording = Recording::start();
    Moody.ask(Mood::Decided(SignalType::Hold, 1.0)).await.expect("an answer");
    assert_eq!(called(&recording), ([1, 0, 0], 30, 1));
    assert_eq!(recording.increase_of(llm_tokens_total(NAME, ORACLE, TokenType::Completion)), 4);
    assert_eq!(Moody.ask(Mood::Unsure).await.err(), Some(Trouble::Unsure));
    assert_eq!(called(&recording), ([1, 1, 0], 30, 2));
    assert!(matches!(Moody.ask(Mood::Endless).await.err(), Some(Trouble::Late(_))));
    assert_eq!(called(&recording), ([1, 2, 0], 30, 3));
    let panicked = tokio::task::LocalSet::new()
        .run_until(async { tokio::task::spawn_local(Moody.ask(Mood::Angry)).await.map(drop) })
        .await;
    assert!(panicked.is_err());
    assert_eq!(called(&recording), ([1, 3, 0], 30, 4));
    assert!(tokio::time::timeout(Duration::from_secs(1), Moody.ask(Mood::Endless)).await.is_err());
    assert_eq!(called(&recording), ([1, 3, 1], 30, 5));
}

/// Counts its analyses.
struct Trader(watch::Sender<u32>);

/// Panics now and then.
#[agent(name = "steps-agent", port = 9391, healthy_within = "5s")]
impl Trader {
    #[analysis]
    async fn analyze(&self) -> Result<Opinion, Trouble> {
        self.0.send_modify(|count| *count += 1);
        match *self.0.borrow() % 3 {
            1 => panic!("on purpose"),
            2 => Err(Trouble::Unsure),
            _ => Ok(Opinion(SignalType::Hold, 0.5)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn steps_outlive_errors_and_panics_and_can_be_paused() {
    let (sender, mut analyses) = watch::channel(0);
    let trader = Arc::new(Trader(sender));
    let pause = Pause::default();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let recording = Recording::start();
    let running = tokio::spawn({
        let (trader, pause) = (Arc::clone(&trader), pause.clone());
        async move {
            let steps = Steps::every(Duration::from_secs(1)).pause(&pause);
            let step = async |trader: &Trader| trader.analyze().await.map(drop);
            steps.run_until(&*trader, step, async { drop(stopped.await) }).await;
        }
    });
    let began = tokio::time::Instant::now();
    analyses.wait_for(|count| *count == 9).await.expect("it analyses");
    assert_eq!(began.elapsed(), Duration::from_secs(8), "at 0, 1, … 8 seconds");
    pause.pause();
    assert!(pause.is_paused());
    let more = tokio::time::timeout(Duration::from_secs(20), analyses.wait_for(|count| *count > 9)).await.is_ok();
    assert!(!more, "nothing happens while it is paused");
    assert!(Trader::is_healthy(), "it does what it was told");
    pause.resume();
    analyses.wait_for(|count| *count == 12).await.expect("it analyses again");
    stop.send(()).expect("the steps go on");
    running.await.expect("the steps end well");
    let hold = signals_total(Name("steps-agent"), SignalKind("hold"));
    assert_eq!(recording.increase_of(hold), 4);
    assert_eq!(recording.increase_of(analysis_duration_seconds(Name("steps-agent"))).count(), 12);
}

struct Idle;

/// Never concludes anything.
#[agent(name = "idle-agent", port = 9392, healthy_within = "50ms")]
impl Idle {
    #[analysis]
    async fn analyze(&self, well: bool) -> Result<Opinion, Trouble> {
        if well { Ok(Opinion(SignalType::Hold, 0.5)) } else { Err(Trouble::Unsure) }
    }

    #[health_check(name = "patience")]
    fn always(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

#[tokio::test]
async fn health_follows_from_success() {
    let exporter = Exporter::of(&Arc::new(Idle)).bind("127.0.0.1:0").await.expect("a free port").spawn();
    let address = exporter.local_addr();
    let healthy = || value_of(healthy(Name("idle-agent")));
    let is = async |wanted: bool| {
        while (ask(address, "/health").await.starts_with("HTTP/1.1 200"), healthy() == 1) != (wanted, wanted) {
            let _ = ask(address, "/metrics").await;
        }
    };
    is(false).await;
    let answer = ask(address, "/health").await;
    assert!(answer.contains(r#""agent":{"status":"unhealthy","error":"no successful analysis for"#), "{answer}");
    assert!(answer.contains(r#""patience":{"status":"healthy"}"#), "{answer}");
    assert!(Idle.analyze(false).await.is_err());
    assert!(!Idle::is_healthy(), "an error is no success");
    // A success is soon old again, so both are awaited while there are new ones.
    let well = tokio::spawn(async {
        loop {
            assert!(Idle.analyze(true).await.is_ok());
            tokio::task::yield_now().await;
        }
    });
    is(true).await;
    well.abort();
    is(false).await;
    exporter.stop().await;
}

async fn ask(address: std::net::SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the exporter answers");
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the request is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
