use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, FnArg, ForeignItemFn, Ident, Item, ItemMod, LitStr, Pat, ReturnType, Signature, Type, ext::IdentExt};

use super::{
    conventions::{self, COMPONENT, CONVENTIONS, Convention},
    declarations::{Kind, LabelArg, Metric, Module, Name, TYPES},
    native::Native,
    options::Options,
};
use crate::{
    attr::{Keys, literal, ungrouped},
    diagnostics::{Diagnostics, did_you_mean, list},
    docs::Docs,
    runtime,
};

pub(super) fn module(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Module> {
    let mut keys = Keys::parse("metrics", attr, errors);
    let namespace = keys.text("namespace", errors);
    let subsystem = keys.string("subsystem", errors);
    let lazy = keys.flag("lazy", errors).unwrap_or(false);
    let mut conventions = self::conventions(&mut keys, errors);
    keys.finish(errors);

    let not_a_module = "`#[metrics]` belongs on a module with its content: `mod name { … }`";
    let Ok(ItemMod { mut attrs, vis, ident, content: Some((_, content)), .. }) = syn::parse2(item.clone()) else {
        errors.error(first_line(item), not_a_module);
        return None;
    };
    let Some(namespace) = namespace else {
        errors.error(&ident, "the names of this module need a namespace: `#[metrics(namespace = \"shop\")]`");
        return None;
    };
    let parts = [namespace.written(), subsystem.as_ref()].into_iter().flatten().map(LitStr::value);
    let prefix: String = parts.filter(|part| !part.is_empty()).map(|part| part + "_").collect();
    let begin = Begin { is_computed: namespace.written().is_none(), written: prefix };
    let options = Options::extract(&mut attrs, !conventions.is_empty(), errors);
    let brings_component = !conventions.is_empty() && !options.is_without_component();
    if brings_component && !conventions.iter().any(|convention| convention.name == COMPONENT) {
        conventions.extend(conventions::find(COMPONENT));
    }
    let signal = options.signal.clone();
    let mut metrics = Vec::new();
    for convention in &conventions {
        metrics.extend(declared(convention, &begin, signal.as_ref(), errors));
    }
    options.apply(&conventions, &mut metrics, errors);
    let mut items = Vec::new();
    for item in content {
        match item {
            Item::Verbatim(tokens) => match syn::parse2::<ForeignItemFn>(tokens.clone()) {
                Ok(item) => metrics.extend(metric(&begin, None, item, errors)),
                Err(_) => errors
                    .error(tokens, "expected a metric, a function without a body: `pub fn orders_total() -> Counter;`"),
            },
            item => items.push(item),
        }
    }
    let prefix = begin.written;
    Some(Module { attrs, vis, ident, namespace, subsystem, prefix, lazy, conventions, signal, metrics, items })
}

/// The conventions of the key: `convention = "mcp"`, or a list of several.
fn conventions(keys: &mut Keys, errors: &mut Diagnostics) -> Vec<&'static Convention> {
    let names = CONVENTIONS.map(|convention| convention.name);
    let Some(pair) = keys.take("convention") else { return Vec::new() };
    let values = match pair.value.as_ref().map(ungrouped).cloned() {
        Some(Expr::Array(array)) => array.elems.into_iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    if values.is_empty() {
        errors
            .error(&pair.key, format!("`convention` takes a name or a list of names (conventions: {})", list(&names)));
    }
    let mut found: Vec<&'static Convention> = Vec::new();
    for value in values {
        let Some(name) = literal(&value) else {
            errors.error(value, "a convention is named by a string: `convention = \"mcp\"`");
            continue;
        };
        let text = name.value();
        match conventions::find(&text) {
            Some(convention) if found.iter().any(|known| known.name == convention.name) => {
                errors.error(&name, format!("the convention `{text}` is given twice"));
            }
            Some(convention) => found.push(convention),
            None => errors.error(
                name,
                format!("unknown convention `{text}`{} (conventions: {})", did_you_mean(&text, names), list(&names)),
            ),
        }
    }
    found
}

/// What names begin with.
struct Begin {
    /// Whether there is a namespace before, which is computed.
    is_computed: bool,
    written: String,
}

/// The families of a convention.
fn declared(
    convention: &'static Convention,
    begin: &Begin,
    signal: Option<&Type>,
    errors: &mut Diagnostics,
) -> Vec<Metric> {
    let begin = match convention.infix {
        Some(infix) => Begin { is_computed: begin.is_computed, written: format!("{}{infix}", begin.written) },
        None => Begin { is_computed: false, written: String::new() },
    };
    let signatures = (convention.declarations)(&runtime::path(), signal);
    let parse = |input: syn::parse::ParseStream<'_>| {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse::<ForeignItemFn>()?);
        }
        Ok(items)
    };
    let items = syn::parse::Parser::parse2(parse, signatures).expect("the declarations of a convention are signatures");
    items.into_iter().filter_map(|item| metric(&begin, Some(convention), item, errors)).collect()
}

fn metric(
    begin: &Begin,
    convention: Option<&'static Convention>,
    mut item: ForeignItemFn,
    errors: &mut Diagnostics,
) -> Option<Metric> {
    let mut own = Diagnostics::default();
    let mut keys = Keys::extract("metric", &mut item.attrs, &mut own).unwrap_or_else(|| Keys::none("metric"));
    let buckets = keys.take("buckets").and_then(|pair| {
        if pair.value.is_none() {
            own.error(&pair.key, "`buckets` takes the upper bounds: `buckets = [0.01, 0.1, 1.0]`");
        }
        pair.value
    });
    let native = keys.take("native").map(|pair| Native::parse(pair, "metric(native(…))", &mut own));
    let unit = keys.string("unit", &mut own);
    let allow_name = keys.string("allow_name", &mut own);
    let removable = removable(&mut keys, &mut own);
    keys.finish(&mut own);
    let keys_are_right = own.is_empty();
    errors.append(own);

    let labels = item.sig.inputs.iter().filter_map(|input| label(input, errors)).collect();
    Some(Metric {
        convention,
        name: Name { is_below: begin.is_computed, written: format!("{}{}", begin.written, item.sig.ident.unraw()) },
        help: Docs::of(&item.attrs).map(|docs| docs.one_line()),
        kind: kind(&item.sig, errors),
        attrs: item.attrs,
        vis: item.vis,
        sig: item.sig,
        labels,
        buckets,
        native,
        removable,
        keys_are_right,
        unit,
        allow_name,
    })
}

/// The key `removable`, which takes no value.
fn removable(keys: &mut Keys, errors: &mut Diagnostics) -> Option<Ident> {
    let pair = keys.take("removable")?;
    if let Some(value) = pair.value {
        errors.error(value, "`removable` takes no value");
    }
    Some(pair.key)
}

fn label(input: &FnArg, errors: &mut Diagnostics) -> Option<LabelArg> {
    match input {
        FnArg::Typed(arg) => match &*arg.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                let cfgs = arg.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect();
                let name = pat.ident.unraw().to_string();
                Some(LabelArg { cfgs, name, ident: pat.ident.clone(), ty: (*arg.ty).clone() })
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
    let types = TYPES.map(|(name, _)| name);
    let ReturnType::Type(_, ty) = &sig.output else {
        errors.error(&sig.ident, format!("a metric says what it is: `-> ` and one of {}", list(&types)));
        return None;
    };
    let last = match &**ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    };
    let name = last.as_ref().map(Ident::to_string).unwrap_or_default();
    let kind = TYPES.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    if kind.is_none() {
        errors.error(ty, format!("a metric is one of {}{}", list(&types), did_you_mean(&name, types)));
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
