//! `slo(success = 99.5, latency(99 < "250ms"))`: what a server or a tool promises.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    BinOp, Expr, ExprBinary, ExprLit, ExprUnary, Lit, Token, UnOp, parse::Parser, punctuated::Punctuated,
    spanned::Spanned,
};

use crate::{
    attr::{Keys, Pair, duration, literal, ungrouped},
    diagnostics::Diagnostics,
    local::local,
};

const USAGE: &str = "`slo` takes what is promised: `slo(success = 99.5)`, `slo(latency(99 < \"200ms\"))`, or both";
const LATENCY: &str = "`latency` takes a share in percent and a duration: `latency(99 < \"200ms\")` promises that 99 % of the calls take at most 200 ms";

/// What is promised.
pub(crate) struct Objective {
    success: Option<Percent>,
    latency: Option<Latency>,
}

struct Latency {
    percent: Percent,
    bound: Bound,
}

/// A share in percent: written in the attribute, or a constant expression of `f64`.
enum Percent {
    Written(f64, Span),
    Computed(Expr),
}

/// A duration: written in the attribute, or a constant expression of a `Duration`.
enum Bound {
    Written(f64, Span),
    Computed(Expr),
}

/// Takes the key `slo`.
pub(crate) fn objective(keys: &mut Keys, errors: &mut Diagnostics) -> Option<Objective> {
    let pair = keys.take("slo")?;
    let Some(mut keys) = list(&pair).map(|tokens| Keys::parse_in("slo", tokens, errors)) else {
        errors.error(pair.key, USAGE);
        return None;
    };
    let before = errors.len();
    let success = keys.take("success").and_then(|pair| match &pair.value {
        Some(value @ Expr::Verbatim(_)) => percent_error(value, errors),
        Some(value) => percent(value, errors),
        None => percent_error(&pair.key, errors),
    });
    let latency = keys.take("latency").and_then(|pair| latency(&pair, errors));
    keys.finish(errors);
    if success.is_none() && latency.is_none() {
        if errors.len() == before {
            errors.error(pair.key, USAGE);
        }
        return None;
    }
    Some(Objective { success, latency })
}

/// What stands in the parentheses behind a key.
fn list(pair: &Pair) -> Option<TokenStream> {
    let Some(Expr::Verbatim(tokens)) = &pair.value else { return None };
    syn::parse2::<proc_macro2::Group>(tokens.clone()).ok().map(|list| list.stream())
}

fn latency(pair: &Pair, errors: &mut Diagnostics) -> Option<Latency> {
    let parsed = list(pair).map(|tokens| Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens));
    let Some(parsed) = parsed else {
        errors.error(&pair.key, LATENCY);
        return None;
    };
    let parsed = errors.take(parsed)?;
    let mut expressions = parsed.iter();
    let (Some(first), None) = (expressions.next(), expressions.next()) else {
        errors.error(&pair.key, LATENCY);
        return None;
    };
    match ungrouped(first) {
        Expr::Binary(ExprBinary { left, op: BinOp::Lt(_), right, .. }) => {
            // Both are read, so that the mistakes of both are told.
            let (percent, bound) = (percent(left, errors), bound(right, errors));
            Some(Latency { percent: percent?, bound: bound? })
        }
        other => {
            errors.error(other, LATENCY);
            None
        }
    }
}

fn percent_error<T>(tokens: impl ToTokens, errors: &mut Diagnostics) -> Option<T> {
    errors.error(tokens, "an objective is a number in percent: `success = 99.5`");
    None
}

fn percent(value: &Expr, errors: &mut Diagnostics) -> Option<Percent> {
    let value = ungrouped(value);
    let number = match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse::<f64>().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(ungrouped(expr), Expr::Lit(_)) => Some(-1.0),
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Closure(_) => None,
        _ => return Some(Percent::Computed(value.clone())),
    };
    let Some(number) = number else { return percent_error(value, errors) };
    let message = if number == 100.0 {
        "an objective of 100 % leaves no error budget: the first failure breaks it for good; promise less, such as 99.9"
            .to_owned()
    } else if !(number > 0.0 && number < 100.0) {
        "an objective is a share above 0 and below 100 percent, such as 99.5".to_owned()
    } else if number <= 1.0 {
        // 0.995 as a fraction; in decimals, which a product of floats may miss.
        let meant = (number * 1e8).round() / 1e6;
        let instead = if meant > 1.0 && meant < 100.0 { format!("; write {meant}") } else { String::new() };
        format!("an objective is written in percent, not as a fraction{instead}")
    } else {
        return Some(Percent::Written(number, value.span()));
    };
    errors.error(value, message);
    None
}

fn bound(value: &Expr, errors: &mut Diagnostics) -> Option<Bound> {
    let Some(text) = literal(value) else {
        return match ungrouped(value) {
            Expr::Lit(_) | Expr::Unary(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Closure(_) => {
                errors.error(value, "a duration is a text with its unit: `\"200ms\"`, `\"2s\"`");
                None
            }
            value => Some(Bound::Computed(value.clone())),
        };
    };
    let time = duration("latency", &text, errors)?;
    Some(Bound::Written(time.as_secs_f64(), text.span()))
}

impl Percent {
    fn value(&self) -> TokenStream {
        match self {
            Percent::Written(number, _) => quote!(#number),
            Percent::Computed(value) => quote!(#value),
        }
    }

    fn span(&self) -> Span {
        match self {
            Percent::Written(_, span) => *span,
            Percent::Computed(value) => value.span(),
        }
    }
}

impl Bound {
    fn value(&self) -> TokenStream {
        match self {
            Bound::Written(seconds, _) => quote!(#seconds),
            Bound::Computed(value) => {
                let span = value.span();
                let bound = local("__bound");
                quote_spanned!(span=> { let #bound: ::core::time::Duration = #value; ::core::time::Duration::as_secs_f64(&#bound) })
            }
        }
    }

    fn span(&self) -> Span {
        match self {
            Bound::Written(_, span) => *span,
            Bound::Computed(value) => value.span(),
        }
    }
}

/// These tokens at a place: a message of the compiler is about all from the first token of an expression to its last.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter_mut().for_each(|token| token.set_span(span));
    tokens.into_iter().collect()
}

/// Whose objective it is.
pub(crate) enum Of<'a> {
    Server,
    /// A tool of this name, whose server has perhaps an objective too.
    Tool(&'a TokenStream, Option<&'a Objective>),
}

impl Objective {
    /// The objective as an expression.
    pub(crate) fn value(&self, krate: &TokenStream) -> TokenStream {
        let private = quote!(#krate::__private);
        let some = quote!(::core::option::Option::Some);
        let none = quote!(::core::option::Option::None);
        let success = self.success.as_ref().map_or_else(
            || none.clone(),
            |success| {
                let success = success.value();
                quote!(#some(#success))
            },
        );
        let latency = self.latency.as_ref().map_or_else(
            || none.clone(),
            |Latency { percent, bound }| {
                let (percent, seconds) = (percent.value(), bound.value());
                quote!(#some(#private::LatencyObjective { percent: #percent, seconds: #seconds }))
            },
        );
        quote!(#private::Objective::new(#success, #latency))
    }

    /// Statements of constants that refuse what only the compiler can see, each on its own token; `metrics` are the families of the server.
    pub(crate) fn checks(&self, of: &Of<'_>, metrics: &TokenStream, krate: &TokenStream) -> Vec<TokenStream> {
        let check = |span| at(span, quote!(#krate::__private::objective_check));
        let own = self.value(krate);
        let (success_families, bounds) = match of {
            Of::Server => (quote!(check_server_success), quote!(check_server_latency)),
            Of::Tool(..) => (quote!(check_tool_success), quote!(check_tool_latency)),
        };
        let mut checks = Vec::new();
        if let Some(success) = &self.success {
            let (span, value) = (success.span(), success.value());
            let check = check(span);
            if matches!(success, Percent::Computed(_)) {
                checks.push(quote_spanned!(span=> const _: () = #check::check_percent(#value);));
            }
            let families = at(span, success_families);
            checks.push(quote_spanned!(span=> const _: () = #check::#families(#metrics);));
            if let Of::Tool(name, Some(server)) = of {
                let server = server.value(krate);
                checks.push(quote_spanned!(span=> const _: () = #check::check_success_of_tool(#name, #own, #server);));
            }
        }
        if let Some(Latency { percent, bound }) = &self.latency {
            if let Percent::Computed(value) = percent {
                let (span, check) = (value.span(), check(value.span()));
                checks.push(quote_spanned!(span=> const _: () = #check::check_percent(#value);));
            }
            let (span, seconds) = (bound.span(), bound.value());
            let check = check(span);
            let bounds = at(span, bounds);
            checks.push(quote_spanned!(span=> const _: () = #check::#bounds(#metrics, #seconds);));
            if let Of::Tool(name, Some(server)) = of {
                let server = server.value(krate);
                checks.push(quote_spanned!(span=> const _: () = #check::check_latency_of_tool(#name, #own, #server);));
            }
        }
        checks
    }
}
