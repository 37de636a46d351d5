//! The keys of our attributes: `key`, or `key = value`.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result, Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::diagnostics::{Diagnostics, did_you_mean, list};

/// The keys of one attribute, of which each may be taken once.
pub(crate) struct Keys {
    attribute: &'static str,
    pairs: Vec<Pair>,
    asked: Vec<&'static str>,
}

pub(crate) struct Pair {
    pub(crate) key: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let key: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            return Err(input.error(format!("expected `{key}`, or `{key} = value`, and a comma before the next key")));
        };
        Ok(Pair { key, value })
    }
}

impl Keys {
    /// The keys between the parentheses of `#[attribute(…)]`.
    pub(crate) fn parse(attribute: &'static str, tokens: TokenStream, errors: &mut Diagnostics) -> Self {
        let parsed = Punctuated::<Pair, Token![,]>::parse_terminated.parse2(tokens);
        let pairs = errors.take(parsed).map(|pairs| pairs.into_iter().collect()).unwrap_or_default();
        Keys { attribute, pairs, asked: Vec::new() }
    }

    /// The keys of all attributes of this name, which are removed from `attrs`; nothing if there is none.
    pub(crate) fn extract(
        attribute: &'static str,
        attrs: &mut Vec<Attribute>,
        errors: &mut Diagnostics,
    ) -> Option<Self> {
        let (ours, others): (Vec<_>, Vec<_>) =
            std::mem::take(attrs).into_iter().partition(|attr| attr.path().is_ident(attribute));
        *attrs = others;
        if ours.is_empty() {
            return None;
        }
        let mut keys = Keys { attribute, pairs: Vec::new(), asked: Vec::new() };
        for attr in ours {
            match attr.meta {
                Meta::Path(_) => {}
                Meta::List(list) => keys.pairs.extend(Keys::parse(attribute, list.tokens, errors).pairs),
                Meta::NameValue(meta) => {
                    errors.error(meta, format!("expected `#[{attribute}]`, or `#[{attribute}(key = value)]`"));
                }
            }
        }
        Some(keys)
    }

    /// No keys at all, for an attribute that is not there.
    pub(crate) fn none(attribute: &'static str) -> Self {
        Keys { attribute, pairs: Vec::new(), asked: Vec::new() }
    }

    /// Takes a key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Pair> {
        self.asked.push(key);
        let position = self.pairs.iter().position(|pair| pair.key == key)?;
        Some(self.pairs.remove(position))
    }

    /// Takes a key with a string: `key = "text"`.
    pub(crate) fn string(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<LitStr> {
        let pair = self.take(key)?;
        match pair.value {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text),
            Some(other) => {
                errors.error(other, format!("`{key}` takes a string: `{key} = \"…\"`"));
                None
            }
            None => {
                errors.error(pair.key, format!("`{key}` takes a string: `{key} = \"…\"`"));
                None
            }
        }
    }

    /// Takes a key with a value: `key = expression`.
    pub(crate) fn expression(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<Expr> {
        let pair = self.take(key)?;
        if pair.value.is_none() {
            errors.error(pair.key, format!("`{key}` takes a text: `{key} = \"…\"`, or a value: `{key} = self.{key}`"));
        }
        pair.value
    }

    /// Takes a key with a duration above 0: `key = "5s"`.
    pub(crate) fn duration(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<Duration> {
        let text = self.string(key, errors)?;
        match humantime::parse_duration(&text.value()) {
            Ok(time) if !time.is_zero() => return Some(time),
            Ok(_) if key == "timeout" => {
                errors.error(text, "a timeout of 0 would end every call at once; leave it out instead");
            }
            Ok(_) => errors.error(text, format!("`{key}` is longer than 0")),
            Err(error) => {
                let message = format!("`{}` is no duration ({error}); write `5s`, `250ms` or `1m 30s`", text.value());
                errors.error(&text, message);
            }
        }
        None
    }

    /// Takes a key that is true when it is there, or says so: `key`, `key = true` or `key = false`.
    pub(crate) fn flag(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<bool> {
        let pair = self.take(key)?;
        match pair.value {
            None => Some(true),
            Some(Expr::Lit(ExprLit { lit: Lit::Bool(value), .. })) => Some(value.value),
            Some(other) => {
                errors.error(other, format!("`{key}` takes no value, or `true` or `false`"));
                None
            }
        }
    }

    /// Refuses what nobody has asked for.
    pub(crate) fn finish(self, errors: &mut Diagnostics) {
        for Pair { key, .. } in self.pairs {
            let name = key.to_string();
            let message = if self.asked.iter().any(|asked| *asked == name) {
                format!("`{name}` is given twice")
            } else {
                format!(
                    "unknown key `{name}` in `#[{}]`{} (keys: {})",
                    self.attribute,
                    did_you_mean(&name, self.asked.iter().copied()),
                    list(&self.asked),
                )
            };
            errors.add(Error::new(key.span(), message));
        }
    }
}
