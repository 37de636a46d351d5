//! Functions, aggregations and operators, with the rules of what they take.

use crate::{
    node::{ANY, Grouping, Many, Matching, Node},
    parse::{
        functions::{Type, aggregation, signature},
        grammar::{Parser, Result},
        lexer::{Kind, Mode, Token},
        part::{Operator, Part, Takes, compares, is_set_operator},
        syntax_error::SyntaxError,
    },
};

impl<'a, 't> Parser<'a, 't> {
    pub(crate) fn call(&mut self, name: &'a str, arguments: &[Part<'a>], start: usize, end: usize) -> Result<Part<'a>> {
        let mut kind = Type::Vector;
        if let Some(signature) = signature(name) {
            kind = signature.answers;
            let least = signature.arguments.len() - signature.optional;
            let most = signature.arguments.len().saturating_add(signature.more);
            if arguments.len() < least || arguments.len() > most {
                let wanted = match (least, most) {
                    (least, most) if least == most => format!("{least}"),
                    (least, usize::MAX) => format!("at least {least}"),
                    (least, most) => format!("{least} to {most}"),
                };
                let message = format!("`{name}` takes {wanted} arguments, not {}", arguments.len());
                return Err(SyntaxError::new(message, start, end));
            }
            let last = signature.arguments.len().saturating_sub(1);
            for (i, argument) in arguments.iter().enumerate() {
                self.typed(argument, signature.arguments[i.min(last)], name)?;
            }
        }
        if let ("info", Some(Part { node, start, .. })) = (name, arguments.get(1))
            && !(matches!(node, Node::Selector { .. }) && self.lexer.text[*start..].starts_with('{'))
        {
            return Err(SyntaxError::new("`info` takes only matchers as its second argument, `{…}`", *start, end));
        }
        // The label that the function adds.
        if let ("label_replace" | "label_join", Some(Node::Text(added))) =
            (name, arguments.get(1).map(|part| part.node))
        {
            if added.is_empty() {
                return Err(SyntaxError::new(format!("`{name}` writes a label that has a name"), start, end));
            }
            self.set(&[added.to_owned()]);
        }
        // The labels that it answers.
        if let ("absent" | "absent_over_time", Some(Node::Selector { matchers, .. })) =
            (name, arguments.first().map(|part| part.node))
        {
            let labels: Vec<String> = matchers.iter().map(|matcher| matcher.label.to_owned()).collect();
            self.set(&labels);
        }
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or_default();
        let depth = self.deeper(depth, start, end)?;
        let arguments: &[_] = self.arena.alloc_slice_fill_iter(arguments.iter().map(|argument| argument.node));
        let node = Node::Call { function: name, arguments: arguments.into(), span: self.span(start, end) };
        Ok(Part { node, kind, start, end, depth, takes: Takes::Nothing })
    }

    fn typed(&self, part: &Part<'_>, wanted: Type, name: &str) -> Result<()> {
        if part.kind == wanted || is_variable(&part.node) {
            return Ok(());
        }
        let message = format!("`{name}` takes {} here, not {}", wanted.told(), part.kind.told());
        Err(SyntaxError::new(message, part.start, part.end))
    }

    pub(crate) fn aggregate(
        &mut self,
        name: &'a str,
        (grouping, labels): (Grouping, Vec<String>),
        arguments: &[Part<'a>],
        start: usize,
        end: usize,
    ) -> Result<Part<'a>> {
        let parameter = aggregation(name).flatten();
        let (parameter, of) = match (parameter, arguments) {
            (None, [of]) => (None, of),
            (Some(kind), [parameter, of]) => {
                self.typed(parameter, kind, name)?;
                (Some(parameter), of)
            }
            _ => {
                let wanted = if parameter.is_some() { "two arguments" } else { "one argument" };
                let message = format!("`{name}` takes {wanted}, not {}", arguments.len());
                return Err(SyntaxError::new(message, start, end));
            }
        };
        self.typed(of, Type::Vector, name)?;
        if let ("count_values", Some(Node::Text(added))) = (name, parameter.map(|parameter| parameter.node)) {
            self.set(&[added.to_owned()]);
        }
        let depth = of.depth.max(parameter.map_or(0, |parameter| parameter.depth));
        let depth = self.deeper(depth, start, end)?;
        let labels = self.set(&labels);
        let parameter = self.kept(parameter.map_or(Node::Number(0.0), |parameter| parameter.node));
        let of = self.kept(of.node);
        let node = Node::Aggregate { operator: name, grouping, labels, parameter, of, span: self.span(start, end) };
        Ok(Part { node, kind: Type::Vector, start, end, depth, takes: Takes::Nothing })
    }

    /// The operator that follows, with its modifiers.
    pub(crate) fn operator(&mut self, precedence: u8) -> Result<Operator<'a>> {
        let token = self.lexer.next(Mode::Query)?;
        let name = self.arena.alloc_str(&token.text.to_ascii_lowercase());
        let mut operator = Operator {
            name,
            precedence,
            start: token.start,
            end: token.end(),
            returns_bool: false,
            matching: Matching::All,
            labels: Vec::new(),
            many: Many::None,
            include: Vec::new(),
            fills: false,
        };
        if self.keyword(&["bool"])?.is_some() {
            operator.returns_bool = true;
        }
        if let Some(word) = self.keyword(&["on", "ignoring"])? {
            operator.matching = if word == "on" { Matching::On } else { Matching::Ignoring };
            operator.labels = self.labels()?;
            if let Some(word) = self.keyword(&["group_left", "group_right"])? {
                operator.many = if word == "group_left" { Many::Left } else { Many::Right };
                if self.lexer.peek(Mode::Query)?.is("(") {
                    operator.include = self.labels()?;
                }
            }
        }
        self.fill(&mut operator)?;
        operator.end = self.lexer.at;
        Ok(operator)
    }

    /// The keyword that follows, if it is one of these.
    fn keyword(&mut self, words: &[&'static str]) -> Result<Option<&'static str>> {
        let token = self.lexer.peek(Mode::Query)?;
        let found = words.iter().find(|word| token.is_word(word)).copied();
        if found.is_some() {
            self.lexer.next(Mode::Query)?;
        }
        Ok(found)
    }

    /// `fill (0)`, or `fill_left (0)` and `fill_right (0)`.
    fn fill(&mut self, operator: &mut Operator<'a>) -> Result<()> {
        let mut seen: Option<String> = None;
        loop {
            let mut ahead = self.lexer;
            let token = ahead.next(Mode::Query)?;
            let word = token.text.to_ascii_lowercase();
            let fits = match seen.as_deref() {
                None => matches!(word.as_str(), "fill" | "fill_left" | "fill_right"),
                Some("fill_left") => word == "fill_right",
                Some("fill_right") => word == "fill_left",
                Some(_) => false,
            };
            if !fits || !ahead.peek(Mode::Query)?.is("(") {
                return Ok(());
            }
            self.lexer = ahead;
            self.expect("(", Mode::Query)?;
            let mut token = self.lexer.next(Mode::Query)?;
            if token.is("-") || token.is("+") {
                token = self.lexer.next(Mode::Query)?;
            }
            if !matches!(token.kind, Kind::Number | Kind::Duration) {
                let message = format!("expected a number, not {}", token.told());
                return Err(SyntaxError::new(message, token.start, token.end()));
            }
            self.expect(")", Mode::Query)?;
            (operator.fills, seen) = (true, Some(word));
        }
    }

    pub(crate) fn signed(&mut self, minus: bool, start: usize, part: Part<'a>) -> Result<Part<'a>> {
        if !matches!(part.kind, Type::Scalar | Type::Vector) {
            let message =
                format!("a sign stands before a number or an instant vector, not before {}", part.kind.told());
            return Err(SyntaxError::new(message, start, part.end));
        }
        let node = match part.node {
            node if !minus => node,
            Node::Number(number) => Node::Number(-number),
            node => Node::Call {
                function: "-",
                arguments: std::slice::from_ref(&*self.arena.alloc(node)).into(),
                span: self.span(start, part.end),
            },
        };
        let depth = self.deeper(part.depth, start, part.end)?;
        Ok(Part { node, start, depth, takes: Takes::Nothing, ..part })
    }

    pub(crate) fn binary(&mut self, left: Part<'a>, operator: Operator<'a>, right: Part<'a>) -> Result<Part<'a>> {
        let (start, end) = (left.start, right.end);
        if let Some(message) = refused(&left, &operator, &right) {
            return Err(SyntaxError::new(message, operator.start, operator.end));
        }
        let kind = if left.kind == Type::Scalar && right.kind == Type::Scalar { Type::Scalar } else { Type::Vector };
        let depth = self.deeper(left.depth.max(right.depth), start, end)?;
        if let (Node::Number(one), Node::Number(other)) = (left.node, right.node)
            && let Some(number) = calculated(operator.name, one, other)
        {
            return Ok(Part { node: Node::Number(number), kind, start, end, depth: 1, takes: Takes::Nothing });
        }
        let node = Node::Binary {
            operator: operator.name,
            returns_bool: operator.returns_bool,
            matching: operator.matching,
            labels: self.set(&operator.labels),
            many: operator.many,
            include: self.set(&operator.include),
            left: self.kept(left.node),
            right: self.kept(right.node),
            span: self.span(start, end),
        };
        Ok(Part { node, kind, start, end, depth, takes: Takes::Nothing })
    }

    /// The next word in brackets or after `offset`.
    pub(crate) fn duration_word(&mut self, mode: Mode) -> Result<Token<'t>> {
        self.lexer.next(mode)
    }
}

/// Why an operator does not take its sides.
fn refused(left: &Part<'_>, operator: &Operator<'_>, right: &Part<'_>) -> Option<String> {
    let name = operator.name;
    for side in [left, right] {
        if !matches!(side.kind, Type::Scalar | Type::Vector) {
            return Some(format!("`{name}` takes numbers and instant vectors, not {}", side.kind.told()));
        }
    }
    let is_scalar = |side: &Part<'_>| side.kind == Type::Scalar && !is_variable(&side.node);
    let scalars = (is_scalar(left), is_scalar(right));
    if operator.returns_bool && !compares(name) {
        return Some(format!("`bool` stands after a comparison, not after `{name}`"));
    }
    if compares(name) && !operator.returns_bool && scalars == (true, true) {
        return Some(format!("two numbers are compared with `{name} bool`"));
    }
    if scalars != (false, false) {
        if is_set_operator(name) {
            return Some(format!("`{name}` takes instant vectors, not a number"));
        }
        if !operator.labels.is_empty() {
            return Some("only the labels of instant vectors can be matched".to_owned());
        }
        if operator.fills {
            return Some("only missing series of instant vectors can be filled in".to_owned());
        }
    } else if is_set_operator(name) {
        if operator.many != Many::None {
            return Some(format!("`{name}` has no `group_left` or `group_right`"));
        }
        if operator.fills {
            return Some(format!("`{name}` has no `fill`"));
        }
    }
    let twice = operator.include.iter().find(|label| operator.labels.contains(label));
    twice
        .filter(|_| operator.matching == Matching::On)
        .map(|label| format!("the label `{label}` stands in `on` and in `group_left` or `group_right`"))
}

/// Whether a variable of a dashboard stands there, which may be anything.
fn is_variable(node: &Node<'_>) -> bool {
    match node {
        Node::Selector { metric, .. } => metric.contains(ANY),
        Node::Call { function, .. } => function.contains(ANY),
        _ => false,
    }
}

fn calculated(operator: &str, left: f64, right: f64) -> Option<f64> {
    Some(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => left % right,
        "^" => left.powf(right),
        _ => return None,
    })
}
