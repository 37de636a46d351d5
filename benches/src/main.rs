//! What recording, exposing and serving cost, here and elsewhere. `scripts/bench` runs it and writes docs/PERFORMANCE.md.
//!
//! Every peer does the same work in every round of the same run. Medians are over the rounds, and ratios are medians of each round's ratio, so that
//! what disturbs a round disturbs all of its peers.

mod allocations;
mod check;
mod expose;
mod figure;
mod growth;
mod http;
mod look_up;
mod mcp;
mod median;
mod peers;
mod record;
mod traces;
mod whole_call;

use std::env;

const USAGE: &str =
    "usage: cryptofunk-benches record | call | look-up | expose | mcp | growth FIGURE | check FOLDER | traces PROGRAM";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["record"] => record::run(),
        ["call"] => whole_call::run(),
        ["look-up"] => look_up::run(),
        ["expose"] => expose::run(),
        ["mcp"] => mcp::run(),
        ["growth", figure] => growth::run(figure.as_ref()),
        ["check", folder] => check::run(folder.as_ref()),
        ["traces", without] => traces::run(without.as_ref()),
        // Processes of `growth` and `traces`.
        ["calls"] => traces::child(),
        ["threads", library, count] => growth::threads::child(library, count.parse().expect("a number of threads")),
        ["series", library, count] => growth::series::child(library, count.parse().expect("a number of series")),
        ["serve", whose, sessions] => http::serve(whose, sessions),
        _ => eprintln!("{USAGE}"),
    }
}
