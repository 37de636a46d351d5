//! What threads that live at the same time cost: the time of a scrape and the memory, while they live and after they have ended.
//!
//! Each figure comes from a process of its own, so that memory is that library's alone.

use std::{
    fs,
    sync::{Arc, Barrier},
    thread,
    time::Instant,
};

use super::process::{LIBRARIES, child_numbers};
use crate::{figure::Line, median::median, peers};

const THREADS: [usize; 6] = [1, 4, 16, 64, 512, 1024];
const SCRAPES: usize = 31;
/// Processes a figure, in turn; the one in the middle counts.
const RUNS: usize = 3;

/// Scrape in ms, memory in MB.
#[derive(Clone, Copy)]
struct Figures {
    living: (f64, f64),
    ended: (f64, f64),
}

/// Prints the table, and gives the times of scrapes.
pub(super) fn run() -> Vec<Line> {
    let mut lines = LIBRARIES.map(Line::new);
    println!(
        "| live threads | scrape, ms | prometheus | memory, MB | prometheus | after they ended, ms | MB | prometheus, MB |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    for threads in THREADS {
        eprint!("\rthreads: {threads}");
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            for (library, runs) in LIBRARIES.iter().zip(&mut runs) {
                runs.push(measure(library, threads));
            }
        }
        let middle = |library: usize, of: fn(&Figures) -> f64| median(runs[library].iter().map(of));
        println!(
            "| {threads} | {:.2} | {:.2} | {:.1} | {:.1} | {:.2} | {:.1} | {:.1} |",
            middle(0, |run| run.living.0),
            middle(1, |run| run.living.0),
            middle(0, |run| run.living.1),
            middle(1, |run| run.living.1),
            middle(0, |run| run.ended.0),
            middle(0, |run| run.ended.1),
            middle(1, |run| run.ended.1),
        );
        for (library, line) in lines.iter_mut().enumerate() {
            line.points.push((threads as f64, middle(library, |run| run.living.0)));
        }
    }
    eprintln!();
    lines.into()
}

fn measure(library: &str, threads: usize) -> Figures {
    let [living_ms, living_mb, ended_ms, ended_mb] = child_numbers("threads", library, threads);
    Figures { living: (living_ms, living_mb), ended: (ended_ms, ended_mb) }
}

/// One library with so many threads, in this process.
pub(crate) fn child(library: &str, threads: usize) {
    let peer = peers::all().into_iter().find(|peer| peer.name.starts_with(library)).expect("a known library");
    let (mut expose, record_all) = (peer.expose.expect("it exposes")(), peer.record_all.expect("it records"));
    let mut text = String::with_capacity(2 << 20);
    record_all();
    let (recorded, done) = (Arc::new(Barrier::new(threads)), Arc::new(Barrier::new(threads)));
    let living: Vec<_> = (1..threads)
        .map(|_| {
            let (recorded, done) = (Arc::clone(&recorded), Arc::clone(&done));
            thread::spawn(move || {
                record_all();
                recorded.wait();
                done.wait();
            })
        })
        .collect();
    recorded.wait();
    let now = figures(&mut *expose, &mut text);
    done.wait();
    living.into_iter().for_each(|thread| thread.join().expect("no panic"));
    let ended = figures(&mut *expose, &mut text);
    for (ms, megabytes) in [now, ended] {
        println!("{ms} {megabytes}");
    }
}

fn figures(expose: &mut dyn FnMut(&mut String), text: &mut String) -> (f64, f64) {
    let times: Vec<f64> = (0..SCRAPES)
        .map(|_| {
            text.clear();
            let start = Instant::now();
            expose(text);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    (median(times), resident())
}

/// The memory of this process, in MB.
fn resident() -> f64 {
    let text = fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: f64 = text.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).expect("a number of pages");
    pages * 4096.0 / 1e6
}
