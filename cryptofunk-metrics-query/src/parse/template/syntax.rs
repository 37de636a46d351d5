//! The syntax of templates, with the mistakes that Go's parser finds: Prometheus refuses a rule that has one.

use crate::parse::template::lex::{Piece, Token, TokenKind, Wrong, pieces};

/// The deepest nesting that is followed.
const DEEPEST: usize = 200;

/// Whose functions a template may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Prometheus,
    /// VictoriaMetrics' vmalert has some more.
    Vmalert,
    /// A template of Helm, which makes the file first and has functions of its own.
    Helm,
}

impl Dialect {
    /// Whether what Prometheus refuses may be right.
    pub(crate) fn is_lenient(self) -> bool {
        self != Dialect::Prometheus
    }
}

/// A part of a template that does something.
#[derive(Debug)]
pub(super) enum Part {
    Print(Pipe),
    /// `if`, `with` and `range`.
    Block {
        keyword: Keyword,
        pipe: Pipe,
        then: Vec<Part>,
        otherwise: Vec<Part>,
    },
    /// `template`, and `block` where it stands.
    Use {
        name: String,
        pipe: Option<Pipe>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    If,
    With,
    Range,
}

/// Commands, each given what the one before it answers.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    /// The variables that it sets.
    pub(super) variables: Vec<String>,
    pub(super) commands: Vec<Vec<Term>>,
}

/// A word of a command, with fields: `.Labels.job`.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) fields: Vec<String>,
}

#[derive(Debug)]
pub(super) enum TermKind {
    Dot,
    Variable(String),
    Function(String),
    /// A string, where it begins, and whether it is written as it reads.
    Text {
        value: String,
        at: usize,
        is_plain: bool,
    },
    /// A number, `true`, `nil`.
    Constant,
    Pipe(Box<Pipe>),
}

/// A template, and those that it defines.
#[derive(Debug, Default)]
pub(crate) struct Template {
    pub(super) parts: Vec<Part>,
    pub(super) defined: Vec<(String, Vec<Part>)>,
}

const FUNCTIONS: &[&str] = &[
    // Of Go.
    "and",
    "call",
    "eq",
    "ge",
    "gt",
    "html",
    "index",
    "js",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
    "slice",
    "urlquery", //
    // Of Prometheus.
    "args",
    "externalURL",
    "first",
    "graphLink",
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "label",
    "match",
    "now",
    "parseDuration",
    "pathPrefix",
    "query",
    "reReplaceAll",
    "safeHtml",
    "sortByLabel",
    "stripDomain",
    "stripPort",
    "strvalue",
    "tableLink",
    "title",
    "tmpl",
    "toDuration",
    "toLower",
    "toTime",
    "toUpper",
    "urlQueryEscape",
    "value",
];

const VMALERT_FUNCTIONS: &[&str] = &[
    "crlfEscape",
    "formatTime",
    "htmlEscape",
    "jsonEscape",
    "parseDurationTime",
    "pathEscape",
    "queryEscape",
    "quotesEscape",
];

/// Reads a template.
///
/// # Errors
///
/// What Go's parser refuses, and where it stands.
pub(crate) fn parse(template: &str, dialect: Dialect) -> Result<Template, Wrong> {
    let pieces = pieces(template)?;
    let mut parser = Parser { pieces: pieces.into_iter(), dialect, ..Parser::default() };
    // Prometheus sets these before the text.
    parser.variables = ["$", "$labels", "$externalLabels", "$externalURL", "$value"].map(str::to_owned).to_vec();
    let (parts, end) = parser.list(0)?;
    match end {
        Closing::Nothing => Ok(Template { parts, defined: parser.defined }),
        Closing::End(at) => Err((at, "`{{ end }}` without something that it ends".to_owned())),
        Closing::Else(at, _) => Err((at, "`{{ else }}` without an `if`, `with` or `range`".to_owned())),
    }
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
    dialect: Dialect,
    variables: Vec<String>,
    /// How many `range` are open.
    ranges: usize,
    defined: Vec<(String, Vec<Part>)>,
}

impl Default for Parser {
    fn default() -> Self {
        Parser {
            pieces: Vec::new().into_iter(),
            dialect: Dialect::Prometheus,
            variables: Vec::new(),
            ranges: 0,
            defined: Vec::new(),
        }
    }
}

/// What ended a list of parts.
enum Closing {
    /// The end of the template.
    Nothing,
    End(usize),
    /// With the words after `else`.
    Else(usize, Vec<Token>),
}

impl Parser {
    fn list(&mut self, depth: usize) -> Result<(Vec<Part>, Closing), Wrong> {
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let Piece::Action { at, tokens } = piece else { continue };
            if depth > DEEPEST {
                return Err((at, "it is nested too deep".to_owned()));
            }
            let mut words = Words { tokens: tokens.into(), at };
            let keyword = match words.peek() {
                Some(TokenKind::Word(word)) => word.clone(),
                _ => String::new(),
            };
            match &*keyword {
                "if" => parts.push(self.block(Keyword::If, words.rest(), depth)?),
                "with" => parts.push(self.block(Keyword::With, words.rest(), depth)?),
                "range" => parts.push(self.block(Keyword::Range, words.rest(), depth)?),
                "end" => {
                    words.rest().nothing("end")?;
                    return Ok((parts, Closing::End(at)));
                }
                "else" => return Ok((parts, Closing::Else(at, words.rest().tokens.into()))),
                "define" | "block" => parts.extend(self.define(&keyword, words.rest(), depth)?),
                "template" => parts.push(self.template(words.rest())?),
                "break" | "continue" => {
                    if self.ranges == 0 {
                        return Err((at, format!("`{{{{ {keyword} }}}}` outside of `range`")));
                    }
                    words.rest().nothing(&keyword)?;
                }
                _ => {
                    let pipe = self.pipe(&mut words, "command", 0)?;
                    words.nothing("command")?;
                    parts.push(Part::Print(pipe));
                }
            }
        }
        Ok((parts, Closing::Nothing))
    }

    fn block(&mut self, keyword: Keyword, mut words: Words, depth: usize) -> Result<Part, Wrong> {
        let at = words.at;
        let name = match keyword {
            Keyword::If => "if",
            Keyword::With => "with",
            Keyword::Range => "range",
        };
        let scope = self.variables.len();
        let pipe = self.pipe(&mut words, name, 0)?;
        words.nothing(name)?;
        self.ranges += usize::from(keyword == Keyword::Range);
        let (then, end) = self.list(depth + 1)?;
        self.ranges -= usize::from(keyword == Keyword::Range);
        let otherwise = match end {
            Closing::End(_) => Vec::new(),
            Closing::Nothing => return Err((at, format!("`{{{{ {name} }}}}` has no `{{{{ end }}}}`"))),
            Closing::Else(at, tokens) => self.otherwise(keyword, Words { tokens: tokens.into(), at }, depth)?,
        };
        self.variables.truncate(scope);
        Ok(Part::Block { keyword, pipe, then, otherwise })
    }

    /// What stands after `else`, up to the `end`.
    fn otherwise(&mut self, keyword: Keyword, mut words: Words, depth: usize) -> Result<Vec<Part>, Wrong> {
        let next = match (keyword, words.peek()) {
            (Keyword::If, Some(TokenKind::Word(word))) if word == "if" => Some(Keyword::If),
            (Keyword::With, Some(TokenKind::Word(word))) if word == "with" => Some(Keyword::With),
            _ => None,
        };
        if let Some(next) = next {
            // It shares the `end`.
            return Ok(vec![self.block(next, words.rest(), depth + 1)?]);
        }
        let at = words.at;
        words.nothing("else")?;
        match self.list(depth + 1)? {
            (parts, Closing::End(_)) => Ok(parts),
            (_, Closing::Else(at, _)) => Err((at, "a second `{{ else }}`".to_owned())),
            (_, Closing::Nothing) => Err((at, "`{{ else }}` has no `{{ end }}`".to_owned())),
        }
    }

    fn define(&mut self, keyword: &str, mut words: Words, depth: usize) -> Result<Option<Part>, Wrong> {
        let at = words.at;
        if keyword == "define" && depth > 0 {
            return Err((at, "`{{ define }}` stands inside of something".to_owned()));
        }
        let name = words.name(keyword)?;
        let pipe = if keyword == "block" { Some(self.pipe(&mut words, keyword, 0)?) } else { None };
        words.nothing(keyword)?;
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (parts, end) = self.list(depth + 1)?;
        (self.variables, self.ranges) = (outer, ranges);
        if !matches!(end, Closing::End(_)) {
            return Err((at, format!("`{{{{ {keyword} }}}}` has no `{{{{ end }}}}`")));
        }
        self.defined.push((name.clone(), parts));
        Ok(pipe.map(|pipe| Part::Use { name, pipe: Some(pipe) }))
    }

    fn template(&mut self, mut words: Words) -> Result<Part, Wrong> {
        let name = words.name("template")?;
        let pipe = if words.peek().is_some() { Some(self.pipe(&mut words, "template", 0)?) } else { None };
        words.nothing("template")?;
        Ok(Part::Use { name, pipe })
    }

    fn pipe(&mut self, words: &mut Words, what: &str, depth: usize) -> Result<Pipe, Wrong> {
        if depth > DEEPEST {
            return Err((words.at, "it is nested too deep".to_owned()));
        }
        let mut pipe = Pipe { variables: self.declared(words, what)?, commands: Vec::new() };
        loop {
            let command = self.command(words, depth)?;
            if command.is_empty() {
                return Err((words.at, format!("a value is missing for `{what}`")));
            }
            if !pipe.commands.is_empty()
                && matches!(command[0].kind, TermKind::Constant | TermKind::Text { .. } | TermKind::Dot)
                && command[0].fields.is_empty()
            {
                return Err((words.at, "what stands after `|` is not a function".to_owned()));
            }
            pipe.commands.push(command);
            if !words.skip(&TokenKind::Mark("|")) {
                return Ok(pipe);
            }
        }
    }

    /// The variables that a pipe sets: `$i, $x := `.
    fn declared(&mut self, words: &mut Words, what: &str) -> Result<Vec<String>, Wrong> {
        let mut ahead = words.clone();
        let mut names = Vec::new();
        while let Some(TokenKind::Variable(name)) = ahead.peek() {
            names.push(name.clone());
            ahead.next();
            if ahead.skip(&TokenKind::Mark(":=")) {
                if names.len() > if what == "range" { 2 } else { 1 } {
                    return Err((words.at, format!("`{what}` sets too many variables")));
                }
                self.variables.extend(names.iter().cloned());
                *words = ahead;
                return Ok(names);
            }
            if ahead.skip(&TokenKind::Mark("=")) {
                *words = ahead;
                return Ok(names);
            }
            if !ahead.skip(&TokenKind::Mark(",")) {
                break;
            }
        }
        Ok(Vec::new())
    }

    fn known(&self, name: &str, at: usize) -> Result<(), Wrong> {
        let is_known = self.variables.iter().any(|known| known == name);
        if is_known { Ok(()) } else { Err((at, format!("the variable `{name}` is not defined"))) }
    }

    fn command(&mut self, words: &mut Words, depth: usize) -> Result<Vec<Term>, Wrong> {
        let mut terms = Vec::new();
        loop {
            while words.skip(&TokenKind::Space) {}
            let at = words.at;
            let Some(kind) = words.peek() else { return Ok(terms) };
            let kind = match kind {
                TokenKind::Mark("|" | ")") => return Ok(terms),
                TokenKind::Mark("(") => {
                    words.next();
                    let pipe = self.pipe(words, "parenthesis", depth + 1)?;
                    if !words.skip(&TokenKind::Mark(")")) {
                        return Err((at, "a `(` is not closed".to_owned()));
                    }
                    TermKind::Pipe(Box::new(pipe))
                }
                _ => self.term(words)?,
            };
            let mut fields = Vec::new();
            while let Some(TokenKind::Field(field)) = words.tokens.front().map(|token| &token.kind) {
                fields.push(field.clone());
                words.next();
            }
            if matches!(kind, TermKind::Constant | TermKind::Text { .. }) && !fields.is_empty() {
                return Err((at, "a constant has no fields".to_owned()));
            }
            terms.push(Term { kind, fields });
            match words.tokens.front().map(|token| &token.kind) {
                None | Some(TokenKind::Space | TokenKind::Mark("|" | ")")) => {}
                Some(_) => return Err((words.at, "a space is missing between two words of an action".to_owned())),
            }
        }
    }

    fn term(&self, words: &mut Words) -> Result<TermKind, Wrong> {
        // A field belongs to the dot.
        if let Some(TokenKind::Field(_)) = words.peek() {
            return Ok(TermKind::Dot);
        }
        let at = words.at;
        match words.next() {
            Some(Token { kind, at }) => match kind {
                TokenKind::Word(word) => match &*word {
                    "true" | "false" | "nil" => Ok(TermKind::Constant),
                    name if self.is_function(name) => Ok(TermKind::Function(word)),
                    _ => Err((at, format!("the function `{word}` is not defined"))),
                },
                TokenKind::Dot => Ok(TermKind::Dot),
                TokenKind::Variable(name) => self.known(&name, at).map(|()| TermKind::Variable(name)),
                TokenKind::Text { value, is_plain } => Ok(TermKind::Text { value, at: at + 1, is_plain }),
                TokenKind::Number => Ok(TermKind::Constant),
                TokenKind::Mark(mark) => Err((at, format!("unexpected `{mark}` in an action"))),
                TokenKind::Field(_) | TokenKind::Space => Ok(TermKind::Dot),
            },
            None => Err((at, "a word is missing".to_owned())),
        }
    }

    fn is_function(&self, name: &str) -> bool {
        self.dialect == Dialect::Helm
            || FUNCTIONS.contains(&name)
            || (self.dialect == Dialect::Vmalert && VMALERT_FUNCTIONS.contains(&name))
    }
}

/// The words of an action that are left.
#[derive(Clone)]
struct Words {
    tokens: std::collections::VecDeque<Token>,
    /// Where the last one stood.
    at: usize,
}

impl Words {
    /// The next word, which is no space.
    fn peek(&mut self) -> Option<&TokenKind> {
        while matches!(self.tokens.front(), Some(Token { kind: TokenKind::Space, .. })) {
            self.tokens.pop_front();
        }
        self.tokens.front().map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.pop_front()?;
        self.at = token.at;
        Some(token)
    }

    /// Passes the next word if it is this one.
    fn skip(&mut self, kind: &TokenKind) -> bool {
        if *kind != TokenKind::Space {
            self.peek();
        }
        let is_next = self.tokens.front().is_some_and(|token| token.kind == *kind);
        if is_next {
            self.next();
        }
        is_next
    }

    /// What stands after a keyword.
    fn rest(mut self) -> Self {
        self.peek();
        self.next();
        self
    }

    fn nothing(mut self, what: &str) -> Result<(), Wrong> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err((self.at, format!("unexpected words after `{what}`"))),
        }
    }

    /// The string that names a template.
    fn name(&mut self, keyword: &str) -> Result<String, Wrong> {
        self.peek();
        match self.next() {
            Some(Token { kind: TokenKind::Text { value, .. }, .. }) => Ok(value),
            _ => Err((self.at, format!("`{keyword}` wants the name of a template, in quotes"))),
        }
    }
}
