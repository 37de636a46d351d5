//! Selectors, and the modifiers that follow them: ranges, `offset`, `@`, `smoothed` and `anchored`.

use crate::{
    node::{MatchOperator, Matcher, Node, UNKNOWN_RANGE},
    parse::{
        functions::Type,
        grammar::{Parser, Result},
        lexer::{Kind, Mode, Token},
        literal,
        part::{Modifiers, Part, Takes},
        regex::pattern,
        syntax_error::SyntaxError,
    },
    pattern::{Matches, matches},
};

impl<'a, 't> Parser<'a, 't> {
    /// A selector whose `{` is read.
    pub(crate) fn selector(&mut self, name: &str, start: usize) -> Result<Part<'a>> {
        let mut metric = name.to_owned();
        let mut matchers = Vec::new();
        loop {
            let mut token = self.lexer.next(Mode::Braces)?;
            if token.is("}") {
                break;
            }
            let matcher = self.matcher(&token)?;
            if matcher.label == "__name__" && !name.is_empty() {
                return Err(SyntaxError::new("the name of the metric stands there twice", token.start, token.end()));
            }
            if matcher.label == "__name__" && matcher.operator == MatchOperator::Equal && metric.is_empty() {
                matcher.value.clone_into(&mut metric);
            } else {
                matchers.push(matcher);
            }
            token = self.lexer.next(Mode::Braces)?;
            if token.is("}") {
                break;
            }
            if !token.is(",") {
                let message = format!("expected `,` or `}}`, not {}", token.told());
                return Err(SyntaxError::new(message, token.start, token.end()));
            }
        }
        let end = self.lexer.at;
        // The second argument of `info` may match everything.
        if metric.is_empty() && matchers.iter().all(matches_nothing) && !self.is_info(start) {
            let message = "a selector without a name has a matcher that does not match the empty text";
            return Err(SyntaxError::new(message, start, end));
        }
        // A label that is empty is not there, which inference follows.
        let empty =
            matchers.iter().filter(|matcher| matcher.operator == MatchOperator::Equal && matcher.value.is_empty());
        let empty: Vec<String> = empty.map(|matcher| matcher.label.to_owned()).collect();
        self.set(&empty);
        let node = Node::Selector {
            metric: self.arena.alloc_str(&metric),
            matchers: self.arena.alloc_slice_copy(&matchers),
            range_ms: 0,
            modifiers: "",
            span: self.span(start, end),
        };
        let takes = Takes::Modifiers(Modifiers::default());
        Ok(Part { node, kind: Type::Vector, start, end, depth: 1, takes })
    }

    /// Whether a selector stands as the second argument of `info`.
    fn is_info(&self, start: usize) -> bool {
        self.lexer.text[..start].trim_end().ends_with(',') && self.lexer.text[..start].contains("info")
    }

    /// A matcher whose label is read, or the name of a metric in quotes.
    fn matcher(&mut self, token: &Token<'t>) -> Result<Matcher<'a>> {
        let label = match token.kind {
            Kind::Word => token.text.to_owned(),
            Kind::Text => self.unquoted(token)?,
            _ => {
                let message = format!("expected a label, not {}", token.told());
                return Err(SyntaxError::new(message, token.start, token.end()));
            }
        };
        let next = self.lexer.peek(Mode::Braces)?;
        if token.kind == Kind::Text && (next.is(",") || next.is("}")) {
            let value = self.arena.alloc_str(&label);
            let span = self.span(token.start, token.end());
            return Ok(Matcher { label: "__name__", operator: MatchOperator::Equal, value, pattern: &[], span });
        }
        let operator = match self.lexer.next(Mode::Braces)? {
            next if next.is("=") => MatchOperator::Equal,
            next if next.is("!=") => MatchOperator::NotEqual,
            next if next.is("=~") => MatchOperator::Regex,
            next if next.is("!~") => MatchOperator::NotRegex,
            next => {
                let message = format!("expected `=`, `!=`, `=~` or `!~`, not {}", next.told());
                return Err(SyntaxError::new(message, next.start, next.end()));
            }
        };
        let text = self.lexer.next(Mode::Braces)?;
        if text.kind != Kind::Text {
            let message = format!("expected a text in quotes, not {}", text.told());
            return Err(SyntaxError::new(message, text.start, text.end()));
        }
        let value = self.unquoted(&text)?;
        let pattern = match operator {
            MatchOperator::Equal | MatchOperator::NotEqual => &[],
            MatchOperator::Regex | MatchOperator::NotRegex => pattern(self.arena, &value).map_err(|reason| {
                SyntaxError::new(format!("this is no regular expression: {reason}"), text.start, text.end())
            })?,
        };
        Ok(Matcher {
            label: self.arena.alloc_str(&label),
            operator,
            value: self.arena.alloc_str(&value),
            pattern,
            span: self.span(token.start, text.end()),
        })
    }

    /// The part with the modifiers that follow it.
    pub(crate) fn modified(&mut self, mut part: Part<'a>) -> Result<Part<'a>> {
        loop {
            let token = self.lexer.peek(Mode::Query)?;
            let is_modifier = token.is("[")
                || token.is("@")
                || ["offset", "smoothed", "anchored"].iter().any(|word| token.is_word(word));
            if !is_modifier {
                return Ok(part);
            }
            self.lexer.next(Mode::Query)?;
            let wrong = |message: &str| SyntaxError::new(message, token.start, token.end());
            if token.is("[") {
                part = self.range(part, &token)?;
                continue;
            }
            let Takes::Modifiers(mut modifiers) = part.takes else {
                return Err(wrong(&format!("{} stands after a selector or a subquery", token.told())));
            };
            if token.is("@") {
                self.timestamp()?;
                if modifiers.at {
                    return Err(wrong("`@` stands there twice"));
                }
                modifiers.at = true;
            } else if token.is_word("offset") {
                self.offset()?;
                if modifiers.offset {
                    return Err(wrong("`offset` stands there twice"));
                }
                modifiers.offset = true;
            } else {
                let smoothed = token.is_word("smoothed");
                if modifiers.is_subquery {
                    return Err(wrong(&format!("a subquery cannot be `{}`", token.text)));
                }
                modifiers.smoothed |= smoothed;
                modifiers.anchored |= !smoothed;
                if modifiers.smoothed && modifiers.anchored {
                    return Err(wrong("a selector is `smoothed` or `anchored`, not both"));
                }
            }
            if modifiers.start == 0 {
                modifiers.start = token.start;
            }
            part = self.moved(part, modifiers);
        }
    }

    /// The part with the text of its modifiers.
    fn moved(&self, part: Part<'a>, found: Modifiers) -> Part<'a> {
        let end = self.lexer.at;
        let modifiers = self.arena.alloc_str(&self.lexer.text[found.start..end]);
        let span = self.span(part.start, end);
        let node = match part.node {
            Node::Selector { metric, matchers, range_ms, .. } => {
                Node::Selector { metric, matchers, range_ms, modifiers, span }
            }
            Node::Subquery { of, range_ms, .. } => Node::Subquery { of, range_ms, modifiers, span },
            node => node,
        };
        Part { node, end, takes: Takes::Modifiers(found), ..part }
    }

    /// A range or a subquery, whose `[` is read.
    fn range(&mut self, part: Part<'a>, bracket: &Token<'_>) -> Result<Part<'a>> {
        let millis = self.positive_duration()?;
        let token = self.lexer.next(Mode::Brackets)?;
        let is_subquery = token.is(":");
        if is_subquery {
            if !self.lexer.peek(Mode::Brackets)?.is("]") {
                self.positive_duration()?;
            }
            self.expect("]", Mode::Brackets)?;
        } else if !token.is("]") {
            let message = format!("expected `:` or `]`, not {}", token.told());
            return Err(SyntaxError::new(message, token.start, token.end()));
        }
        let end = self.lexer.at;
        let wrong = |message: &str| Err(SyntaxError::new(message, bracket.start, end));
        let range_ms = millis.unwrap_or(UNKNOWN_RANGE);
        if is_subquery {
            if part.kind != Type::Vector {
                return wrong(&format!("a subquery is one of an instant vector, not of {}", part.kind.told()));
            }
            let depth = self.deeper(part.depth, part.start, end)?;
            let of = self.kept(part.node);
            let node = Node::Subquery { of, range_ms, modifiers: "", span: self.span(part.start, end) };
            let takes = Takes::Modifiers(Modifiers { is_subquery: true, ..Modifiers::default() });
            return Ok(Part { node, kind: Type::Range, end, depth, takes, ..part });
        }
        let (Node::Selector { metric, matchers, range_ms: 0, modifiers, .. }, Takes::Modifiers(found)) =
            (part.node, part.takes)
        else {
            return wrong("a range stands after a selector; of anything else it is a subquery, `[5m:]`");
        };
        if found.offset || found.at {
            return wrong("a range stands before `offset` and `@`");
        }
        let node = Node::Selector { metric, matchers, range_ms, modifiers, span: self.span(part.start, end) };
        Ok(Part { node, kind: Type::Range, end, ..part })
    }

    /// What follows `@`.
    fn timestamp(&mut self) -> Result<()> {
        let mut token = self.lexer.next(Mode::Query)?;
        if token.is_word("start") || token.is_word("end") {
            self.expect("(", Mode::Query)?;
            return self.expect(")", Mode::Query).map(|_| ());
        }
        if token.is("-") || token.is("+") {
            token = self.lexer.next(Mode::Query)?;
        }
        let seconds = match token.kind {
            Kind::Number => literal::number(token.text),
            Kind::Duration => literal::duration(token.text).map(|millis| millis as f64 / 1000.0),
            _ => None,
        };
        // Of its milliseconds Go makes 64 bits.
        match seconds {
            Some(seconds) if seconds.abs() < i64::MAX as f64 => Ok(()),
            _ => {
                let message = format!("expected a timestamp, `start()` or `end()`, not {}", token.told());
                Err(SyntaxError::new(message, token.start, token.end()))
            }
        }
    }
}

/// Whether a matcher matches the empty text, as far as it is understood.
fn matches_nothing(matcher: &Matcher<'_>) -> bool {
    match matcher.operator {
        MatchOperator::Equal => matcher.value.is_empty(),
        MatchOperator::NotEqual => !matcher.value.is_empty(),
        MatchOperator::Regex => matches(matcher.pattern, "") == Matches::Yes,
        MatchOperator::NotRegex => matches(matcher.pattern, "") == Matches::No,
    }
}
