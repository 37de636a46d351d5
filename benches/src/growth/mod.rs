//! How costs grow with threads, series and clients, each beside the nearest peer.

pub(crate) mod series;
pub(crate) mod threads;

use std::{env, path::Path, process::Command};

use crate::{
    figure::{self, Panel},
    http,
};

const LIBRARIES: [&str; 2] = ["cryptofunk-metrics", "prometheus"];

/// Prints the tables, and draws the figure.
pub(crate) fn run(figure: &Path) {
    println!("### Threads\n");
    let threads = Panel { title: "A scrape, ms, by live threads", lines: threads::run() };
    println!("\n### Series\n");
    let series = Panel { title: "A scrape, ms, by series", lines: series::run() };
    println!("\n### Clients over HTTP\n");
    let clients = Panel { title: "Calls a second, by clients", lines: http::run() };
    figure::draw(figure, &[threads, series, clients]);
}

/// What a process of its own prints for a library and a number.
fn child_numbers<const N: usize>(what: &str, library: &str, count: usize) -> [f64; N] {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program).args([what, library, &count.to_string()]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("{library} with {count} {what} printed {text:?}"))
}
