//! Doc comments as text.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Meta};

use crate::attr::literal;

/// The documentation of an item: lines that were written, and macros that make some (`include_str!`, `concat!`).
pub(crate) struct Docs(Vec<Part>);

enum Part {
    Line(String),
    Made(Expr),
}

impl Docs {
    /// The documentation among an item's attributes, or nothing if there is none.
    pub(crate) fn of(attrs: &[Attribute]) -> Option<Self> {
        let parts: Vec<Part> = attrs
            .iter()
            .filter_map(|attr| match &attr.meta {
                Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
                _ => None,
            })
            .flat_map(|value| match literal(value) {
                Some(text) => lines(&text.value()),
                None => vec![Part::Made(value.clone())],
            })
            .collect();
        let says = |part: &Part| !matches!(part, Part::Line(line) if line.trim().is_empty());
        parts.iter().any(says).then_some(Docs(parts))
    }

    /// The text as one line: paragraphs and line breaks become spaces.
    pub(crate) fn one_line(&self) -> TokenStream {
        self.text(" ", |lines| lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" "))
    }

    /// The text with its paragraphs, lists, tables and code; lines that only wrap are joined.
    pub(crate) fn flowing(&self) -> TokenStream {
        self.text("\n", flowing)
    }

    fn text(&self, between: &str, join: impl Fn(&[&str]) -> String) -> TokenStream {
        let mut pieces = Vec::new();
        for run in self.0.chunk_by(|a, b| matches!((a, b), (Part::Line(_), Part::Line(_)))) {
            let written: Vec<&str> = run.iter().filter_map(Part::line).collect();
            match run {
                [Part::Made(made)] => pieces.push(quote!(#made)),
                _ => {
                    let text = join(&written);
                    pieces.push(quote!(#text));
                }
            }
        }
        match pieces.as_slice() {
            [one] if matches!(self.0[0], Part::Line(_)) => one.clone(),
            pieces => quote!(::core::primitive::str::trim_ascii(::core::concat!(#(#pieces, #between),*))),
        }
    }
}

impl Part {
    fn line(&self) -> Option<&str> {
        match self {
            Part::Line(line) => Some(line),
            Part::Made(_) => None,
        }
    }
}

/// The lines of one attribute: a line comment has one, a block comment several, perhaps with a `*` before each.
fn lines(text: &str) -> Vec<Part> {
    let mut later = text.lines().skip(1).map(str::trim_start).filter(|line| !line.is_empty()).peekable();
    let starred = later.peek().is_some() && later.all(|line| line.starts_with('*'));
    let lines = text.lines().enumerate().map(|(at, line)| match line.trim_start().strip_prefix('*') {
        Some(rest) if starred && at > 0 => rest,
        _ => line,
    });
    let lines: Vec<&str> = lines.collect();
    let indent = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    let cut = if lines.len() > 1 { indent } else { indent.min(1) };
    let cut = |line: &&str| Part::Line(line.get(cut..).unwrap_or_default().trim_end().to_owned());
    if lines.is_empty() { vec![Part::Line(String::new())] } else { lines.iter().map(cut).collect() }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn flowing(lines: &[&str]) -> String {
    let mut out: Vec<String> = Vec::new();
    let (mut in_code, mut joins) = (false, false);
    for line in lines {
        let is_fence = line.trim_start().starts_with("```");
        let is_code = in_code || is_fence;
        in_code ^= is_fence;
        match out.last_mut() {
            Some(last) if joins && !is_code && !line.trim().is_empty() && !begins_a_line(line) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            last => {
                joins = !is_code && !line.trim().is_empty() && !line.trim_start().starts_with(['#', '|']);
                // Several blank lines are as good as one.
                if is_code || !line.is_empty() || last.is_some_and(|last| !last.is_empty()) {
                    out.push((*line).to_owned());
                }
            }
        }
    }
    out.join("\n").trim().to_owned()
}

/// Whether a line begins something in Markdown: a list's item, a heading, a row of a table, a quotation, code.
fn begins_a_line(line: &str) -> bool {
    let start = line.trim_start();
    let after_number = start.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let is_numbered =
        after_number.len() < start.len() && (after_number.starts_with(". ") || after_number.starts_with(") "));
    is_numbered || ["- ", "* ", "+ ", "#", "|", ">"].iter().any(|mark| start.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn flowing(attrs: &[Attribute]) -> String {
        Docs::of(attrs).map(|docs| docs.flowing().to_string()).unwrap_or_default()
    }

    #[test]
    fn paragraphs_lists_tables_and_code_survive_and_wrapped_lines_are_joined() {
        let attrs: Vec<Attribute> = parse_quote! {
            /// Reads a document
            /// from the store.
            ///
            /// Takes:
            /// - a name,
            ///   as the store has it
            /// 1. a number
            ///
            /// | a | b |
            /// |---|---|
            ///
            /// ```json
            /// {
            ///   "a": 1
            ///
            /// }
            /// ```
            /// The end.
        };
        let text = "Reads a document from the store.\n\nTakes:\n- a name, as the store has it\n1. a number\n\n| a | b |\n|---|---|\n\n\
                    ```json\n{\n  \"a\": 1\n\n}\n```\nThe end.";
        assert_eq!(flowing(&attrs), format!("{text:?}"));
    }

    #[test]
    fn a_block_comment_has_lines_without_its_stars() {
        let attrs: Vec<Attribute> = parse_quote! {
            /**
             * First.
             *
             * - one
             */
        };
        assert_eq!(flowing(&attrs), r#""First.\n\n- one""#);
    }

    #[test]
    fn what_a_macro_makes_stands_between_what_is_written() {
        let attrs: Vec<Attribute> = parse_quote! {
            /// Before.
            #[doc = include_str!("a.md")]
        };
        let text = flowing(&attrs);
        assert!(text.contains(r#":: core :: concat ! ("Before." , "\n" , include_str ! ("a.md") , "\n")"#), "{text}");
    }

    #[test]
    fn attributes_without_words_are_no_documentation() {
        let attrs: Vec<Attribute> = parse_quote! {
            #[doc(hidden)]
            ///
            #[inline]
        };
        assert!(Docs::of(&attrs).is_none());
    }
}
