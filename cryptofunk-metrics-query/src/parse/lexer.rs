//! The words of PromQL.

use crate::parse::syntax_error::SyntaxError;

/// A word of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) text: &'t str,
    pub(crate) start: usize,
}

impl Token<'_> {
    pub(crate) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) fn is(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// What stands there, for messages.
    pub(crate) fn told(&self) -> String {
        match self.kind {
            Kind::End => "the end of the query".to_owned(),
            _ => format!("`{}`", self.text),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword; with a `:` in it, that of a metric.
    Word,
    Number,
    Duration,
    /// A text in quotes.
    Text,
    /// An operator, a bracket or a comma.
    Symbol,
    End,
}

/// Where in a query words are read: some mean something else there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Query,
    /// Between `{` and `}`.
    Braces,
    /// Between `[` and `]`.
    Brackets,
}

/// Reads words one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexer<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

const SYMBOLS: [&str; 27] = [
    "==", "=~", "!=", "!~", "<=", "</", ">=", ">/", "<", ">", "=", "+", "-", "*", "/", "%", "^", "@", "(", ")", "{",
    "}", "[", "]", ",", ":", ";",
];

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Lexer { text, at: 0 }
    }

    /// The next word, which stays.
    pub(crate) fn peek(&self, mode: Mode) -> Result<Token<'t>, SyntaxError> {
        let mut ahead = *self;
        ahead.next(mode)
    }

    /// The next word.
    pub(crate) fn next(&mut self, mode: Mode) -> Result<Token<'t>, SyntaxError> {
        self.skip();
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else { return Ok(self.token(Kind::End, start, start)) };
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || (c == ':' && mode == Mode::Query);
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if mode != Mode::Braces && (is_digit(Some(first)) || (first == '.' && is_digit(rest.chars().nth(1)))) {
            return self.number(start);
        }
        if is_letter(first) && !first.is_ascii_digit() {
            let len = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
            let kind = match rest[..len].to_ascii_lowercase().as_str() {
                "inf" | "nan" if mode == Mode::Query => Kind::Number,
                _ => Kind::Word,
            };
            return Ok(self.token(kind, start, start + len));
        }
        if matches!(first, '"' | '\'' | '`') {
            return self.quoted(start, first);
        }
        match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            // `{a=~"b"}` and `a == b` share no place.
            Some(symbol) => Ok(self.token(Kind::Symbol, start, start + symbol.len())),
            None => Err(SyntaxError::new(format!("unexpected character `{first}`"), start, start + first.len_utf8())),
        }
    }

    fn token(&mut self, kind: Kind, start: usize, end: usize) -> Token<'t> {
        self.at = end;
        Token { kind, text: &self.text[start..end], start }
    }

    /// Passes over spaces and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\n', '\r']);
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }

    /// A text in quotes; its escapes are read later.
    fn quoted(&mut self, start: usize, quote: char) -> Result<Token<'t>, SyntaxError> {
        let mut escaped = false;
        for (at, c) in self.text[start + 1..].char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote != '`' {
                escaped = true;
            } else if c == quote {
                return Ok(self.token(Kind::Text, start, start + at + 2));
            }
            if c == '\n' && quote != '`' {
                break;
            }
        }
        Err(SyntaxError::new("a text in quotes has no end", start, self.text.len()))
    }

    /// `5`, `1_000`, `0x1F`, `1.5e3`, or a duration, `1h30m`.
    fn number(&mut self, start: usize) -> Result<Token<'t>, SyntaxError> {
        let rest = &self.text[start..];
        let wrong = |len: usize| {
            SyntaxError::new(format!("`{}` is neither a number nor a duration", &rest[..len]), start, start + len)
        };
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
        let (len, fits) = number_length(rest.as_bytes());
        let after = rest[len..].chars().next();
        if fits && !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Ok(self.token(Kind::Number, start, start + len));
        }
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if is_duration_word(&rest[..len]) {
            return Ok(self.token(Kind::Duration, start, start + len));
        }
        Err(wrong(word.max(1)))
    }
}

/// How long the number is that a text begins with, and whether it is one.
fn number_length(text: &[u8]) -> (usize, bool) {
    let is_hex = text.len() > 1 && text[0] == b'0' && matches!(text[1], b'x' | b'X');
    let is_digit = |b: u8| if is_hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let at = |i: usize| text.get(i).copied().unwrap_or_default();
    let mut i = if is_hex { 2 } else { 0 };
    if is_hex && at(i) == b'_' {
        i += 1;
    }
    let (mut dots, mut exponents) = (0, 0);
    loop {
        let b = at(i);
        if is_digit(b) {
            i += 1;
        } else if b == b'.' {
            dots += 1;
            i += 1;
            if dots > 1 || is_hex || matches!(at(i), b'_' | b'.') {
                return (i, false);
            }
        } else if matches!(b, b'e' | b'E') {
            exponents += 1;
            i += 1;
            if matches!(at(i), b'+' | b'-') {
                i += 1;
            }
            if exponents > 1 || !at(i).is_ascii_digit() {
                return (i, false);
            }
        } else if b == b'_' {
            i += 1;
            if matches!(at(i), b'.' | b'_' | b'e' | b'E') || i >= text.len() {
                return (i, false);
            }
        } else {
            return (i, i > 0);
        }
    }
}

/// Whether a word looks like a duration; whether its units are in order is seen later.
fn is_duration_word(word: &str) -> bool {
    let mut left = word.as_bytes();
    while let [b'0'..=b'9', ..] = left {
        while let [b'0'..=b'9', rest @ ..] = left {
            left = rest;
        }
        left = match left {
            [b'm', b's', rest @ ..] | [b'y' | b'w' | b'd' | b'h' | b'm' | b's', rest @ ..] => rest,
            _ => return false,
        };
    }
    left.is_empty()
}
