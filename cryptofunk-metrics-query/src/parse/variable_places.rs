//! Where a variable stands in a query, and which values it can have there.

use crate::{
    node::ANY,
    parse::pieces::{Piece, Quotes},
};

/// A week, which no scrape interval makes too short.
const WEEK_SECONDS: usize = 604_800;

/// What the place of a variable asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a string or a comment.
    Quoted,
    /// A duration.
    Duration,
    /// The number of a duration, whose unit follows it.
    DurationNumber,
    /// The unit of a duration.
    DurationUnit,
    /// In braces: matchers. Whether something stands before and after it without a comma.
    Matchers { joins: [bool; 2] },
    /// In braces: the name of a label, or a part of it.
    LabelName,
    /// In braces: a value, without quotes.
    LabelValue,
    /// In a list of labels. Whether something stands before and after it without a comma.
    Labels { joins: [bool; 2] },
    /// The name of a function or an aggregation.
    Function,
    /// Where a whole operand stands.
    Operand,
    /// A part of a name.
    NamePart,
    /// Right behind a name: the end of it, or a range.
    NameEnd,
    /// Anywhere else.
    Anywhere,
}

impl Place {
    /// Whether it is known what a value is there.
    pub(crate) fn is_certain(self) -> bool {
        !matches!(self, Place::Anywhere | Place::Function | Place::NameEnd)
    }
}

/// A variable with what stands around it.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) name: &'a str,
    quoted: bool,
    /// The innermost bracket that is open.
    open: Option<char>,
    /// Whether the innermost parenthesis is that of a list of labels.
    in_labels: bool,
    /// Whether there is a range in what follows in parentheses.
    of_range: bool,
    before: String,
    after: String,
}

impl<'a> Surroundings<'a> {
    /// Each variable of a query.
    pub(crate) fn of(pieces: &[Piece<'a>]) -> Vec<Self> {
        let mut found = Vec::new();
        let mut quotes = Quotes::default();
        let mut open: Vec<(char, bool)> = Vec::new();
        let mut before = String::new();
        for (i, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => {
                    for c in text.chars() {
                        if !quotes.pass(c) {
                            match c {
                                '(' => open.push((c, lists_labels(&before))),
                                '[' | '{' => open.push((c, false)),
                                ')' | ']' | '}' => _ = open.pop(),
                                _ => {}
                            }
                        }
                        before.push(c);
                    }
                }
                Piece::Variable(name) => {
                    let after = match pieces.get(i + 1) {
                        // Of two variables beside each other, each stands for a name.
                        Some(Piece::Text("")) if i + 2 < pieces.len() => ANY.to_owned(),
                        Some(Piece::Text(text)) => (*text).to_owned(),
                        _ => String::new(),
                    };
                    found.push(Surroundings {
                        name,
                        quoted: quotes.is_inside(),
                        open: open.last().map(|(c, _)| *c),
                        in_labels: open.last().is_some_and(|(_, lists)| *lists),
                        of_range: after.trim_start().starts_with('(') && has_range(&pieces[i + 1..]),
                        before: before.clone(),
                        after,
                    });
                    before.push_str(ANY);
                }
            }
            // Only what stands right before matters.
            if before.len() > 4096 {
                let cut = (before.len() - 1024..).find(|at| before.is_char_boundary(*at)).unwrap_or_default();
                before.drain(..cut);
            }
        }
        found
    }

    pub(crate) fn place(&self) -> Place {
        if self.quoted {
            return Place::Quoted;
        }
        let (before, after) = (self.before.trim_end(), self.after.trim_start());
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let touches = [self.before.ends_with(is_name), self.after.starts_with(is_name)];
        let joins = || {
            let ends = |text: &str| text.ends_with(|c: char| is_name(c) || matches!(c, '"' | '\'' | '`'));
            [ends(before), after.starts_with(is_name)]
        };
        match self.open {
            Some('[') if self.before.ends_with(|c: char| c.is_ascii_digit()) => Place::DurationUnit,
            Some('[') if self.after.starts_with(|c: char| c.is_ascii_lowercase()) => Place::DurationNumber,
            Some('[') => Place::Duration,
            Some('{') if before.ends_with(['=', '~']) => Place::LabelValue,
            Some('{') if touches[0] || touches[1] || after.starts_with(['=', '!']) => Place::LabelName,
            Some('{') => Place::Matchers { joins: joins() },
            Some('(') if self.in_labels => {
                if touches == [false; 2] {
                    Place::Labels { joins: joins() }
                } else {
                    Place::LabelName
                }
            }
            _ if word_before(before, "offset") => {
                if self.after.starts_with(|c: char| c.is_ascii_lowercase()) {
                    Place::DurationNumber
                } else {
                    Place::Duration
                }
            }
            _ if touches[1] => Place::NamePart,
            _ if after.starts_with('(') && !touches[0] => self.before_parenthesis(before),
            _ if touches[0] && (after.starts_with(['{', '[']) || self.ends_operand(after)) => Place::NameEnd,
            _ if touches[0] => Place::Anywhere,
            _ if begins_operand(before) && (self.ends_operand(after) || after.starts_with(['{', '['])) => {
                Place::Operand
            }
            _ => Place::Anywhere,
        }
    }

    /// `$fn(…)`, but also `sum $by (…)`.
    fn before_parenthesis(&self, before: &str) -> Place {
        if begins_operand(before) { Place::Function } else { Place::Anywhere }
    }

    fn ends_operand(&self, after: &str) -> bool {
        let word = after.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
        after.is_empty()
            || after.starts_with([')', ',', '+', '-', '*', '/', '%', '^', '=', '!', '<', '>', '@', '#'])
            || matches!(&*word, "and" | "or" | "unless" | "atan2" | "offset" | "bool")
    }

    /// The values that are tried there, the likely ones first; `number` tells variables apart.
    pub(crate) fn values(&self, number: usize) -> Vec<String> {
        let duration = || format!("{}s", WEEK_SECONDS + number);
        let matcher = || format!("{ANY}=\"{ANY}\"");
        let listed = |joins: [bool; 2], word: String| {
            format!("{}{word}{}", if joins[0] { ", " } else { "" }, if joins[1] { ", " } else { "" })
        };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        match self.place() {
            Place::Duration if self.built_in_number().is_some() => vec![WEEK_SECONDS.to_string(), duration()],
            Place::Duration => vec![duration()],
            Place::DurationNumber if self.after.starts_with("ms") => vec![(WEEK_SECONDS * 1000 + number).to_string()],
            Place::DurationNumber => vec![self.built_in_number().unwrap_or_else(|| (10_080 + number).to_string())],
            Place::DurationUnit => texts(&["w"]),
            Place::Matchers { joins } => vec![listed(joins, matcher()), String::new()],
            Place::Labels { joins } => vec![listed(joins, ANY.to_owned()), String::new()],
            Place::LabelValue => vec![format!("\"{ANY}\"")],
            Place::Function if self.of_range => texts(&["count_over_time", "count", ""]),
            Place::Function => texts(&["count", "count_over_time", ""]),
            Place::Quoted | Place::LabelName | Place::NamePart => texts(&[ANY]),
            Place::Operand if self.built_in_number().is_some() => vec![WEEK_SECONDS.to_string()],
            Place::Operand => texts(&[ANY, "1", &format!("\"{ANY}\"")]),
            Place::NameEnd => vec![ANY.to_owned(), format!("[{}]", duration())],
            Place::Anywhere => texts(&[
                "",
                &format!("by ({ANY})"),
                // Of all operators it is the one whose answer has the least certain labels.
                "or",
                "*",
                &format!("[{}]", duration()),
                ANY,
                "1",
                "> bool 1",
                &matcher(),
            ]),
        }
    }

    /// The value of a variable of Grafana's that is a number: the range in seconds or milliseconds.
    fn built_in_number(&self) -> Option<String> {
        let is_number = self.name.starts_with("__")
            && (self.name.ends_with("_s") || self.name.ends_with("_ms") || matches!(self.name, "__from" | "__to"));
        let milliseconds = self.name.ends_with("_ms") || matches!(self.name, "__from" | "__to");
        is_number.then(|| if milliseconds { (WEEK_SECONDS * 1000).to_string() } else { WEEK_SECONDS.to_string() })
    }
}

/// Whether an opening parenthesis after this text lists labels.
fn lists_labels(before: &str) -> bool {
    let before = before.trim_end();
    ["by", "without", "on", "ignoring", "group_left", "group_right"].iter().any(|word| word_before(before, word))
}

fn word_before(before: &str, word: &str) -> bool {
    let Some(cut) = before.len().checked_sub(word.len()).filter(|cut| before.is_char_boundary(*cut)) else {
        return false;
    };
    before[cut..].eq_ignore_ascii_case(word)
        && !before[..cut].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.'))
}

/// Whether an operand follows this text.
fn begins_operand(before: &str) -> bool {
    before.is_empty()
        || before.ends_with(['(', ',', '+', '-', '*', '/', '%', '^', '=', '<', '>', '~'])
        || ["and", "or", "unless", "atan2", "bool"].iter().any(|word| word_before(before, word))
        // `on (job) $other`, but also `sum by (job) $what`, whose parentheses are missing then.
        || before.ends_with(')') && before.rfind('(').is_some_and(|open| {
            ["on", "ignoring", "group_left", "group_right"].iter().any(|word| word_before(before[..open].trim_end(), word))
        })
}

/// Whether the parentheses that a text begins with hold a range: `(a[5m])`.
fn has_range(pieces: &[Piece<'_>]) -> bool {
    let mut quotes = Quotes::default();
    let mut depth = 0_usize;
    for piece in pieces {
        let Piece::Text(text) = piece else { continue };
        for c in text.chars() {
            if quotes.pass(c) {
                continue;
            }
            match c {
                '(' => depth += 1,
                ')' if depth <= 1 => return false,
                ')' => depth -= 1,
                '[' if depth == 1 => return true,
                _ => {}
            }
        }
    }
    false
}
