//! How costs grow with threads, series and clients, each beside the nearest peer.

mod process;
pub(crate) mod series;
pub(crate) mod threads;

use std::path::Path;

use crate::{
    figure::{self, Panel},
    http,
};

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
