//! Recording a tool call: a counter with three labels and a histogram of eleven buckets around two readings of a clock.

use std::{thread, time::Instant};

use crate::{
    allocations,
    median::median,
    peers::{self, Peer},
};

const ROUNDS: usize = 15;
const CALLS: u64 = 400_000;

/// ns a call in each round, for one and for two threads.
pub(crate) fn run() {
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
