//! Regular expressions as Go reads them, which Prometheus does: what it refuses is refused, and what is left becomes automata.

mod class;
#[cfg(test)]
mod tests;

use bumpalo::Bump;

use class::{Escape, class, escape, folded};

use crate::pattern::{Alternative, Automaton, Letter};

/// How many letters an automaton can have.
const MOST: usize = 127;
/// How often Go repeats something at most.
const MOST_REPEATS: u32 = 1000;
/// How deep Go nests groups at most.
const DEEPEST: usize = 1000;

const ANY_CHAR: (u32, u32) = (0, 0x10_FFFF);
/// The alternatives of a regular expression.
///
/// # Errors
///
/// What Go says about an expression that it refuses.
pub(crate) fn pattern<'a>(arena: &'a Bump, text: &str) -> Result<&'a [Alternative<'a>], String> {
    let mut text = text;
    let mut reader = Reader::new(text);
    reader.read()?;
    // A pair of parentheses around everything changes nothing.
    while let Some(inner) = reader.inside {
        text = &text[inner..text.len() - 1];
        reader = Reader::new(text);
        reader.read()?;
    }
    Ok(arena.alloc_slice_fill_iter(reader.alternatives.iter().map(|alternative| alternative.in_arena(arena))))
}

/// A part of an expression: what it may begin and end with.
#[derive(Clone, Copy)]
struct Part {
    accepts_empty: bool,
    first: u128,
    last: u128,
    /// Where its letters begin; they end where the next part's begin.
    start: usize,
    /// How often the parts inside are repeated at most.
    repeats: u32,
}

impl Part {
    const fn empty(start: usize) -> Self {
        Part { accepts_empty: true, first: 0, last: 0, start, repeats: 1 }
    }
}

/// A letter that is not in an arena yet.
#[derive(Clone)]
struct Draft {
    ranges: Vec<(u32, u32)>,
    follow: u128,
}

/// An alternative at the top of an expression.
struct Finished {
    part: Part,
    letters: Vec<Draft>,
    /// The text, if it is nothing else.
    text: Option<String>,
    unknown: bool,
}

impl Finished {
    fn in_arena<'a>(&self, arena: &'a Bump) -> Alternative<'a> {
        if self.unknown {
            return Alternative::Unknown;
        }
        if let Some(text) = &self.text {
            return Alternative::Text(arena.alloc_str(text));
        }
        let letters = self
            .letters
            .iter()
            .map(|letter| Letter { ranges: arena.alloc_slice_copy(&letter.ranges), follow: letter.follow });
        let letters = arena.alloc_slice_fill_iter(letters.collect::<Vec<_>>());
        let Part { accepts_empty, first, last, .. } = self.part;
        Alternative::Automaton(Automaton { accepts_empty, first, last, letters })
    }
}

#[derive(Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    many_lines: bool,
    not_newline: bool,
}

/// A group that is not closed yet.
struct Group {
    /// The alternatives before the last `|`.
    before: Option<Part>,
    /// What stands since then.
    parts: Vec<Part>,
    flags: Flags,
    /// Where the group begins, and what is in it.
    open: usize,
    inside: usize,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    flags: Flags,
    groups: Vec<Group>,
    letters: Vec<Draft>,
    /// The characters of the alternative at the top, as long as they are nothing else.
    plain: Option<String>,
    unknown: bool,
    /// Whether `$` was read, after which nothing may follow.
    ended: bool,
    /// Whether the last thing read was an operator of repetition.
    repeated: bool,
    names: Vec<String>,
    alternatives: Vec<Finished>,
    /// Where the inside of a group begins that the whole expression is.
    inside: Option<usize>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        // Prometheus lets `.` stand for a new line too.
        let top = Group { before: None, parts: Vec::new(), flags: Flags::default(), open: 0, inside: 0 };
        Reader {
            text,
            at: 0,
            flags: Flags::default(),
            groups: vec![top],
            letters: Vec::new(),
            plain: Some(String::new()),
            unknown: false,
            ended: false,
            repeated: false,
            names: Vec::new(),
            alternatives: Vec::new(),
            inside: None,
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn read(&mut self) -> Result<(), String> {
        while let Some(c) = self.next() {
            let repeated = std::mem::take(&mut self.repeated);
            if self.ended && c != '|' {
                self.unknown = true;
            }
            match c {
                '(' => self.open()?,
                ')' => self.close()?,
                '|' => self.alternative(),
                '[' => {
                    let (ranges, rest) = class(&self.text[self.at..])?;
                    self.at = self.text.len() - rest.len();
                    self.class(ranges);
                }
                '.' if self.flags.not_newline => self.letter(vec![(0, 9), (11, ANY_CHAR.1)]),
                '.' => self.letter(vec![ANY_CHAR]),
                '^' => self.begins(),
                '$' => self.ends(),
                '*' | '+' | '?' => self.repeat(if c == '+' { 1 } else { 0 }, (c == '?').then_some(1), repeated)?,
                '{' => match self.counts()? {
                    Some((least, most)) => self.repeat(least, most, repeated)?,
                    None => self.character('{'),
                },
                '\\' => {
                    let (escaped, rest) = escape(&self.text[self.at..])?;
                    self.at = self.text.len() - rest.len();
                    self.escaped(escaped);
                }
                _ => self.character(c),
            }
        }
        if self.groups.len() > 1 {
            return Err(format!("missing closing ): `{}`", self.text));
        }
        self.alternative();
        Ok(())
    }

    fn parts(&mut self) -> &mut Vec<Part> {
        let last = self.groups.len() - 1;
        &mut self.groups[last].parts
    }

    fn character(&mut self, c: char) {
        let code = c as u32;
        let mut ranges = vec![(code, code)];
        if self.flags.ignores_case {
            self.unknown |= !c.is_ascii();
            ranges = folded(ranges);
        }
        let plain = if ranges.len() == 1 && self.groups.len() == 1 { self.plain.take() } else { None };
        self.letter(ranges);
        self.plain = plain.map(|mut text| {
            text.push(c);
            text
        });
    }

    fn letter(&mut self, ranges: Vec<(u32, u32)>) {
        self.plain = None;
        let start = self.letters.len();
        if start >= MOST {
            self.unknown = true;
            self.parts().push(Part { accepts_empty: false, ..Part::empty(start) });
            return;
        }
        self.letters.push(Draft { ranges, follow: 0 });
        let bit = 1 << start;
        self.parts().push(Part { accepts_empty: false, first: bit, last: bit, start, repeats: 1 });
    }

    fn class(&mut self, ranges: Option<Vec<(u32, u32)>>) {
        self.unknown |= ranges.is_none();
        let ranges = ranges.unwrap_or_default();
        self.letter(if self.flags.ignores_case { folded(ranges) } else { ranges });
    }

    fn escaped(&mut self, escaped: Escape<'_>) {
        match escaped {
            Escape::Character(c) => self.character(c),
            Escape::Class(ranges) => self.class(Some(ranges)),
            Escape::Unicode => self.class(None),
            Escape::Begins => self.begins(),
            Escape::Ends => self.ends(),
            Escape::Boundary => {
                self.unknown = true;
                self.assertion();
            }
            Escape::Literal(text) => text.chars().for_each(|c| self.character(c)),
        }
    }

    /// The beginning of the text is where every match begins.
    fn begins(&mut self) {
        if self.groups.len() > 1 || !self.letters.is_empty() || self.flags.many_lines {
            self.unknown = true;
        }
        self.assertion();
    }

    /// The end of the text is where every match ends.
    fn ends(&mut self) {
        if self.groups.len() > 1 || self.flags.many_lines {
            self.unknown = true;
        }
        self.ended = true;
        self.assertion();
    }

    /// Something that takes no letter.
    fn assertion(&mut self) {
        let start = self.letters.len();
        self.parts().push(Part::empty(start));
    }

    fn open(&mut self) -> Result<(), String> {
        let open = self.at - 1;
        let flags = self.flags;
        if self.peek() == Some('?') && !self.group_options()? {
            return Ok(());
        }
        if self.groups.len() > DEEPEST {
            return Err("expression nests too deeply".to_owned());
        }
        self.plain = None;
        self.groups.push(Group { before: None, parts: Vec::new(), flags, open, inside: self.at });
        Ok(())
    }

    /// What follows `(?`: a name, flags, or both; whether a group begins.
    fn group_options(&mut self) -> Result<bool, String> {
        let rest = &self.text[self.at..];
        for start in ["?P<", "?<"] {
            if let Some(name) = rest.strip_prefix(start)
                && !(start == "?<" && name.starts_with(['=', '!']))
            {
                let end = name.find('>').ok_or_else(|| format!("invalid named capture: `({rest}`"))?;
                let word = &name[..end];
                let fits = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if !fits || self.names.iter().any(|known| known == word) {
                    return Err(format!("invalid named capture: `(?{start}{word}>`"));
                }
                self.names.push(word.to_owned());
                self.at += start.len() + end + 1;
                return Ok(true);
            }
        }
        self.at += 1;
        let (mut flags, mut negated, mut any) = (self.flags, false, false);
        while let Some(c) = self.next() {
            match c {
                'i' => flags.ignores_case = !negated,
                'm' => flags.many_lines = !negated,
                's' => flags.not_newline = negated,
                'U' => {}
                '-' if !negated => {
                    (negated, any) = (true, false);
                    continue;
                }
                ':' | ')' if negated && !any => break,
                ':' => {
                    self.flags = flags;
                    return Ok(true);
                }
                ')' => {
                    self.flags = flags;
                    return Ok(false);
                }
                _ => break,
            }
            any = true;
        }
        Err(format!("invalid or unsupported Perl syntax: `({rest}`"))
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(group) = (if self.groups.len() > 1 { self.groups.pop() } else { None }) else {
            return Err(format!("unexpected ): `{}`", self.text));
        };
        let start = group
            .before
            .map_or_else(|| group.parts.first().map_or(self.letters.len(), |part| part.start), |before| before.start);
        let last = self.concatenated(&group.parts, start);
        let part = match group.before {
            Some(before) => either(before, last),
            None => last,
        };
        self.flags = group.flags;
        let begins = &self.text[group.open..group.inside];
        if group.open == 0 && self.at == self.text.len() && (begins == "(" || begins == "(?:") {
            self.inside = Some(group.inside);
        }
        self.parts().push(part);
        Ok(())
    }

    fn concatenated(&mut self, parts: &[Part], start: usize) -> Part {
        let mut whole = Part::empty(start);
        for part in parts {
            self.follow(whole.last, part.first);
            whole = Part {
                accepts_empty: whole.accepts_empty && part.accepts_empty,
                first: whole.first | if whole.accepts_empty { part.first } else { 0 },
                last: part.last | if part.accepts_empty { whole.last } else { 0 },
                start,
                repeats: whole.repeats.max(part.repeats),
            };
        }
        whole
    }

    fn follow(&mut self, mut last: u128, first: u128) {
        while last != 0 {
            self.letters[last.trailing_zeros() as usize].follow |= first;
            last &= last - 1;
        }
    }

    /// `|`, or the end.
    fn alternative(&mut self) {
        let top = self.groups.len() == 1;
        let last = self.groups.len() - 1;
        let parts = std::mem::take(&mut self.groups[last].parts);
        let start = parts.first().map_or(self.letters.len(), |part| part.start);
        let part = self.concatenated(&parts, start);
        if top {
            let letters = std::mem::take(&mut self.letters);
            let unknown = std::mem::take(&mut self.unknown);
            let text = self.plain.replace(String::new());
            self.ended = false;
            self.alternatives.push(Finished { part, letters, text, unknown });
            return;
        }
        let group = &mut self.groups[last];
        group.before = Some(group.before.map_or(part, |before| either(before, part)));
    }

    fn repeat(&mut self, least: u32, most: Option<u32>, repeated: bool) -> Result<(), String> {
        if self.peek() == Some('?') {
            self.at += 1;
        }
        if repeated {
            return Err(format!("invalid nested repetition operator in `{}`", self.text));
        }
        let Some(part) = self.parts().pop() else {
            return Err(format!("missing argument to repetition operator in `{}`", self.text));
        };
        let times = part.repeats.saturating_mul(most.unwrap_or(least).max(1));
        if times > MOST_REPEATS {
            return Err(format!("invalid repeat count in `{}`", self.text));
        }
        self.repeated = true;
        self.plain = None;
        let part = Part { repeats: times, ..part };
        let whole = self.repeated_part(part, least, most);
        self.parts().push(Part { repeats: times, ..whole });
        Ok(())
    }

    fn repeated_part(&mut self, part: Part, least: u32, most: Option<u32>) -> Part {
        let len = self.letters.len() - part.start;
        if most == Some(0) {
            return Part { repeats: part.repeats, ..Part::empty(part.start) };
        }
        let copies = most.unwrap_or(least).max(1) as usize;
        if part.start + len * copies > MOST {
            self.unknown = true;
            return part;
        }
        let original = self.letters[part.start..].to_vec();
        let mut parts = Vec::with_capacity(copies);
        for i in 0..copies {
            let shift = len * i;
            if i > 0 {
                self.letters.extend(
                    original
                        .iter()
                        .map(|letter| Draft { ranges: letter.ranges.clone(), follow: letter.follow << shift }),
                );
            }
            let accepts_empty = part.accepts_empty || i >= least as usize;
            let (first, last) = (part.first << shift, part.last << shift);
            parts.push(Part { accepts_empty, first, last, start: part.start + shift, repeats: part.repeats });
        }
        if most.is_none() {
            let again = parts[copies - 1];
            self.follow(again.last, again.first);
        }
        self.concatenated(&parts, part.start)
    }

    /// `{2}`, `{2,}` or `{2,5}`; else `{` is a letter.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let Some(end) = self.text[self.at..].find('}') else { return Ok(None) };
        let inside = &self.text[self.at..self.at + end];
        let (least, most) = inside.split_once(',').map_or((inside, Some(inside)), |(least, most)| (least, Some(most)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let most = most.filter(|most| !most.is_empty());
        if !digits(least) || most.is_some_and(|most| !digits(most)) {
            return Ok(None);
        }
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        let (least, most) = (number(least), most.map(number));
        if least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least) {
            return Err(format!("invalid repeat count: `{{{inside}}}`"));
        }
        self.at += end + 1;
        Ok(Some((least, most)))
    }
}

fn either(one: Part, other: Part) -> Part {
    Part {
        accepts_empty: one.accepts_empty || other.accepts_empty,
        first: one.first | other.first,
        last: one.last | other.last,
        start: one.start,
        repeats: one.repeats.max(other.repeats),
    }
}
