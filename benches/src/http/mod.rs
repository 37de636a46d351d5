//! Calls over streamable HTTP: this library beside the SDK alone, with one client and with many, with and without sessions, and beside scrapers.

mod load;
mod servers;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

use load::{Seen, load};
use servers::Server;
pub(crate) use servers::serve;

use crate::{figure::Line, median::median};

const CLIENTS: [usize; 4] = [1, 16, 128, 1000];
const SCRAPERS: usize = 5;
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(1);

/// One server in one round.
struct Round {
    seen: Seen,
    /// MB before the clients came, while all are connected, and after all have gone.
    memory: [f64; 3],
}

/// Prints the tables, and gives the calls a second with sessions.
pub(crate) fn run() -> Vec<Line> {
    let mut lines = ["cryptofunk-metrics", "rmcp alone"].map(Line::new);
    println!(
        "| clients | | calls a second | rmcp alone | of rmcp alone | p50, ms | rmcp alone | p99, ms | rmcp alone | p99 of rmcp alone |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut memory = Vec::new();
    for (clients, with_sessions) in CLIENTS.into_iter().flat_map(|clients| [(clients, true), (clients, false)]) {
        let (ours, theirs) = rounds(clients, with_sessions, 0);
        let what = if with_sessions { "sessions" } else { "stateless" };
        row(clients, what, &ours, &theirs);
        if with_sessions {
            for (line, rounds) in lines.iter_mut().zip([&ours, &theirs]) {
                line.points.push((clients as f64, median(rounds.iter().map(|round| round.seen.calls_a_second))));
            }
        }
        memory.push((clients, what, ours, theirs));
    }
    let (ours, theirs) = rounds(128, true, SCRAPERS);
    row(128, &format!("sessions, {SCRAPERS} scrapers of ours"), &ours, &theirs);
    println!();
    println!("| clients | | MB at first | rmcp alone | while they call | rmcp alone | after they left | rmcp alone |");
    println!("|---:|---|---:|---:|---:|---:|---:|---:|");
    for (clients, what, ours, theirs) in &memory {
        print!("| {clients} | {what} ");
        for moment in 0..3 {
            for rounds in [ours, theirs] {
                print!("| {:.1} ", median(rounds.iter().map(|round| round.memory[moment])));
            }
        }
        println!("|");
    }
    lines.into()
}

/// Rounds in turn, each with servers of its own.
fn rounds(clients: usize, with_sessions: bool, scrapers: usize) -> (Vec<Round>, Vec<Round>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for i in 0..ROUNDS {
        eprint!("\rHTTP: {clients} clients, round {} of {ROUNDS}  ", i + 1);
        if i % 2 == 0 {
            ours.push(round("ours", clients, with_sessions, scrapers));
            theirs.push(round("theirs", clients, with_sessions, 0));
        } else {
            theirs.push(round("theirs", clients, with_sessions, 0));
            ours.push(round("ours", clients, with_sessions, scrapers));
        }
    }
    eprintln!();
    (ours, theirs)
}

fn round(whose: &str, clients: usize, with_sessions: bool, scrapers: usize) -> Round {
    let server = Server::start(whose, with_sessions);
    // The first calls find everything cold.
    load(server.address, clients, TIME / 4, with_sessions, || {});
    let at_first = server.resident();
    let mut while_they_call = 0.0;
    let done = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        for _ in 0..scrapers {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    scrape(server.address);
                    thread::sleep(Duration::from_millis(100));
                }
            });
        }
        let seen = load(server.address, clients, TIME, with_sessions, || while_they_call = server.resident());
        done.store(true, Relaxed);
        seen
    });
    Round { seen, memory: [at_first, while_they_call, server.resident()] }
}

fn scrape(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).expect("a server");
    let head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("the server reads");
    stream.read_to_end(&mut Vec::new()).expect("an answer");
}

fn row(clients: usize, what: &str, ours: &[Round], theirs: &[Round]) {
    let middle = |rounds: &[Round], of: fn(&Seen) -> f64| median(rounds.iter().map(|round| of(&round.seen)));
    let ratio =
        |of: fn(&Seen) -> f64| median(ours.iter().zip(theirs).map(|(ours, theirs)| of(&ours.seen) / of(&theirs.seen)));
    let (calls, p50, p99) = (|seen: &Seen| seen.calls_a_second, |seen: &Seen| seen.p50, |seen: &Seen| seen.p99);
    println!(
        "| {clients} | {what} | {:.0} | {:.0} | {:.1} % | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
        middle(ours, calls),
        middle(theirs, calls),
        ratio(calls) * 100.0,
        middle(ours, p50),
        middle(theirs, p50),
        middle(ours, p99),
        middle(theirs, p99),
        ratio(p99),
    );
}
