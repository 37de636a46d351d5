//! Figures of processes of their own.

use std::{env, process::Command};

/// Whose figures they are.
pub(super) const LIBRARIES: [&str; 2] = ["cryptofunk-metrics", "prometheus"];

/// What a process of its own prints for a library and a number.
pub(super) fn child_numbers<const N: usize>(what: &str, library: &str, count: usize) -> [f64; N] {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program).args([what, library, &count.to_string()]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("{library} with {count} {what} printed {text:?}"))
}
