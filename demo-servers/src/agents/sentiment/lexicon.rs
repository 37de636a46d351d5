//! A reader that knows good words from bad ones, in the manner of Loughran and McDonald's word lists ("When Is a Liability Not
//! a Liability?", *Journal of Finance* 66, 2011): a text is as good as its good words outnumber its bad ones.

const GOOD: [&str; 18] = [
    "adoption", "approves", "boost", "gain", "gains", "growth", "inflows", "rallies", "rally", "record", "rises",
    "strong", "success", "support", "surges", "upgrade", "win", "wins",
];
const BAD: [&str; 22] = [
    "ban", "concern", "crash", "decline", "fall", "falls", "fear", "fraud", "hack", "hits", "lawsuit", "loss",
    "losses", "outage", "plunges", "risk", "sell", "slump", "warning", "warnings", "weak", "weighs",
];

/// What a reader makes of headlines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// Good words less bad ones, by both; 0 if there are neither.
    pub sentiment: f64,
    /// How many words there were.
    pub words: u64,
}

/// Reads headlines.
pub(crate) fn read<S: AsRef<str>>(headlines: &[S]) -> Reading {
    let (mut good, mut bad, mut words) = (0.0, 0.0, 0);
    for headline in headlines {
        for word in headline.as_ref().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            words += 1;
            good += f64::from(u8::from(GOOD.contains(&word.as_str())));
            bad += f64::from(u8::from(BAD.contains(&word.as_str())));
        }
    }
    Reading { sentiment: if good + bad > 0.0 { (good - bad) / (good + bad) } else { 0.0 }, words }
}
