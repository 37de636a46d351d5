//! YAML as trees that know where their parts stand. What is right before an error is kept.

use std::{collections::HashSet, ops::Range, rc::Rc};

use granit_parser::{Event, Parser, ScalarStyle, Span};

use crate::parse::located::{Escapes, Located, Origin};

/// How many parts aliases may add to a file.
const MOST_ALIASED: usize = 1_000_000;

/// A part of a document.
#[derive(Debug)]
pub(crate) struct Yaml {
    /// The line, from 1.
    pub(crate) line: u64,
    /// The column, from 1.
    pub(crate) column: u64,
    /// The bytes that it stands on.
    pub(crate) bytes: Range<usize>,
    pub(crate) kind: Kind,
    /// Whether the file breaks off inside it.
    pub(crate) is_broken: bool,
    /// How many parts it has, itself included.
    parts: usize,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    List(Vec<Rc<Yaml>>),
    Map {
        entries: Vec<(Rc<Yaml>, Rc<Yaml>)>,
        /// The second of two equal keys.
        twice: Option<Rc<Yaml>>,
    },
}

/// Why the rest of a document cannot be read.
#[derive(Debug)]
pub(crate) struct YamlError {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) message: String,
}

impl Yaml {
    /// The text of a scalar, as it is written.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is nothing: `null`, `~` or no text at all, unless in quotes.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, style: ScalarStyle::Plain } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is a number or a truth value, rather than a text.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { style: ScalarStyle::Plain, .. })
    }

    pub(crate) fn list(&self) -> Option<&[Rc<Yaml>]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> Option<&[(Rc<Yaml>, Rc<Yaml>)]> {
        match &self.kind {
            Kind::Map { entries, .. } => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Rc<Yaml>> {
        self.entry(key).map(|(_, value)| value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&(Rc<Yaml>, Rc<Yaml>)> {
        self.entries()?.iter().find(|(name, _)| name.text() == Some(key))
    }

    /// The word for it in messages.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            Kind::Scalar { .. } => "a text",
            Kind::List(_) => "a list",
            Kind::Map { .. } => "a mapping",
        }
    }

    /// A scalar with its place in the file.
    pub(crate) fn located(&self, source: &str, origin: Origin) -> Option<Located> {
        let Kind::Scalar { text, style } = &self.kind else { return None };
        let (escapes, quote) = match style {
            ScalarStyle::DoubleQuoted => (Escapes::Backslash, 1),
            ScalarStyle::SingleQuoted => (Escapes::Quote, 1),
            _ => (Escapes::None, 0),
        };
        let raw = source.get(self.bytes.clone()).unwrap_or_default();
        let raw = raw.get(quote..raw.len().saturating_sub(quote)).unwrap_or_default();
        Some(Located::new(text, raw, escapes, origin, (self.line, self.column + quote as u64)))
    }

    /// Where what stands inside this scalar begins, if it is a file of its own.
    pub(crate) fn inside(&self, origin: Origin) -> Origin {
        match &self.kind {
            Kind::Scalar { style: ScalarStyle::Literal, .. } => {
                Origin { line: origin.line + self.line - 1, column: origin.column + self.column - 1, ..origin }
            }
            // Its lines are not those of the file.
            _ => Origin { line: origin.line + self.line - 1, column: origin.column + self.column - 1, is_fixed: true },
        }
    }
}

/// The documents of a file, and what cannot be read. After an error it goes on with the next document.
pub(crate) fn documents(source: &str) -> (Vec<Rc<Yaml>>, Vec<YamlError>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    let (mut start, mut line) = (0, 0);
    loop {
        let mut builder = Builder { shift: start, line, ..Builder::default() };
        let Err(error) = builder.read(&source[start..]) else {
            found.append(&mut builder.documents);
            return (found, errors);
        };
        builder.break_off();
        found.append(&mut builder.documents);
        let rest = &source[error.at..];
        errors.push(error.error);
        // Beyond the line of the error, so that it gets ahead.
        let Some(next) = rest.find("\n---") else { return (found, errors) };
        start = error.at + next + 1;
        line = source[..start].bytes().filter(|byte| *byte == b'\n').count() as u64;
        if errors.len() > 100 {
            return (found, errors);
        }
    }
}

struct Stopped {
    at: usize,
    error: YamlError,
}

/// A collection that is not complete.
struct Open {
    part: Yaml,
    anchor: usize,
    /// Keys and values by turns, or elements.
    children: Vec<Rc<Yaml>>,
}

#[derive(Default)]
struct Builder {
    /// The byte and the line that what is read begins after.
    shift: usize,
    line: u64,
    documents: Vec<Rc<Yaml>>,
    open: Vec<Open>,
    anchors: Vec<(usize, Rc<Yaml>)>,
    aliased: usize,
}

impl Builder {
    fn read(&mut self, source: &str) -> Result<(), Box<Stopped>> {
        for event in Parser::new_from_str(source) {
            let (event, span) = event.map_err(|error| {
                let at = error.marker();
                self.stop(at.byte_offset(), (at.line(), at.col()), error.info())
            })?;
            match event {
                Event::DocumentStart(..) => self.anchors.clear(),
                Event::Scalar(text, style, anchor, tag) => {
                    // `!!str null` is a text.
                    let is_text = style == ScalarStyle::Plain && tag.is_some_and(|tag| tag.suffix() == "str");
                    let style = if is_text { ScalarStyle::SingleQuoted } else { style };
                    let part = self.part(span, Kind::Scalar { text: text.into_owned(), style });
                    self.add(anchor, Rc::new(part));
                }
                Event::SequenceStart(_, anchor, _) => {
                    let part = self.part(span, Kind::List(Vec::new()));
                    self.open.push(Open { part, anchor, children: Vec::new() });
                }
                Event::MappingStart(_, anchor, _) => {
                    let part = self.part(span, Kind::Map { entries: Vec::new(), twice: None });
                    self.open.push(Open { part, anchor, children: Vec::new() });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let end = span.end.byte_offset();
                    if let Some(open) = self.open.pop() {
                        let anchor = open.anchor;
                        let part = closed(open, end.map(|end| end + self.shift), false);
                        self.add(anchor, part);
                    }
                }
                Event::Alias(anchor) => {
                    let found = self.anchors.iter().rev().find(|(id, _)| *id == anchor).map(|(_, part)| part.clone());
                    let part = found.ok_or("an alias stands inside of what it stands for");
                    let part = part.and_then(|part| {
                        self.aliased += part.parts;
                        if self.aliased > MOST_ALIASED { Err("its aliases stand for too much") } else { Ok(part) }
                    });
                    let start = (span.start.line(), span.start.col());
                    let part =
                        part.map_err(|message| self.stop(span.start.byte_offset(), start, message.to_owned()))?;
                    self.add(0, part);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn stop(&self, at: Option<usize>, (line, column): (usize, usize), message: String) -> Box<Stopped> {
        let error = YamlError { line: line as u64 + self.line, column: column as u64 + 1, message };
        Box::new(Stopped { at: at.unwrap_or_default() + self.shift, error })
    }

    fn part(&self, span: Span, kind: Kind) -> Yaml {
        let bytes = span.byte_range().unwrap_or_default();
        Yaml {
            line: span.start.line() as u64 + self.line,
            column: span.start.col() as u64 + 1,
            bytes: bytes.start + self.shift..bytes.end + self.shift,
            kind,
            is_broken: false,
            parts: 1,
        }
    }

    fn add(&mut self, anchor: usize, part: Rc<Yaml>) {
        if anchor != 0 {
            self.anchors.push((anchor, part.clone()));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.part.parts = open.part.parts.saturating_add(part.parts);
                open.children.push(part);
            }
            None => self.documents.push(part),
        }
    }

    /// Closes what is open where the file cannot be read on.
    fn break_off(&mut self) {
        while let Some(open) = self.open.pop() {
            let part = closed(open, None, true);
            self.add(0, part);
        }
    }
}

fn closed(open: Open, end: Option<usize>, is_broken: bool) -> Rc<Yaml> {
    let Open { mut part, children, .. } = open;
    part.is_broken = is_broken;
    if let Some(end) = end {
        part.bytes.end = end;
    }
    match &mut part.kind {
        Kind::List(list) => *list = children,
        Kind::Map { entries, twice } => {
            let mut children = children.into_iter();
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                entries.push((key, value));
            }
            merge(entries);
            let mut keys = HashSet::new();
            *twice = entries
                .iter()
                .find(|(key, _)| key.text().is_some_and(|text| !keys.insert(text)))
                .map(|(key, _)| key.clone());
        }
        Kind::Scalar { .. } => {}
    }
    Rc::new(part)
}

/// Adds what `<<` names, where the mapping has nothing of its own.
fn merge(entries: &mut Vec<(Rc<Yaml>, Rc<Yaml>)>) {
    let is_merge = |(key, _): &(Rc<Yaml>, Rc<Yaml>)| key.text() == Some("<<") && key.is_plain();
    if !entries.iter().any(is_merge) {
        return;
    }
    let (merged, own): (Vec<_>, Vec<_>) = std::mem::take(entries).into_iter().partition(is_merge);
    *entries = own;
    for (_, value) in merged {
        let sources = value.list().map_or_else(|| vec![value.clone()], <[_]>::to_vec);
        for (key, value) in sources.iter().filter_map(|source| source.entries()).flatten() {
            if !entries.iter().any(|(own, _)| own.text() == key.text()) {
                entries.push((key.clone(), value.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_right_before_an_error_is_kept() {
        let (documents, errors) = documents("a: 1\n---\nb: [1, {c: 2}]\nd: e: f\n---\ng: 1\n");
        assert_eq!(documents.len(), 3);
        assert_eq!(errors.iter().map(|error| (error.line, error.column)).collect::<Vec<_>>(), [(4, 5)]);
        let broken = &documents[1];
        assert!(broken.is_broken && broken.get("b").is_some_and(|list| !list.is_broken));
        assert_eq!(documents[2].get("g").map(|value| (value.line, value.text())), Some((6, Some("1"))));
    }

    #[test]
    fn aliases_and_merged_keys_are_followed() {
        let (documents, errors) = documents("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\nc: *a\n");
        assert!(errors.is_empty());
        let b = documents[0].get("b").expect("it is there");
        assert_eq!(b.get("x").and_then(|x| x.text()), Some("3"));
        assert_eq!(b.get("y").and_then(|y| y.text()), Some("2"));
        assert_eq!(documents[0].get("c").and_then(|c| c.get("x")).and_then(|x| x.text()), Some("1"));
    }

    #[test]
    fn aliases_of_aliases_are_limited() {
        let mut text = "a0: &a0 [x]\n".to_owned();
        for i in 0..40 {
            text += &format!("a{}: &a{} [*a{i}, *a{i}]\n", i + 1, i + 1);
        }
        assert!(super::documents(&text).1[0].message.contains("aliases"));
    }

    #[test]
    fn a_key_that_stands_twice_is_found() {
        let (documents, _) = documents("a: 1\nb: 2\na: 3\n");
        let Kind::Map { twice: Some(key), .. } = &documents[0].kind else { panic!("a mapping") };
        assert_eq!(key.line, 3);
    }

    /// The line and column of a word in the value of `a`.
    fn place(source: &str, word: &str) -> (u64, u64) {
        let (documents, errors) = documents(source);
        assert!(errors.is_empty(), "{errors:?}");
        let value = documents[0].get("a").expect("a value");
        let located = value.located(source, Origin::default()).expect("a text");
        located.position(located.text().find(word).expect("the word is there"))
    }

    #[test]
    fn words_are_found_in_each_style_of_yaml() {
        for (source, expected) in [
            ("a: x + word\n", (1, 8)),
            ("a: 'it''s a word'\n", (1, 13)),
            ("a: \"say \\\"x\\\", word\"\n", (1, 16)),
            ("a: |\n  x +\n    word\n", (3, 5)),
            ("a: >-\n  x +\n  y\n\n  word\n", (5, 3)),
            ("a: x\n  + word\n", (2, 5)),
            ("a: \"x\\n  word\"\n", (1, 10)),
            ("{a: 'é', b: 1, a: ü word}\n", (1, 21)),
        ] {
            let source = source.replace("{a: 'é', b: 1, a:", "{z: 'é', b: 1, a:");
            assert_eq!(place(&source, "word"), expected, "{source}");
        }
    }
}
