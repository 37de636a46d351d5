use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, Expr, FnArg, ForeignItemFn, Ident, Item, ItemMod, LitStr, Pat, ReturnType, Signature, Type, Visibility,
    ext::IdentExt,
};

use crate::{attr::Keys, diagnostics::Diagnostics, docs};

/// A module of declarations.
pub(super) struct Module {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) namespace: LitStr,
    pub(super) subsystem: Option<LitStr>,
    /// What every name of the module begins with.
    pub(super) prefix: String,
    pub(super) lazy: bool,
    pub(super) metrics: Vec<Metric>,
    /// What stands beside the declarations: imports, types, constants.
    pub(super) items: Vec<Item>,
}

/// One family: a function without a body.
pub(super) struct Metric {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) name: String,
    pub(super) help: Option<String>,
    pub(super) kind: Option<(Kind, Ident)>,
    pub(super) labels: Vec<LabelArg>,
    pub(super) buckets: Option<Expr>,
    /// Whether a missing key is missing, rather than misspelt.
    pub(super) keys_are_right: bool,
    pub(super) unit: Option<LitStr>,
    pub(super) allow_name: Option<LitStr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    IntGauge,
    Histogram,
}

pub(super) struct LabelArg {
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) ty: Type,
}

pub(super) fn module(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Module> {
    let mut keys = Keys::parse("metrics", attr, errors);
    let namespace = keys.string("namespace", errors);
    let subsystem = keys.string("subsystem", errors);
    let lazy = keys.flag("lazy", errors).unwrap_or(false);
    keys.finish(errors);

    let not_a_module = "`#[metrics]` belongs on a module with its content: `mod name { … }`";
    let Ok(ItemMod { attrs, vis, ident, content: Some((_, content)), .. }) = syn::parse2(item.clone()) else {
        errors.error(first_line(item), not_a_module);
        return None;
    };
    let Some(namespace) = namespace else {
        errors.error(&ident, "the names of this module need a namespace: `#[metrics(namespace = \"shop\")]`");
        return None;
    };
    let prefix = match &subsystem {
        Some(subsystem) => format!("{}_{}_", namespace.value(), subsystem.value()),
        None => format!("{}_", namespace.value()),
    };
    let mut metrics = Vec::new();
    let mut items = Vec::new();
    for item in content {
        match item {
            Item::Verbatim(tokens) => match syn::parse2::<ForeignItemFn>(tokens.clone()) {
                Ok(item) => metrics.extend(metric(&prefix, item, errors)),
                Err(_) => errors
                    .error(tokens, "expected a metric, a function without a body: `pub fn orders_total() -> Counter;`"),
            },
            item => items.push(item),
        }
    }
    Some(Module { attrs, vis, ident, namespace, subsystem, prefix, lazy, metrics, items })
}

fn metric(prefix: &str, mut item: ForeignItemFn, errors: &mut Diagnostics) -> Option<Metric> {
    let mut own = Diagnostics::default();
    let mut keys = Keys::extract("metric", &mut item.attrs, &mut own).unwrap_or_else(|| Keys::none("metric"));
    let buckets = keys.take("buckets").and_then(|pair| {
        if pair.value.is_none() {
            own.error(&pair.key, "`buckets` takes the upper bounds: `buckets = [0.01, 0.1, 1.0]`");
        }
        pair.value
    });
    let unit = keys.string("unit", &mut own);
    let allow_name = keys.string("allow_name", &mut own);
    keys.finish(&mut own);
    let keys_are_right = own.is_empty();
    errors.append(own);

    let labels = item.sig.inputs.iter().filter_map(|input| label(input, errors)).collect();
    Some(Metric {
        name: format!("{prefix}{}", item.sig.ident.unraw()),
        help: docs::text(&item.attrs),
        kind: kind(&item.sig, errors),
        attrs: item.attrs,
        vis: item.vis,
        sig: item.sig,
        labels,
        buckets,
        keys_are_right,
        unit,
        allow_name,
    })
}

fn label(input: &FnArg, errors: &mut Diagnostics) -> Option<LabelArg> {
    match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                Some(LabelArg { name: pat.ident.unraw().to_string(), ident: pat.ident.clone(), ty: (*arg.ty).clone() })
            }
            pat => {
                errors.error(pat, "a label needs a name: `name: Type`");
                None
            }
        },
        FnArg::Receiver(receiver) => {
            errors.error(receiver, "a metric has no `self`; its parameters are its labels");
            None
        }
    }
}

fn kind(sig: &Signature, errors: &mut Diagnostics) -> Option<(Kind, Ident)> {
    const KINDS: &str = "`Counter`, `IntGauge`, `Gauge` or `Histogram`";
    let ReturnType::Type(_, ty) = &sig.output else {
        errors.error(&sig.ident, format!("a metric says what it is: `-> ` and one of {KINDS}"));
        return None;
    };
    let last = match &**ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    };
    let kind = last.as_ref().and_then(|ident| match ident.to_string().as_str() {
        "Counter" => Some(Kind::Counter),
        "Gauge" => Some(Kind::Gauge),
        "IntGauge" => Some(Kind::IntGauge),
        "Histogram" => Some(Kind::Histogram),
        _ => None,
    });
    if kind.is_none() {
        errors.error(ty, format!("a metric is one of {KINDS}"));
    }
    kind.zip(last)
}

/// The tokens before the first braces, so that a message does not underline a whole item.
fn first_line(item: TokenStream) -> TokenStream {
    let head: TokenStream = item
        .into_iter()
        .take_while(|token| !matches!(token, proc_macro2::TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace))
        .collect();
    head.into_token_stream()
}
