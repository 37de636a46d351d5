use std::path::PathBuf;

use cryptofunk_metrics_query::{Arena, LintRule, Rule, Tree};
use proc_macro2::TokenStream;
use quote::format_ident;
use syn::{
    Attribute, Error, Ident, LitStr, Path, Result, Token, Visibility,
    parse::{ParseStream, Parser},
};

use crate::diagnostics::Diagnostics;

/// A query, parsed.
pub(super) struct Query<'a> {
    pub(super) catalog: Path,
    pub(super) text: LitStr,
    pub(super) tree: Tree<'a>,
    /// The checks that a comment silences.
    pub(super) allowed: Vec<LintRule>,
}

pub(super) fn query(arena: &Arena, input: TokenStream) -> Result<Query<'_>> {
    let usage = "write `promql!(CATALOG, \"…\")`: a catalogue, and a query as a string";
    let (catalog, text) = (|input: ParseStream<'_>| arguments(input, usage)).parse2(input)?;
    let tree = cryptofunk_metrics_query::parse(arena, &text.value())
        .map_err(|error| Error::new(text.span(), format!("this is no PromQL: {error} [{}]", error.rule.name())))?;
    let allowed = cryptofunk_metrics_query::allowed(&text.value()).map_err(|reason| Error::new(text.span(), reason))?;
    Ok(Query { catalog, text, tree, allowed })
}

/// A rule file, parsed.
pub(super) struct RuleFile<'a> {
    /// The constant that it becomes, `_` if nobody asks for one.
    pub(super) attrs: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) constant: Ident,
    pub(super) catalog: Path,
    /// The path as it was written.
    pub(super) name: LitStr,
    pub(super) path: PathBuf,
    pub(super) rules: Vec<Rule<'a>>,
}

pub(super) fn rules<'a>(arena: &'a Arena, input: TokenStream, errors: &mut Diagnostics) -> Option<RuleFile<'a>> {
    let usage = "write `rules!(CATALOG, \"rules.yml\")`: a catalogue, and a file by its path from this one; \
                 `rules!(pub const RULES = CATALOG, \"rules.yml\")` makes a constant of it";
    let read = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let mut constant = format_ident!("_");
        if input.parse::<Option<Token![const]>>()?.is_some() {
            constant = input.parse().map_err(|error| Error::new(error.span(), usage))?;
            input.parse::<Token![=]>().map_err(|error| Error::new(error.span(), usage))?;
        }
        let (catalog, name) = arguments(input, usage)?;
        Ok((attrs, visibility, constant, catalog, name))
    };
    let (attrs, visibility, constant, catalog, name) = errors.take(read.parse2(input))?;
    let path = beside(&name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            errors.error(&name, format!("cannot read {}: {error}", path.display()));
            return None;
        }
    };
    let file = cryptofunk_metrics_query::rules(arena, &text);
    for mistake in &file.mistakes {
        let place = match mistake.line {
            Some(line) if !mistake.place.is_empty() => format!(", line {line}, {}", mistake.place),
            Some(line) => format!(", line {line}"),
            None => String::new(),
        };
        let (file, message, rule) = (name.value(), &mistake.message, mistake.rule.name());
        errors.error(&name, format!("{file}{place}: {message} [{rule}]"));
    }
    let rules = file.rules;
    if rules.is_empty() && file.mistakes.is_empty() {
        // What the linter passes over is a mistake where rules are asked for.
        for skipped in &file.skipped {
            errors.error(&name, format!("{}, line {}: this is {} [syntax]", name.value(), skipped.line, skipped.what));
        }
        if !file.skipped.is_empty() {
            return None;
        }
    }
    file.mistakes.is_empty().then_some(RuleFile { attrs, visibility, constant, catalog, name, path, rules })
}

/// The path of a file that is named from the source file in which its name stands, as `include_str!` has it.
fn beside(name: &LitStr) -> PathBuf {
    let source = name.span().unwrap().local_file();
    let folder = source.and_then(|source| source.parent().map(PathBuf::from)).unwrap_or_default();
    let path = folder.join(name.value());
    std::path::absolute(&path).unwrap_or(path)
}

fn arguments(input: ParseStream<'_>, usage: &str) -> Result<(Path, LitStr)> {
    let catalog: Path = input.parse().map_err(|error| Error::new(error.span(), usage))?;
    input.parse::<Token![,]>().map_err(|error| Error::new(error.span(), usage))?;
    let text: LitStr = input.parse().map_err(|error| Error::new(error.span(), usage))?;
    input.parse::<Option<Token![,]>>()?;
    Ok((catalog, text))
}
