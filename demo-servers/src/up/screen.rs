//! What is written to standard error: lines, and on a terminal a table below them that is drawn again and again.

use std::{
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The terminal, or the file that standard error is.
#[derive(Debug, Clone)]
pub(super) struct Screen(Arc<Mutex<Drawn>>);

#[derive(Debug)]
struct Drawn {
    is_terminal: bool,
    /// The lines of the table that stand there now.
    table: Vec<String>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Screen(Arc::new(Mutex::new(Drawn { is_terminal, table: Vec::new() })))
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.drawn().is_terminal
    }

    /// Writes a line above the table.
    pub(super) fn say(&self, line: &str) {
        let mut drawn = self.drawn();
        let table = std::mem::take(&mut drawn.table);
        let mut out = std::io::stderr().lock();
        // A closed standard error is no reason to stop.
        let _ = write!(out, "{}{line}\n{}", erase(&table), paint(&table));
        drawn.table = table;
    }

    /// Writes a line of a component's log.
    pub(super) fn log(&self, name: &str, line: &str) {
        if self.is_terminal() {
            self.say(&format!("\x1b[2m{name:>22}\x1b[0m {line}"));
        } else {
            self.say(&format!("{name:>22} {line}"));
        }
    }

    /// Draws the table where the last one stands.
    pub(super) fn draw(&self, table: Vec<String>) {
        let mut drawn = self.drawn();
        let _ = write!(std::io::stderr().lock(), "{}{}", erase(&drawn.table), paint(&table));
        drawn.table = table;
    }

    /// Leaves the table where it stands, and goes on below.
    pub(super) fn leave(&self) {
        self.drawn().table.clear();
    }

    fn drawn(&self) -> MutexGuard<'_, Drawn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn erase(table: &[String]) -> String {
    if table.is_empty() { String::new() } else { format!("\x1b[{}A\x1b[J", table.len()) }
}

fn paint(table: &[String]) -> String {
    table.iter().map(|line| format!("{line}\n")).collect()
}
