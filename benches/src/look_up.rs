//! Looking a series up by borrowed text, among 1,000.

use std::{collections::HashMap, hint::black_box, sync::LazyLock};

use cryptofunk_metrics::{Label, metrics};
use prometheus::{IntCounterVec, Opts};

use crate::{median::median, whole_call::time};

#[derive(Label)]
#[label(open, limit = 10_000)]
struct Symbol<'a>(&'a str);

#[metrics(namespace = "bench_look_up", lazy)]
mod families {
    /// Looked up by text.
    pub fn by_symbol_total(symbol: Symbol<'_>) -> Counter;
}

static SYMBOLS: LazyLock<Vec<String>> = LazyLock::new(|| (0..1000).map(|i| format!("COIN{i}/USDT")).collect());
static PROMETHEUS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    IntCounterVec::new(Opts::new("by_symbol_total", "Looked up by text."), &["symbol"]).expect("valid")
});

const ROUNDS: usize = 31;
const TIMES: u64 = 400;

fn nothing() {
    for _ in 0..TIMES {
        SYMBOLS.iter().for_each(|symbol| {
            black_box(symbol);
        });
    }
}

fn ours() {
    for _ in 0..TIMES {
        SYMBOLS.iter().for_each(|symbol| {
            black_box(families::by_symbol_total(Symbol(symbol)));
        });
    }
}

fn prometheus() {
    for _ in 0..TIMES {
        SYMBOLS.iter().for_each(|symbol| {
            black_box(PROMETHEUS.with_label_values(&[symbol]));
        });
    }
}

thread_local! {
    static OWN: HashMap<&'static str, u64> = SYMBOLS.iter().map(String::as_str).zip(0..).collect();
}

/// Shares nothing: what two threads of this machine cost each other by running at the same time.
fn own() {
    OWN.with(|own| {
        for _ in 0..TIMES {
            SYMBOLS.iter().for_each(|symbol| {
                black_box(own.get(symbol.as_str()));
            });
        }
    });
}

pub(crate) fn run() {
    println!("| threads | a look-up, ns | prometheus, ns | a `HashMap` of the thread's own, ns |");
    println!("|---:|---:|---:|---:|");
    for threads in [1, 2] {
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            let looks = TIMES * SYMBOLS.len() as u64;
            let floor = time(nothing, threads, looks);
            for (work, times) in [ours as fn(), prometheus, own].into_iter().zip(&mut times) {
                times.push(time(work, threads, looks) - floor);
            }
        }
        let [ours, prometheus, own] = times.map(median);
        println!("| {threads} | {ours:.1} | {prometheus:.1} | {own:.1} |");
    }
}
