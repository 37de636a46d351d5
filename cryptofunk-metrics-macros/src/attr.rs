//! The keys of our attributes: `key`, or `key = value`.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Result, Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    token,
};

use crate::diagnostics::{Diagnostics, did_you_mean, list};

/// The keys of one attribute, of which each may be taken once.
pub(crate) struct Keys {
    attribute: &'static str,
    /// Whether these are the keys of a key, such as `slo(…)`.
    is_key: bool,
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
        } else if input.peek(token::Paren) {
            // No key is written so; whoever takes it, or finds it unknown, says what is right.
            let list: proc_macro2::Group = input.parse()?;
            if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                input.parse::<Expr>()?;
            }
            Some(Expr::Verbatim(list.into_token_stream()))
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
        Keys { attribute, is_key: false, pairs, asked: Vec::new() }
    }

    /// The keys between the parentheses of a key: `key(…)`.
    pub(crate) fn parse_in(key: &'static str, tokens: TokenStream, errors: &mut Diagnostics) -> Self {
        Keys { is_key: true, ..Keys::parse(key, tokens, errors) }
    }

    /// The keys of all attributes of this name, which are removed from `attrs`; nothing if there is none.
    pub(crate) fn extract(
        attribute: &'static str,
        attrs: &mut Vec<Attribute>,
        errors: &mut Diagnostics,
    ) -> Option<Self> {
        let (ours, others): (Vec<_>, Vec<_>) = std::mem::take(attrs).into_iter().partition(|attr| is(attr, attribute));
        *attrs = others;
        if ours.is_empty() {
            return None;
        }
        let mut keys = Keys::none(attribute);
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
        Keys { attribute, is_key: false, pairs: Vec::new(), asked: Vec::new() }
    }

    /// Takes a key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Pair> {
        self.asked.push(key);
        let position = self.pairs.iter().position(|pair| pair.key == key)?;
        Some(self.pairs.remove(position))
    }

    /// Takes a key with a string that is written here: `key = "text"`.
    pub(crate) fn string(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<LitStr> {
        let pair = self.take(key)?;
        let text = pair.value.as_ref().and_then(literal);
        if text.is_none() {
            let place = pair.value.map_or_else(|| pair.key.to_token_stream(), Expr::into_token_stream);
            errors.error(place, format!("`{key}` takes a string: `{key} = \"…\"`"));
        }
        text
    }

    /// Takes a key with a text: `key = "text"`, or a constant expression of one.
    pub(crate) fn text(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<Text> {
        let pair = self.take(key)?;
        match pair.value {
            Some(value) if literal(&value).is_some() => literal(&value).map(Text::Written),
            Some(value) if is_computed(&value) => Some(Text::Computed(value)),
            value => {
                let place = value.map_or_else(|| pair.key.to_token_stream(), Expr::into_token_stream);
                errors.error(place, format!("`{key}` takes a string: `{key} = \"…\"`"));
                None
            }
        }
    }

    /// Takes a key with a port: `key = 9203`, or a constant expression of one; `env!` gives a text of digits.
    pub(crate) fn port(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<Port> {
        let pair = self.take(key)?;
        match pair.value.as_ref().map(ungrouped) {
            Some(Expr::Lit(ExprLit { lit: Lit::Int(port), .. })) => Some(Port::Written(port.clone())),
            Some(value) if is_computed(value) => Some(Port::Computed(value.clone())),
            value => {
                let place = value.map_or_else(|| pair.key.to_token_stream(), |value| value.to_token_stream());
                errors.error(place, format!("`{key}` takes a number: `{key} = 9203`"));
                None
            }
        }
    }

    /// Takes a key with a value: `key = expression`; `examples` are what messages show.
    pub(crate) fn expression(&mut self, key: &'static str, examples: &str, errors: &mut Diagnostics) -> Option<Expr> {
        let pair = self.take(key)?;
        if pair.value.is_none() {
            errors.error(pair.key, format!("`{key}` takes {examples}"));
        }
        pair.value
    }

    /// Takes a key with a duration above 0: `key = "5s"`, or an expression of a `Duration` or of such a text.
    pub(crate) fn duration(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<Time> {
        match self.text(key, errors)? {
            Text::Computed(value) => Some(Time::Computed(value)),
            Text::Written(text) => duration(key, &text, errors).map(Time::Written),
        }
    }

    /// Takes a key that is true when it is there, or says so: `key`, `key = true` or `key = false`.
    pub(crate) fn flag(&mut self, key: &'static str, errors: &mut Diagnostics) -> Option<bool> {
        let pair = self.take(key)?;
        match pair.value.as_ref().map(ungrouped) {
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
                let place =
                    if self.is_key { format!("{}(…)", self.attribute) } else { format!("#[{}]", self.attribute) };
                format!(
                    "unknown key `{name}` in `{place}`{} (keys: {})",
                    did_you_mean(&name, self.asked.iter().copied()),
                    list(&self.asked),
                )
            };
            errors.add(Error::new(key.span(), message));
        }
    }
}

/// A text: written in the attribute, or a constant expression.
pub(crate) enum Text {
    Written(LitStr),
    Computed(Expr),
}

impl Text {
    /// The text, if it is written.
    pub(crate) fn written(&self) -> Option<&LitStr> {
        match self {
            Text::Written(text) => Some(text),
            Text::Computed(_) => None,
        }
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Text::Written(text) => text.to_tokens(tokens),
            Text::Computed(value) => value.to_tokens(tokens),
        }
    }
}

/// A port: written in the attribute, or a constant expression.
pub(crate) enum Port {
    Written(LitInt),
    Computed(Expr),
}

impl Port {
    /// The port as a `u16`.
    pub(crate) fn value(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Port::Written(port) => quote!(#port),
            // A macro as `env!` gives a text.
            Port::Computed(value @ Expr::Macro(made))
                if made.mac.path.segments.last().is_some_and(|name| name.ident == "env") =>
            {
                quote!(#krate::__private::constant::port(#value))
            }
            Port::Computed(value) => quote!(#value),
        }
    }
}

/// A duration: written in the attribute, or an expression of a `Duration` or of a text.
#[derive(Clone)]
pub(crate) enum Time {
    Written(Duration),
    Computed(Expr),
}

impl Time {
    /// The duration as an expression.
    pub(crate) fn value(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Time::Written(time) => {
                let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
                quote!(::core::time::Duration::from_nanos(#nanos))
            }
            Time::Computed(value) => quote!(#krate::__private::Timeout::duration(#value)),
        }
    }
}

/// The duration above 0 that a text is.
pub(crate) fn duration(key: &str, text: &LitStr, errors: &mut Diagnostics) -> Option<Duration> {
    match humantime::parse_duration(&text.value()) {
        Ok(time) if !time.is_zero() => return Some(time),
        Ok(_) if key == "timeout" => {
            errors.error(text, "a timeout of 0 would end every call at once; leave it out instead");
        }
        Ok(_) => errors.error(text, format!("`{key}` is longer than 0")),
        Err(error) => {
            let message = format!("`{}` is no duration ({error}); write `5s`, `250ms` or `1m 30s`", text.value());
            errors.error(text, message);
        }
    }
    None
}

/// The text that an expression is, also where a `macro_rules` macro has passed it on.
pub(crate) fn literal(value: &Expr) -> Option<LitStr> {
    match ungrouped(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
}

/// An expression without the invisible groups that `macro_rules` puts around what it passes on.
pub(crate) fn ungrouped(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => ungrouped(&group.expr),
        value => value,
    }
}

/// Whether an attribute is ours, perhaps with a path before its name.
fn is(attr: &Attribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == name)
}

/// The conditions under which an item is compiled.
pub(crate) fn cfgs(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}

fn is_computed(value: &Expr) -> bool {
    !matches!(
        ungrouped(value),
        Expr::Lit(_) | Expr::Array(_) | Expr::Tuple(_) | Expr::Unary(_) | Expr::Closure(_) | Expr::Verbatim(_)
    )
}
