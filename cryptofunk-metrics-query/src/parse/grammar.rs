//! PromQL's grammar. Parts that are not closed yet wait on a stack of its own, so that no query is too deep for the machine's.

use bumpalo::Bump;

use crate::{
    lint_rule::LintRule,
    names::{BUILT_IN, LabelSet},
    node::{ANY, Grouping, Node, NodeRef, Span},
    parse::{
        functions::{Type, aggregation, signature},
        lexer::{Kind, Lexer, Mode, Token},
        literal,
        part::{Modifiers, Operator, Part, SIGN, Takes, precedence},
        syntax_error::SyntaxError,
    },
};

pub(crate) type Result<T> = std::result::Result<T, SyntaxError>;

/// How many parts may stand in each other.
const DEEPEST: u32 = 10_000;

/// Reads one query.
pub(crate) struct Parser<'a, 't> {
    pub(crate) arena: &'a Bump,
    pub(crate) lexer: Lexer<'t>,
    /// The labels so far, beside those that have their bits always.
    pub(crate) names: Vec<&'a str>,
    /// Whether places of the text are places of what was written: not where something stands for variables.
    has_places: bool,
}

/// What waits for its end.
enum Open<'a> {
    Parenthesis(usize),
    Call { name: &'a str, start: usize, arguments: Vec<Part<'a>> },
    Aggregate { name: &'a str, start: usize, grouping: Option<(Grouping, Vec<String>)>, arguments: Vec<Part<'a>> },
    Sign { minus: bool, start: usize },
    Binary { left: Part<'a>, operator: Operator<'a> },
}

impl<'a, 't> Parser<'a, 't> {
    pub(crate) fn new(arena: &'a Bump, text: &'t str, has_places: bool) -> Self {
        Parser { arena, lexer: Lexer::new(text), names: Vec::new(), has_places }
    }

    pub(crate) fn query(&mut self) -> Result<Part<'a>> {
        let mut open: Vec<Open<'a>> = Vec::new();
        loop {
            let Some(mut part) = self.operand(&mut open)? else { continue };
            loop {
                part = self.modified(part)?;
                let token = self.lexer.peek(Mode::Query)?;
                let name = token.text.to_ascii_lowercase();
                let precedence = precedence(&name).filter(|_| token.kind != Kind::Text);
                part = self.reduced(&mut open, part, precedence.unwrap_or(0))?;
                if let Some(precedence) = precedence {
                    let operator = self.operator(precedence)?;
                    open.push(Open::Binary { left: part, operator });
                    break;
                }
                match self.closed(&mut open, part)? {
                    Step::Operand => break,
                    Step::Part(whole) => part = whole,
                    Step::Query(whole) => return Ok(whole),
                }
            }
        }
    }

    /// The next operand, or nothing if it has only begun.
    fn operand(&mut self, open: &mut Vec<Open<'a>>) -> Result<Option<Part<'a>>> {
        let token = self.lexer.next(Mode::Query)?;
        let part = match token.kind {
            Kind::Symbol if matches!(token.text, "+" | "-") => {
                open.push(Open::Sign { minus: token.text == "-", start: token.start });
                return Ok(None);
            }
            Kind::Symbol if token.text == "(" => {
                open.push(Open::Parenthesis(token.start));
                return Ok(None);
            }
            Kind::Symbol if token.text == "{" => self.selector("", token.start)?,
            Kind::Number | Kind::Duration => {
                let value = match token.kind {
                    Kind::Number => literal::number(token.text),
                    _ => literal::duration(token.text).map(|millis| millis as f64 / 1000.0),
                };
                let wrong = || SyntaxError::new(format!("`{}` is no number", token.text), token.start, token.end());
                leaf(Node::Number(value.ok_or_else(wrong)?), Type::Scalar, &token)
            }
            Kind::Text => {
                let text = self.unquoted(&token)?;
                leaf(Node::Text(self.arena.alloc_str(&text)), Type::Text, &token)
            }
            Kind::Word => return self.word(open, &token),
            Kind::End if token.start == 0 || open.is_empty() => {
                return Err(SyntaxError::new("there is no query", token.start, token.end()));
            }
            _ => return Err(no_operand(open.last(), &token)),
        };
        Ok(Some(part))
    }

    /// A metric, a function or an aggregation.
    fn word(&mut self, open: &mut Vec<Open<'a>>, token: &Token<'t>) -> Result<Option<Part<'a>>> {
        let lower = token.text.to_ascii_lowercase();
        let next = self.lexer.peek(Mode::Query)?;
        let groups = next.is_word("by") || next.is_word("without");
        if aggregation(&lower).is_some() && (next.is("(") || groups) {
            let grouping = if groups { Some(self.grouping()?) } else { None };
            self.expect("(", Mode::Query)?;
            let name = self.arena.alloc_str(&lower);
            open.push(Open::Aggregate { name, start: token.start, grouping, arguments: Vec::new() });
            return self.without_arguments(open);
        }
        if next.is("(") && !token.text.contains(':') && precedence(&lower).is_none() {
            if signature(token.text).is_none() && !token.text.contains(ANY) {
                let message = format!("there is no function `{}`", token.text);
                return Err(SyntaxError::new(message, token.start, token.end()));
            }
            self.lexer.next(Mode::Query)?;
            let name = self.arena.alloc_str(token.text);
            open.push(Open::Call { name, start: token.start, arguments: Vec::new() });
            return self.without_arguments(open);
        }
        if matches!(lower.as_str(), "on" | "ignoring" | "group_left" | "group_right" | "bool" | "atan2") {
            let message = format!("`{}` is no name of a metric here", token.text);
            return Err(SyntaxError::new(message, token.start, token.end()));
        }
        if next.is("{") {
            self.lexer.next(Mode::Query)?;
            return self.selector(token.text, token.start).map(Some);
        }
        let node = Node::Selector {
            metric: self.arena.alloc_str(token.text),
            matchers: &[],
            range_ms: 0,
            modifiers: "",
            span: self.span(token.start, token.end()),
        };
        let part = leaf(node, Type::Vector, token);
        Ok(Some(Part { takes: Takes::Modifiers(Modifiers::default()), ..part }))
    }

    /// `f()`.
    fn without_arguments(&mut self, open: &mut Vec<Open<'a>>) -> Result<Option<Part<'a>>> {
        let token = self.lexer.peek(Mode::Query)?;
        if !token.is(")") {
            return Ok(None);
        }
        self.lexer.next(Mode::Query)?;
        open.pop().map(|waiting| self.finished(waiting, token.end())).transpose()
    }

    /// The part with the operators that bind it stronger than the one that follows.
    fn reduced(&mut self, open: &mut Vec<Open<'a>>, mut part: Part<'a>, next: u8) -> Result<Part<'a>> {
        loop {
            let waiting = match open.last() {
                // `^` alone groups from the right.
                Some(Open::Binary { operator, .. })
                    if operator.precedence > next || (operator.precedence == next && next != 6) =>
                {
                    open.pop()
                }
                Some(Open::Sign { .. }) if SIGN >= next => open.pop(),
                _ => None,
            };
            part = match waiting {
                Some(Open::Binary { left, operator }) => self.binary(left, operator, part)?,
                Some(Open::Sign { minus, start }) => self.signed(minus, start, part)?,
                _ => return Ok(part),
            };
        }
    }

    /// What a `,`, a `)` or the end makes of the innermost part that waits.
    fn closed(&mut self, open: &mut Vec<Open<'a>>, part: Part<'a>) -> Result<Step<'a>> {
        let token = self.lexer.next(Mode::Query)?;
        let unexpected = |what: &str| {
            Err(SyntaxError::new(format!("expected {what}, not {}", token.told()), token.start, token.end()))
        };
        match open.last_mut() {
            None if token.kind == Kind::End => Ok(Step::Query(part)),
            None => unexpected("an operator or the end of the query"),
            Some(Open::Call { arguments, .. } | Open::Aggregate { arguments, .. }) if token.is(",") => {
                arguments.push(part);
                Ok(Step::Operand)
            }
            Some(Open::Call { arguments, .. } | Open::Aggregate { arguments, .. }) if token.is(")") => {
                arguments.push(part);
                let Some(waiting) = open.pop() else { return unexpected("the end of the query") };
                self.finished(waiting, token.end()).map(Step::Part)
            }
            Some(Open::Parenthesis(start)) if token.is(")") => {
                let part = Part { start: *start, end: token.end(), takes: Takes::Nothing, ..part };
                open.pop();
                Ok(Step::Part(part))
            }
            Some(Open::Parenthesis(_)) => unexpected("`)`"),
            Some(_) => unexpected("`,` or `)`"),
        }
    }

    fn finished(&mut self, waiting: Open<'a>, end: usize) -> Result<Part<'a>> {
        match waiting {
            Open::Aggregate { name, start, mut grouping, arguments } => {
                let (mut end, next) = (end, self.lexer.peek(Mode::Query)?);
                if grouping.is_none() && (next.is_word("by") || next.is_word("without")) {
                    grouping = Some(self.grouping()?);
                    end = self.lexer.at;
                }
                let grouping = grouping.unwrap_or((Grouping::All, Vec::new()));
                self.aggregate(name, grouping, &arguments, start, end)
            }
            Open::Call { name, start, arguments } => self.call(name, &arguments, start, end),
            _ => Err(SyntaxError::new("expected an operand", end, end)),
        }
    }

    /// `by (a, b)` or `without (a)`.
    fn grouping(&mut self) -> Result<(Grouping, Vec<String>)> {
        let token = self.lexer.next(Mode::Query)?;
        let grouping = if token.is_word("by") { Grouping::By } else { Grouping::Without };
        Ok((grouping, self.labels()?))
    }

    /// Labels in parentheses.
    pub(crate) fn labels(&mut self) -> Result<Vec<String>> {
        self.expect("(", Mode::Query)?;
        let mut labels = Vec::new();
        loop {
            let token = self.lexer.next(Mode::Query)?;
            match token.kind {
                Kind::Symbol if token.text == ")" => return Ok(labels),
                Kind::Word => labels.push(token.text.to_owned()),
                Kind::Text => labels.push(self.unquoted(&token)?),
                _ => {
                    let message = format!("expected a label, not {}", token.told());
                    return Err(SyntaxError::new(message, token.start, token.end()));
                }
            }
            if labels.last().is_none_or(String::is_empty) {
                return Err(SyntaxError::new("a label has a name", token.start, token.end()));
            }
            let token = self.lexer.next(Mode::Query)?;
            if token.is(")") {
                return Ok(labels);
            }
            if !token.is(",") {
                let message = format!("expected `,` or `)`, not {}", token.told());
                return Err(SyntaxError::new(message, token.start, token.end()));
            }
        }
    }

    pub(crate) fn expect(&mut self, symbol: &str, mode: Mode) -> Result<Token<'t>> {
        let token = self.lexer.next(mode)?;
        if token.is(symbol) {
            return Ok(token);
        }
        Err(SyntaxError::new(format!("expected `{symbol}`, not {}", token.told()), token.start, token.end()))
    }

    pub(crate) fn unquoted(&self, token: &Token<'_>) -> Result<String> {
        literal::unquote(token.text).map_err(|message| SyntaxError::new(message, token.start, token.end()))
    }

    /// The part deeper by one, if it may be.
    pub(crate) fn deeper(&self, depth: u32, start: usize, end: usize) -> Result<u32> {
        if depth >= DEEPEST {
            return Err(SyntaxError::new(format!("more than {DEEPEST} parts stand in each other"), start, end));
        }
        Ok(depth + 1)
    }

    /// The node in the arena.
    pub(crate) fn kept(&self, node: Node<'a>) -> NodeRef<'a> {
        NodeRef::from(&*self.arena.alloc(node))
    }

    /// Where something stands, if that is the text that was written.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let at = |place| u32::try_from(place).unwrap_or(u32::MAX);
        if self.has_places { Span { start: at(start), end: at(end) } } else { Span::NONE }
    }

    /// The set of some labels.
    pub(crate) fn set(&mut self, labels: &[String]) -> LabelSet {
        let mut set = 0_u64;
        for label in labels {
            let known = BUILT_IN.iter().chain(&self.names).position(|name| name == label);
            let bit = known.unwrap_or_else(|| {
                self.names.push(self.arena.alloc_str(label));
                BUILT_IN.len() + self.names.len() - 1
            });
            // Too many are refused in the end.
            set |= 1_u64.checked_shl(bit as u32).unwrap_or_default();
        }
        LabelSet(set)
    }
}

/// What follows when a part is closed.
enum Step<'a> {
    /// Another operand.
    Operand,
    /// The part that it closes.
    Part(Part<'a>),
    /// Nothing.
    Query(Part<'a>),
}

/// What is wrong where an operand should stand.
fn no_operand(waiting: Option<&Open<'_>>, found: &Token<'_>) -> SyntaxError {
    let missing = |operator: &str, side: &str, start, end| SyntaxError {
        rule: LintRule::MissingOperand,
        ..SyntaxError::new(format!("`{operator}` has nothing on its {side}"), start, end)
    };
    match waiting {
        Some(Open::Binary { operator, .. }) => missing(operator.name, "right", operator.start, operator.end),
        Some(Open::Sign { minus, start }) => missing(if *minus { "-" } else { "+" }, "right", *start, start + 1),
        _ if precedence(found.text).is_some() => missing(found.text, "left", found.start, found.end()),
        _ => {
            let message = format!("expected a metric, a function or a number, not {}", found.told());
            SyntaxError::new(message, found.start, found.end())
        }
    }
}

fn leaf<'a>(node: Node<'a>, kind: Type, token: &Token<'_>) -> Part<'a> {
    Part { node, kind, start: token.start, end: token.end(), depth: 1, takes: Takes::Nothing }
}
