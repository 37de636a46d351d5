//! A query as text and variables of Grafana.

/// A piece of a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Where strings and comments are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quotes {
    quote: Option<char>,
    escaped: bool,
    comment: bool,
}

impl Quotes {
    /// Passes a character; whether it belongs to a string or a comment, quotes included.
    pub(crate) fn pass(&mut self, c: char) -> bool {
        match self.quote {
            Some(_) if self.escaped => self.escaped = false,
            Some(quote) if c == '\\' && quote != '`' => self.escaped = true,
            Some(quote) if c == quote => self.quote = None,
            Some(_) => {}
            None if self.comment => self.comment = c != '\n',
            None => {
                match c {
                    '#' => self.comment = true,
                    '"' | '\'' | '`' => self.quote = Some(c),
                    _ => return false,
                }
                return true;
            }
        }
        true
    }

    pub(crate) fn is_open(&self) -> bool {
        self.quote.is_some()
    }

    /// Whether what comes next belongs to a string or a comment.
    pub(crate) fn is_inside(&self) -> bool {
        self.quote.is_some() || self.comment
    }
}

pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(next) = text[at..].find(['$', '[']) {
        at += next;
        if let Some((name, len)) = variable(&text[at..]) {
            pieces.push(Piece::Text(&text[start..at]));
            pieces.push(Piece::Variable(name));
            at += len;
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces
}

/// The variable that a text begins with: its name, and how long its spelling is.
pub(crate) fn variable(text: &str) -> Option<(&str, usize)> {
    let name = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        (end > 0 && !text.starts_with(|c: char| c.is_ascii_digit())).then_some(end)
    };
    if let Some(rest) = text.strip_prefix("${") {
        let close = rest.find('}')?;
        let end = name(rest)?;
        return (end <= close).then_some((&rest[..end], close + 3));
    }
    if let Some(rest) = text.strip_prefix("[[") {
        let end = name(rest)?;
        let close = end + rest[end..].find("]]").filter(|len| *len == 0 || rest[end..].starts_with(':'))?;
        return Some((&rest[..end], close + 4));
    }
    let rest = text.strip_prefix('$')?;
    let end = name(rest)?;
    Some((&rest[..end], end + 1))
}
