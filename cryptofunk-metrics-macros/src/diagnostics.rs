//! All mistakes of an input at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Diagnostics(Vec<Error>);

impl Diagnostics {
    /// Adds a mistake on the given tokens.
    pub(crate) fn error(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(Error::new_spanned(tokens, message));
    }

    /// Adds an error from parsing.
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Adds the mistakes of a part.
    pub(crate) fn append(&mut self, part: Diagnostics) {
        self.0.extend(part.0);
    }

    /// Keeps a value, or the reason why there is none.
    pub(crate) fn take<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Whether there is no mistake so far; what is missing is not reported beside what was misspelt.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many mistakes there are so far.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All mistakes as `compile_error!` calls, or nothing if there are none.
    pub(crate) fn into_tokens(self) -> Option<TokenStream> {
        (!self.0.is_empty()).then(|| self.0.iter().map(Error::to_compile_error).collect())
    }
}

/// `; did you mean …?` if one of the known words is close, else nothing.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(word.len()) / 3)
        .min()
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}

/// Words as prose: `` `a`, `b` and `c` ``.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
