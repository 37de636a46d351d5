//! Texts that know where they stand in a file.

/// How a text escapes characters in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    None,
    /// `''`.
    Quote,
    /// `\"`, `\n`, `\u0041`.
    Backslash,
}

/// Where a file begins that stands inside of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// The lines before it.
    pub(crate) line: u64,
    /// The columns before each of its lines.
    pub(crate) column: u64,
    /// Whether its lines are not lines of the file: everything stands where it begins.
    pub(crate) is_fixed: bool,
}

impl Origin {
    /// A place of the inner file in the outer one.
    pub fn place(self, line: u64, column: u64) -> (u64, u64) {
        if self.is_fixed { (self.line + 1, self.column + 1) } else { (self.line + line, self.column + column) }
    }
}

/// A text, such as a query, with its place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    whole: String,
    raw: String,
    escapes: Escapes,
    origin: Origin,
    start: (u64, u64),
    /// The part of the whole text that this is.
    part: (usize, usize),
    /// What stands in place of that part, if it is not the same.
    instead: Option<String>,
}

impl Located {
    pub(crate) fn new(text: &str, raw: &str, escapes: Escapes, origin: Origin, start: (u64, u64)) -> Self {
        let part = (0, text.len());
        Located { whole: text.to_owned(), raw: raw.to_owned(), escapes, origin, start, part, instead: None }
    }

    /// A text of JSON: what it says, how it is written between its quotes, and the line and column of what is between them.
    pub fn json(text: &str, raw: &str, line: u64, column: u64) -> Self {
        Self::new(text, raw, Escapes::Backslash, Origin::default(), (line, column))
    }

    /// Moves it to where a file stands inside of another.
    #[must_use]
    pub fn moved(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.instead.as_deref().unwrap_or(&self.whole[self.part.0..self.part.1])
    }

    /// A part of it, with other words in its place if they are given.
    #[must_use]
    pub fn part(&self, from: usize, to: usize, instead: Option<String>) -> Self {
        let (start, end) = self.part;
        let is_boundary = |at: &usize| self.whole.is_char_boundary(*at);
        let from = Some(start + from).filter(|at| *at <= end).filter(is_boundary).unwrap_or(start);
        let to = Some(start + to).filter(|at| (from..=end).contains(at)).filter(is_boundary).unwrap_or(end);
        Located { part: (from, to), instead, ..self.clone() }
    }

    /// The line and column of where it begins, from 1.
    pub fn start(&self) -> (u64, u64) {
        self.position(0)
    }

    /// The line and column of a byte of it, from 1.
    pub fn position(&self, offset: usize) -> (u64, u64) {
        let offset = if self.instead.is_some() { 0 } else { offset };
        let mut at = (self.part.0 + offset).min(self.part.1);
        while !self.whole.is_char_boundary(at) {
            at -= 1;
        }
        // White space may differ: lines of a file are folded, and block texts are indented.
        let before = self.whole[..at].chars().filter(|c| !c.is_whitespace()).count();
        let (mut line, mut column) = self.start;
        let mut seen = 0;
        let mut chars = self.raw.chars().peekable();
        while let Some(&c) = chars.peek() {
            let (is_space, len) = escaped(&mut chars.clone(), self.escapes);
            if !is_space {
                if seen == before {
                    break;
                }
                seen += 1;
            }
            if c == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += len as u64;
            }
            chars.nth(len - 1);
        }
        self.origin.place(line, column)
    }
}

/// Whether the next character is white space, and how many characters of the file write it.
fn escaped(chars: &mut impl Iterator<Item = char>, escapes: Escapes) -> (bool, usize) {
    let first = chars.next().unwrap_or_default();
    match (escapes, first) {
        (Escapes::Quote, '\'') => (false, 2),
        (Escapes::Backslash, '\\') => match chars.next() {
            // A line break that is escaped is nothing.
            Some('n' | 't' | 'r' | ' ' | '\n') => (true, 2),
            Some('x') => (false, 4),
            Some('U') => (false, 10),
            Some('u') => {
                let code: String = chars.take(4).collect();
                let code = u32::from_str_radix(&code, 16).unwrap_or_default();
                let is_space = char::from_u32(code).is_some_and(char::is_whitespace);
                // The second half of a pair is a part of the first.
                (is_space, if (0xD800..0xDC00).contains(&code) { 12 } else { 6 })
            }
            _ => (false, 2),
        },
        (_, c) => (c.is_whitespace(), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_where_it_is_in_the_whole() {
        let whole = Located::json("x \"query\"", r#"x \"query\""#, 3, 10);
        let part = whole.part(3, 8, None);
        assert_eq!((part.text(), part.start()), ("query", (3, 14)));
        let other = whole.part(3, 8, Some("else".to_owned()));
        assert_eq!((other.text(), other.position(2)), ("else", (3, 14)));
    }
}
