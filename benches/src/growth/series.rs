//! What a scrape costs with few and with many counters, in a process of its own for each figure.

use std::time::Instant;

use cryptofunk_metrics::{
    Label,
    exposition::{Format, encode_into},
    metrics,
};
use prometheus::{IntCounterVec, Opts, Registry, TextEncoder};

use super::process::{LIBRARIES, child_numbers};
use crate::{figure::Line, median::median};

const SERIES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const SCRAPES: usize = 7;

#[derive(Label)]
#[label(open, limit = 1_000_000)]
struct Kind(usize);

#[metrics(namespace = "bench_series", lazy)]
mod families {
    /// Counters.
    pub fn all_total(kind: Kind) -> Counter;
}

/// Prints the table, and gives the times.
pub(super) fn run() -> Vec<Line> {
    let mut lines = LIBRARIES.map(Line::new);
    println!("| series | scrape, ms | prometheus |");
    println!("|---:|---:|---:|");
    for series in SERIES {
        eprint!("\rseries: {series}");
        let [ours, theirs] = LIBRARIES.map(|library| child_numbers::<1>("series", library, series)[0]);
        println!("| {series} | {ours:.2} | {theirs:.2} |");
        lines[0].points.push((series as f64, ours));
        lines[1].points.push((series as f64, theirs));
    }
    eprintln!();
    lines.into()
}

pub(crate) fn child(library: &str, series: usize) {
    let mut text = String::with_capacity(64 * series);
    if library == LIBRARIES[0] {
        (0..series).for_each(|i| families::all_total(Kind(i)).inc_by(i as u64));
        println!("{}", time(|| encode_into(Format::Text, &mut text)));
        return;
    }
    let registry = Registry::new();
    let counters = IntCounterVec::new(Opts::new("bench_series_all_total", "Counters."), &["kind"]).expect("valid");
    registry.register(Box::new(counters.clone())).expect("new");
    (0..series).for_each(|i| counters.with_label_values(&[&i.to_string()]).inc_by(i as u64));
    println!("{}", time(|| TextEncoder::new().encode_utf8(&registry.gather(), &mut text).expect("valid families")));
}

/// The ms of the scrape in the middle. The text grows; its memory is there.
fn time(mut scrape: impl FnMut()) -> f64 {
    let times = (0..SCRAPES).map(|_| {
        let start = Instant::now();
        scrape();
        start.elapsed().as_secs_f64() * 1e3
    });
    median(times.collect::<Vec<_>>())
}
