//! Writing 10,000 counters and 1,000 histograms of ten bounds as text, and compressing it.

use std::{io::Write, time::Instant};

use flate2::{Compression, write::GzEncoder};

use crate::{median::median, peers};

const ROUNDS: usize = 15;

pub(crate) fn run() {
    let mut peers: Vec<_> = peers::all().into_iter().filter_map(|peer| Some((peer.name, (peer.expose?)()))).collect();
    let mut times = vec![Vec::new(); peers.len()];
    let mut compressed = vec![[Vec::new(), Vec::new()]; peers.len()];
    let mut lines = vec![0; peers.len()];
    // One text for all rounds and peers: only writing is measured, not the operating system's pages.
    let mut text = String::with_capacity(16 << 20);
    for round in 0..ROUNDS {
        eprint!("\rexposition: round {} of {ROUNDS}", round + 1);
        for (at, (_, expose)) in peers.iter_mut().enumerate() {
            text.clear();
            let start = Instant::now();
            expose(&mut text);
            let written = start.elapsed().as_secs_f64() * 1e3;
            times[at].push(written);
            // This library takes the fastest level; tower-http, which serves most peers, takes the sixth unless it is told.
            for (level, times) in [Compression::fast(), Compression::default()].into_iter().zip(&mut compressed[at]) {
                times.push(written + compress(&text, level));
            }
            lines[at] =
                text.lines().filter(|line| line.contains("bench_")).filter(|line| !line.starts_with('#')).count();
        }
    }
    eprintln!();
    println!("| what | ms | lines | slower than cryptofunk-metrics | gzip 1, ms | gzip 6, ms |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (at, (name, _)) in peers.iter().enumerate() {
        let name = if at == 0 { "copying the same lines and nothing else" } else { *name };
        let ratio = median(times[at].iter().zip(&times[1]).map(|(a, b)| a / b));
        let [fast, usual] = compressed[at].each_ref().map(|times| median(times.iter().copied()));
        println!(
            "| {name} | {:.2} | {} | {ratio:.1} × | {fast:.1} | {usual:.1} |",
            median(times[at].iter().copied()),
            lines[at]
        );
    }
}

/// The ms that compressing takes.
fn compress(text: &str, level: Compression) -> f64 {
    let start = Instant::now();
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), level);
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it");
    start.elapsed().as_secs_f64() * 1e3
}
