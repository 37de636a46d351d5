//! All that `#[mcp_server]` records of a tool call: in flight, the counters of requests and of calls, and the histograms of both.

use std::{hint::black_box, thread, time::Instant};

use cryptofunk_metrics::{
    catalog::mcp::{
        Method, Server, Status, Tool, request_duration_seconds, requests_in_flight, requests_total,
        tool_call_duration_seconds, tool_calls_total,
    },
    clock,
};

use crate::median::median;

const ROUNDS: usize = 31;
const CALLS: u64 = 400_000;

fn floor() {
    for _ in 0..CALLS {
        let start = clock::now();
        black_box(clock::now().saturating_sub(start));
    }
}

fn call() {
    let (server, tool) = (Server("bench"), Tool("echo"));
    let in_flight = requests_in_flight(server);
    let requests = requests_total(server, Method::ToolsCall, Status::Success);
    let request_duration = request_duration_seconds(server, Method::ToolsCall);
    let calls = tool_calls_total(server, tool, Status::Success);
    let call_duration = tool_call_duration_seconds(server, tool);
    for _ in 0..CALLS {
        in_flight.inc();
        let start = clock::now();
        let ticks = clock::now().saturating_sub(start);
        in_flight.dec();
        requests.inc();
        request_duration.observe_ticks(ticks);
        calls.inc();
        call_duration.observe_ticks(ticks);
    }
}

/// ns a call on so many threads at once.
pub(crate) fn time(work: fn(), threads: usize, calls: u64) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    start.elapsed().as_nanos() as f64 / calls as f64
}

pub(crate) fn run() {
    println!("| threads | two clock reads, ns | a whole call, ns | × |");
    println!("|---:|---:|---:|---:|");
    for threads in [1, 2] {
        let (mut floors, mut calls) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            floors.push(time(floor, threads, CALLS));
            calls.push(time(call, threads, CALLS));
        }
        let ratio = median(calls.iter().zip(&floors).map(|(call, floor)| call / floor));
        println!("| {threads} | {:.1} | {:.1} | {ratio:.2} |", median(floors), median(calls));
    }
}
