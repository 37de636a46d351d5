use std::path::PathBuf;

use cryptofunk_metrics_query::{Node, Rule};
use proc_macro2::TokenStream;
use syn::{Error, LitStr, Path, Result, Token, parse::Parser};

use crate::diagnostics::Diagnostics;

/// A query, parsed.
pub(super) struct Query {
    pub(super) catalog: Path,
    pub(super) text: LitStr,
    pub(super) root: Node,
}

pub(super) fn query(input: TokenStream) -> Result<Query> {
    let (catalog, text) = arguments(input, "write `promql!(CATALOG, \"…\")`: a catalogue, and a query as a string")?;
    let root = cryptofunk_metrics_query::parse(&text.value())
        .map_err(|reason| Error::new(text.span(), format!("this is no PromQL: {}", reason.trim())))?;
    Ok(Query { catalog, text, root })
}

/// A rule file, parsed.
pub(super) struct RuleFile {
    pub(super) catalog: Path,
    /// The path as it was written.
    pub(super) name: LitStr,
    pub(super) path: PathBuf,
    pub(super) rules: Vec<Rule>,
}

pub(super) fn rules(input: TokenStream, errors: &mut Diagnostics) -> Option<RuleFile> {
    let usage = "write `rules!(CATALOG, \"rules.yml\")`: a catalogue, and a file by its path from this one";
    let (catalog, name) = errors.take(arguments(input, usage))?;
    let path = beside(&name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            errors.error(&name, format!("cannot read {}: {error}", path.display()));
            return None;
        }
    };
    match cryptofunk_metrics_query::rules(&text) {
        Ok(rules) => Some(RuleFile { catalog, name, path, rules }),
        Err(mistakes) => {
            for mistake in mistakes {
                let place = if mistake.place.is_empty() { String::new() } else { format!(", {}", mistake.place) };
                errors.error(&name, format!("{}{place}: {}", name.value(), mistake.message));
            }
            None
        }
    }
}

/// The path of a file that is named from the source file in which its name stands, as `include_str!` has it.
fn beside(name: &LitStr) -> PathBuf {
    let source = name.span().unwrap().local_file();
    let folder = source.and_then(|source| source.parent().map(PathBuf::from)).unwrap_or_default();
    let path = folder.join(name.value());
    std::path::absolute(&path).unwrap_or(path)
}

fn arguments(input: TokenStream, usage: &str) -> Result<(Path, LitStr)> {
    let arguments = |input: syn::parse::ParseStream<'_>| {
        let catalog: Path = input.parse().map_err(|error| Error::new(error.span(), usage))?;
        input.parse::<Token![,]>().map_err(|error| Error::new(error.span(), usage))?;
        let text: LitStr = input.parse().map_err(|error| Error::new(error.span(), usage))?;
        input.parse::<Option<Token![,]>>()?;
        Ok((catalog, text))
    };
    arguments.parse2(input)
}
