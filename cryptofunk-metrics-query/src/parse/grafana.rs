//! Variables of Grafana's dashboards in a query: `$server`, `${server:regex}`, `[[server]]`, `$__rate_interval`.

use crate::node::ANY;

/// What stands for a variable that is neither in a text nor a range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// A name.
    Name,
    /// A number where functions have their parameters, `topk($n, …)`; else a name.
    Parameter,
    /// A number.
    Number,
}

/// A piece of a query.
enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// The names of the variables in a query, each once; `__rate_interval` and the like too.
///
/// ```
/// use cryptofunk_metrics_query::variables;
///
/// assert_eq!(variables(r#"rate(a{b=~"$b", c="[[d]]"}[$__rate_interval])"#), ["b", "d", "__rate_interval"]);
/// ```
pub fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for piece in pieces(text) {
        if let Piece::Variable(name) = piece
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// The query with something that PromQL reads in place of each variable.
pub(crate) fn without_variables(text: &str, stand: Stand) -> String {
    let mut query = String::with_capacity(text.len());
    let mut place = Place::default();
    let pieces = pieces(text);
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => {
                place.pass(text);
                query += text;
            }
            Piece::Variable(_) => {
                let before = query.trim_end();
                let after = match pieces.get(i + 1) {
                    Some(Piece::Text(text)) => text.trim_start(),
                    _ => "",
                };
                let is_parameter = before.ends_with('(') && after.starts_with(',');
                query += if place.quote.is_some() {
                    ANY
                } else if place.brackets > 0 || before.ends_with("offset") {
                    "5m"
                } else if stand == Stand::Number || (stand == Stand::Parameter && is_parameter) {
                    "1"
                } else {
                    ANY
                };
            }
        }
    }
    query
}

/// Where in a query a piece stands.
#[derive(Default)]
struct Place {
    quote: Option<char>,
    escaped: bool,
    comment: bool,
    brackets: usize,
}

impl Place {
    fn pass(&mut self, text: &str) {
        for c in text.chars() {
            match self.quote {
                Some(_) if self.escaped => self.escaped = false,
                Some(quote) if c == '\\' && quote != '`' => self.escaped = true,
                Some(quote) if c == quote => self.quote = None,
                Some(_) => {}
                None if self.comment => self.comment = c != '\n',
                None => match c {
                    '#' => self.comment = true,
                    '"' | '\'' | '`' => self.quote = Some(c),
                    '[' => self.brackets += 1,
                    ']' => self.brackets = self.brackets.saturating_sub(1),
                    _ => {}
                },
            }
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        if let Some((name, len)) = variable(&text[at..]) {
            pieces.push(Piece::Text(&text[start..at]));
            pieces.push(Piece::Variable(name));
            at += len;
            start = at;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces
}

/// The variable that a text begins with: its name, and how long its spelling is.
fn variable(text: &str) -> Option<(&str, usize)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_what_their_place_wants() {
        for (text, stand, expected) in [
            ("rate(a[$__rate_interval])", Stand::Name, "rate(a[5m])"),
            ("rate(a[${range}:$__interval])", Stand::Name, "rate(a[5m:5m])"),
            ("rate(a[[[range]]])", Stand::Name, "rate(a[5m])"),
            (r#"a{b=~"$b|[[c]]", d="${d:regex}"}"#, Stand::Name, r#"a{b=~"__any__|__any__", d="__any__"}"#),
            ("sum by ($label) (${app}_total offset $back)", Stand::Name, "sum by (__any__) (__any___total offset 5m)"),
            ("topk($n, a > $limit)", Stand::Parameter, "topk(1, a > __any__)"),
            ("a * $factor", Stand::Number, "a * 1"),
            (r#"a{b="\"$b"} # $c's"#, Stand::Name, r#"a{b="\"__any__"} # __any__'s"#),
            (r#"a{b=~"x$"}"#, Stand::Name, r#"a{b=~"x$"}"#),
        ] {
            assert_eq!(without_variables(text, stand), expected);
        }
    }
}
