//! What spans cost a call over a pipe in memory: programs without and with the feature `trace`, each in a process of its own.

mod collector;

use std::{
    env,
    io::{BufRead, BufReader, Write, stdin},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use collector::Collector;

use crate::{
    mcp::{self, Ours},
    median::median,
};

const ROUNDS: usize = 101;
/// Calls of a round, in rounds of the pipe.
const REPEAT: usize = 4;

/// A program that calls when it is told.
struct Caller {
    process: Child,
    tell: ChildStdin,
    told: BufReader<ChildStdout>,
    /// µs a call in each round.
    times: Vec<f64>,
}

impl Caller {
    fn start(program: &Path, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(program)
            .arg("calls")
            .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (tell, told) = (process.stdin.take().expect("piped"), process.stdout.take().expect("piped"));
        let mut caller = Caller { process, tell, told: BufReader::new(told), times: Vec::new() };
        caller.round();
        caller
    }

    /// µs a call.
    fn round(&mut self) -> f64 {
        writeln!(self.tell, "call").expect("it reads");
        let mut line = String::new();
        self.told.read_line(&mut line).expect("it answers");
        line.trim().parse().expect("a number")
    }

    /// Sends what it has not sent yet.
    fn end(self) {
        let Caller { mut process, tell, .. } = self;
        drop(tell);
        process.wait().expect("it ends");
    }
}

/// The process that calls: a round for each line of its input.
pub(crate) fn child() {
    #[cfg(feature = "trace")]
    let _tracing = cryptofunk_metrics::trace::init("bench").expect("variables that can be meant");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = runtime.block_on(mcp::connect(Ours));
    for line in stdin().lines() {
        line.expect("text");
        let calls_a_second = (0..REPEAT).map(|_| runtime.block_on(mcp::round(&client)));
        println!("{}", calls_a_second.map(|calls| 1e6 / calls).sum::<f64>() / REPEAT as f64);
    }
}

/// `without` is this program without the feature.
pub(crate) fn run(without: &Path) {
    assert!(cfg!(feature = "trace"), "build this one with `--features trace`");
    let with = env::current_exe().expect("this program has a path");
    let collector = Collector::start();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url);
    let mut callers = [
        ("without the feature", Caller::start(without, &[])),
        ("the same program in another process", Caller::start(without, &[])),
        ("with the feature, nothing sent", Caller::start(&with, &[])),
        ("sampling 0", Caller::start(&with, &[endpoint, ("OTEL_TRACES_SAMPLER", "always_off")])),
        ("everything sampled", Caller::start(&with, &[endpoint, ("OTEL_TRACES_SAMPLER", "always_on")])),
    ];
    for round in 0..ROUNDS {
        eprint!("\rtraces: round {} of {ROUNDS}", round + 1);
        for turn in 0..callers.len() {
            let (_, caller) = &mut callers[(round + turn) % 5];
            let time = caller.round();
            caller.times.push(time);
            // The collector's work is not the next one's.
            thread::sleep(Duration::from_millis(20));
        }
    }
    eprintln!();
    let first = callers[0].1.times.clone();
    println!("| server | µs a call | × without the feature |");
    println!("|---|---:|---:|");
    for (what, caller) in &callers {
        let ratio = median(caller.times.iter().zip(&first).map(|(time, first)| time / first));
        println!("| {what} | {:.1} | {ratio:.2} |", median(caller.times.clone()));
    }
    callers.into_iter().for_each(|(_, caller)| caller.end());
    // With the opening of the session.
    let requests = (ROUNDS + 1) * REPEAT * mcp::CALLS + 1;
    println!();
    println!(
        "Of {requests} requests, {} spans arrived: a round has fewer than the 2,048 places of OpenTelemetry's queue.",
        collector.spans()
    );
}
