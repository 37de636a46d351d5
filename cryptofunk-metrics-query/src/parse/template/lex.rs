//! The words of a template.

/// A word of an action, with its place in the template.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// `if`, `query`.
    Word(String),
    /// `.x`.
    Field(String),
    /// `.`
    Dot,
    /// `$x`, or `$`.
    Variable(String),
    /// A string: what it says, and how many bytes of the template stand before that.
    Text {
        value: String,
        /// Whether it says what is written, byte by byte.
        is_plain: bool,
    },
    Number,
    Space,
    /// `|`, `(`, `)`, `,`, `=`, `:=`.
    Mark(&'static str),
}

/// A template as text and actions; comments are left out.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Text,
    Action { at: usize, tokens: Vec<Token> },
}

/// What cannot be read, and where.
pub(super) type Wrong = (usize, String);

pub(super) fn pieces(template: &str) -> Result<Vec<Piece>, Wrong> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(open) = template[at..].find("{{") {
        let open = at + open;
        if open > at {
            pieces.push(Piece::Text);
        }
        let inside = open + 2;
        let trimmed = template[inside..].strip_prefix('-').filter(|rest| rest.starts_with(char::is_whitespace));
        let inside = if trimmed.is_some() { inside + 1 } else { inside };
        let rest = template[inside..].trim_start();
        if rest.starts_with("/*") {
            let start = template.len() - rest.len();
            let close = template[start..].find("*/").ok_or((open, "a comment does not end".to_owned()))?;
            let rest = template[start + close + 2..].trim_start();
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            let rest = rest.strip_prefix("}}").ok_or((open, "after a comment, `}}` is expected".to_owned()))?;
            at = template.len() - rest.len();
            continue;
        }
        let (tokens, end) = action(template, inside, open)?;
        pieces.push(Piece::Action { at: open, tokens });
        at = end;
    }
    if at < template.len() {
        pieces.push(Piece::Text);
    }
    Ok(pieces)
}

/// The words up to `}}`, and where that ends.
fn action(template: &str, start: usize, open: usize) -> Result<(Vec<Token>, usize), Wrong> {
    let mut tokens = Vec::new();
    let mut at = start;
    loop {
        let rest = &template[at..];
        let Some(first) = rest.chars().next() else {
            return Err((open, "an action is not closed: `}}` is missing".to_owned()));
        };
        if rest.starts_with("}}") {
            return Ok((tokens, at + 2));
        }
        let spaces = rest.len() - rest.trim_start().len();
        if spaces > 0 {
            if rest.trim_start().starts_with("-}}") {
                return Ok((tokens, at + spaces + 3));
            }
            tokens.push(Token { kind: TokenKind::Space, at });
            at += spaces;
            continue;
        }
        let (kind, len) = token(rest, first).map_err(|message| (at, message))?;
        tokens.push(Token { kind, at });
        at += len;
    }
}

fn token(rest: &str, first: char) -> Result<(TokenKind, usize), String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = |from: usize| rest[from..].find(|c| !is_word(c)).map_or(rest.len(), |len| from + len);
    Ok(match first {
        '"' | '`' => return text(rest, first),
        '\'' => {
            let (constant, len) = text(rest, first)?;
            if matches!(constant, TokenKind::Text { value, .. } if value.chars().count() != 1) {
                return Err("a character constant is one character; a string stands in double quotes".to_owned());
            }
            (TokenKind::Number, len)
        }
        '$' => (TokenKind::Variable(rest[..word(1)].to_owned()), word(1)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest)?,
        '.' if word(1) > 1 => (TokenKind::Field(rest[1..word(1)].to_owned()), word(1)),
        '.' => (TokenKind::Dot, 1),
        ':' if rest.starts_with(":=") => (TokenKind::Mark(":="), 2),
        '=' => (TokenKind::Mark("="), 1),
        '|' => (TokenKind::Mark("|"), 1),
        '(' => (TokenKind::Mark("("), 1),
        ')' => (TokenKind::Mark(")"), 1),
        ',' => (TokenKind::Mark(","), 1),
        '0'..='9' => number(rest)?,
        '+' | '-' if rest[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.') => number(rest)?,
        c if is_word(c) => (TokenKind::Word(rest[..word(0)].to_owned()), word(0)),
        c => return Err(format!("unexpected `{c}` in an action")),
    })
}

fn number(rest: &str) -> Result<(TokenKind, usize), String> {
    let after_exponent = |before: &str| before.ends_with(['e', 'E', 'p', 'P']);
    let end = rest.char_indices().skip(1).find(|(at, c)| {
        let is_sign = matches!(c, '+' | '-') && after_exponent(&rest[..*at]);
        !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || is_sign)
    });
    let len = end.map_or(rest.len(), |(at, _)| at);
    let digits = rest[..len].trim_start_matches(['+', '-']).replace('_', "").to_ascii_lowercase();
    let is_number = match digits.strip_prefix("0x") {
        // With a fraction or an exponent too.
        Some(hexadecimal) => hexadecimal.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | 'p' | '+' | '-')),
        None => {
            let whole = digits.trim_start_matches("0o").trim_start_matches("0b").trim_end_matches('i');
            whole.parse::<f64>().is_ok()
        }
    };
    if is_number { Ok((TokenKind::Number, len)) } else { Err(format!("`{}` is no number", &rest[..len])) }
}

/// A string or a character constant.
fn text(rest: &str, quote: char) -> Result<(TokenKind, usize), String> {
    let (mut value, mut is_plain) = (String::new(), true);
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Ok((TokenKind::Text { value, is_plain }, at + 1)),
            '\n' if quote != '`' => break,
            '\\' if quote != '`' => {
                is_plain = false;
                match chars.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, c @ ('\\' | '"' | '\''))) => value.push(c),
                    // The others stand for one character; which one does not matter here.
                    Some((_, c @ ('a' | 'b' | 'f' | 'v' | 'x' | 'u' | 'U' | '0'..='7'))) => {
                        let digits = match c {
                            'x' => 2,
                            'u' => 4,
                            'U' => 8,
                            '0'..='7' => 2,
                            _ => 0,
                        };
                        (0..digits).for_each(|_| _ = chars.next());
                        value.push('?');
                    }
                    _ => return Err("a string has an escape that Go does not have".to_owned()),
                }
            }
            c => value.push(c),
        }
    }
    Err(match quote {
        '\'' => "a character constant is not closed".to_owned(),
        _ => "a string is not closed".to_owned(),
    })
}
