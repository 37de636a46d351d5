//! The news of the simulated market: they follow from its seed, as its prices do, and know nothing of them.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many ticks headlines stay.
pub(crate) const LIFETIME: u64 = 15;
/// How many there are at a time.
const HEADLINES: usize = 4;

const GOOD: [&str; 6] = [
    "{} rallies as large investors buy",
    "Analysts see strong growth ahead for {}",
    "{} adoption surges among payment companies",
    "Regulator approves new {} fund in a win for holders",
    "Upgrade of the {} network is a success",
    "Record inflows support {}",
];
const BAD: [&str; 6] = [
    "{} plunges on fear of new rules",
    "Exchange hack leads to losses for {} holders",
    "Weak demand weighs on {}",
    "Lawsuit over fraud hits {} company",
    "{} outage raises concern",
    "Investors sell {} amid warnings of a crash",
];
const DULL: [&str; 4] = [
    "{} trades sideways ahead of the weekend",
    "Conference on {} opens in Lisbon",
    "Five questions about {} answered",
    "{} volumes unchanged from last week",
];

/// The headlines about a pair at a tick.
pub(crate) fn headlines(seed: u64, symbol: &str, tick: u64) -> Vec<String> {
    let coin = symbol.split('-').next().unwrap_or(symbol);
    let name = symbol.bytes().fold(0u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ name.rotate_left(32) ^ (tick / LIFETIME));
    // The mood of the day: good news come in company.
    let mood: f64 = random.random_range(0.1..0.9);
    (0..HEADLINES)
        .map(|_| {
            let pool: &[&str] = match random.random_range(0.0..1.0) {
                dice if dice < 0.2 => &DULL,
                dice if dice < 0.2 + 0.8 * mood => &GOOD,
                _ => &BAD,
            };
            pool[random.random_range(0..pool.len())].replace("{}", coin)
        })
        .collect()
}
