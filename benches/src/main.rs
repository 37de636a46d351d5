//! What recording and exposing cost, here and elsewhere. `scripts/bench` runs it and writes docs/PERFORMANCE.md.
//!
//! Every peer does the same work in every round of the same run: a counter with three labels and a histogram of eleven buckets
//! around two readings of a clock. Medians are over the rounds, and ratios are medians of each round's ratio, so that what
//! disturbs a round disturbs all of its peers.

mod allocations;
mod http;
mod look_up;
mod mcp;
mod median;
mod peers;
mod threads;
mod whole_call;

use std::{env, thread, time::Instant};

use median::median;
use peers::Peer;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["record"] => record(),
        ["expose"] => expose(),
        ["call"] => whole_call::run(),
        ["look-up"] => look_up::run(),
        ["threads"] => threads::run(),
        ["threads", library, count] => threads::child(library, count.parse().expect("a number of threads")),
        ["mcp"] => mcp::run(),
        ["http"] => http::run(),
        ["serve", whose, sessions] => http::serve(whose, sessions),
        _ => eprintln!("usage: cryptofunk-benches record|expose|call|look-up|threads|mcp|http"),
    }
}

const ROUNDS: usize = 15;
const CALLS: u64 = 400_000;

/// ns a call in each round, for one and for two threads.
fn record() {
    let peers = peers::all();
    let mut times = vec![[Vec::new(), Vec::new()]; peers.len()];
    for peer in &peers {
        (peer.record)(10_000);
    }
    for round in 0..ROUNDS {
        eprint!("\rrecording: round {} of {ROUNDS}", round + 1);
        // Another order each round: nobody always runs after the same neighbour.
        for i in 0..peers.len() {
            let at = (i + round) % peers.len();
            for (threads, times) in times[at].iter_mut().enumerate() {
                times.push(time(&peers[at], threads + 1));
            }
        }
    }
    eprintln!();
    println!("| what | 1 thread, ns | × floor | 2 threads, ns | × floor | allocations a call |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (peer, own) in peers.iter().zip(&times) {
        let ratio = |threads: usize| median(own[threads].iter().zip(&times[0][threads]).map(|(a, b)| a / b));
        println!(
            "| {} | {:.1} | {:.2} | {:.1} | {:.2} | {} |",
            peer.name,
            median(own[0].iter().copied()),
            ratio(0),
            median(own[1].iter().copied()),
            ratio(1),
            allocations::during(1_000, || (peer.record)(1_000)),
        );
    }
    let ours = 1;
    println!();
    println!("| against | slower than cryptofunk-metrics at 1 thread | at 2 threads |");
    println!("|---|---:|---:|");
    for (peer, other) in peers.iter().zip(&times).skip(2) {
        let ratio = |threads: usize| median(other[threads].iter().zip(&times[ours][threads]).map(|(a, b)| a / b));
        println!("| {} | {:.1} × | {:.1} × |", peer.name, ratio(0), ratio(1));
    }
}

/// ns a call, with some threads on the same series.
fn time(peer: &Peer, threads: usize) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| (peer.record)(CALLS));
        }
        (peer.record)(CALLS);
    });
    start.elapsed().as_nanos() as f64 / CALLS as f64
}

/// ms to write 10,000 counters and 1,000 histograms of ten bounds as text.
fn expose() {
    let mut peers: Vec<_> = peers::all().into_iter().filter_map(|peer| Some((peer.name, (peer.expose?)()))).collect();
    let mut times = vec![Vec::new(); peers.len()];
    let mut lines = vec![0; peers.len()];
    // One text for all rounds and peers: only writing is measured, not the operating system's pages.
    let mut text = String::with_capacity(16 << 20);
    for round in 0..ROUNDS {
        eprint!("\rexposition: round {} of {ROUNDS}", round + 1);
        for (at, (_, expose)) in peers.iter_mut().enumerate() {
            text.clear();
            let start = Instant::now();
            expose(&mut text);
            times[at].push(start.elapsed().as_secs_f64() * 1e3);
            lines[at] =
                text.lines().filter(|line| line.contains("bench_")).filter(|line| !line.starts_with('#')).count();
        }
    }
    eprintln!();
    println!("| what | ms | lines | slower than cryptofunk-metrics |");
    println!("|---|---:|---:|---:|");
    for (at, (name, _)) in peers.iter().enumerate() {
        let name = if at == 0 { "copying the same lines and nothing else" } else { *name };
        let ratio = median(times[at].iter().zip(&times[1]).map(|(a, b)| a / b));
        println!("| {name} | {:.2} | {} | {ratio:.1} × |", median(times[at].iter().copied()), lines[at]);
    }
}
