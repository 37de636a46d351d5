//! Prometheus' rules for names, and what a histogram needs.

use std::collections::HashSet;

use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use super::{
    buckets,
    declarations::{Kind, LabelArg, Metric, Module},
};
use crate::diagnostics::Diagnostics;

const MAX_LABELS: usize = 16;

pub(super) fn module(module: &Module, errors: &mut Diagnostics) {
    let before = errors.len();
    // Without a namespace, names begin with what follows it.
    let namespace = module.namespace.written().filter(|namespace| !namespace.value().is_empty());
    for part in namespace.into_iter().chain(&module.subsystem) {
        let text = part.value();
        if !is_name(&text) || text.ends_with('_') {
            errors.error(
                part,
                format!(
                    "`{text}` cannot begin a metric name: use letters, digits and `_`, no digit or `_` at the edges"
                ),
            );
        }
    }
    if errors.len() > before {
        // Every name of the module would be wrong in the same way.
        return;
    }
    let mut names = HashSet::new();
    for metric in &module.metrics {
        // Two declarations of one name may be behind opposite conditions.
        let is_conditional = metric.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
        if !is_conditional && !names.insert(metric.name.shown()) {
            errors.error(&metric.sig.ident, format!("`{}` is declared twice in this module", metric.name.shown()));
        }
        if metric.convention.is_none() {
            let twin = |other: &&Metric| other.convention.is_some() && other.sig.ident == metric.sig.ident;
            if let Some(convention) = module.metrics.iter().find(twin).and_then(|twin| twin.convention) {
                errors.error(
                    &metric.sig.ident,
                    format!(
                        "the convention `{}` has the function `{}` in this module already; give yours another name, or another module",
                        convention.name, metric.sig.ident,
                    ),
                );
                continue;
            }
        }
        self::metric(metric, errors);
    }
}

fn metric(metric: &Metric, errors: &mut Diagnostics) {
    let ident = &metric.sig.ident;
    if metric.help.is_none() {
        errors.error(ident, format!("`{ident}` needs a doc comment: it is the help text that people on call read"));
    }
    for (there, token) in [
        (metric.sig.asyncness.is_some(), "async"),
        (metric.sig.constness.is_some(), "const"),
        (metric.sig.abi.is_some(), "extern"),
    ] {
        if there {
            errors.error(&metric.sig, format!("a metric is a plain function: remove `{token}`"));
        }
    }
    if !metric.sig.generics.params.is_empty() {
        errors.error(&metric.sig.generics, "a metric has no generics: its labels are known when it is declared");
    }
    if metric.labels.len() > MAX_LABELS {
        errors.error(
            &metric.sig.inputs,
            format!("{} labels are more than the {MAX_LABELS} that a family may have", metric.labels.len()),
        );
    }
    for label in &metric.labels {
        self::label(label, errors);
    }
    if let Some(removable) = &metric.removable
        && metric.labels.is_empty()
    {
        errors.error(
            removable,
            format!(
                "`{ident}` has no labels, so its one series is there for as long as the process is: remove `removable`"
            ),
        );
    }
    let Some((kind, kind_ident)) = &metric.kind else { return };
    name(metric, *kind, errors);
    match (kind, &metric.buckets) {
        (Kind::Histogram, Some(bounds)) => buckets::check(bounds, errors),
        (Kind::Histogram, None) if metric.keys_are_right && metric.native.is_none() => errors.error(
            kind_ident,
            "a histogram needs the upper bounds of its buckets: `#[metric(buckets = [0.01, 0.1, 1.0])]`, or `buckets = \
             exponential(0.001, 2, 15)`, `linear(start, width, count)` or a constant; or it makes them itself: \
             `#[metric(native)]`",
        ),
        (Kind::Histogram, None) => {}
        (_, Some(bounds)) => errors.error(bounds, format!("only a histogram has buckets; this is a `{kind_ident}`")),
        (_, None) => {}
    }
    match &metric.native {
        Some(native) if *kind == Kind::Histogram => native.check(errors),
        Some(native) => errors.error(
            &native.key,
            format!("only a histogram can be native, which makes its buckets itself; this is a `{kind_ident}`"),
        ),
        None => {}
    }
}

/// Units that are not base units, and what to write instead.
const SCALED_UNITS: [(&str, &str); 16] = [
    ("ms", "seconds"),
    ("millis", "seconds"),
    ("milliseconds", "seconds"),
    ("us", "seconds"),
    ("micros", "seconds"),
    ("microseconds", "seconds"),
    ("ns", "seconds"),
    ("nanos", "seconds"),
    ("nanoseconds", "seconds"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("kb", "bytes"),
    ("kilobytes", "bytes"),
    ("mb", "bytes"),
    ("megabytes", "bytes"),
    ("percent", "ratio"),
];

/// Units that end a name: Prometheus' base units, and money.
const UNITS: [&str; 12] =
    ["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams", "usd", "eur", "btc"];

fn name(metric: &Metric, kind: Kind, errors: &mut Diagnostics) {
    let ident = &metric.sig.ident;
    let name = metric.name.written.as_str();
    if !is_name(name) {
        errors.error(ident, format!("`{name}` is no Prometheus name: only ASCII letters, digits and `_` are allowed"));
        return;
    }
    if let Some(reason) = &metric.allow_name {
        if reason.value().trim().is_empty() {
            errors.error(reason, "say why the name is as it is: `allow_name = \"fixed by …\"`");
        }
        return;
    }
    let mut refuse = |message: String| {
        errors.error(
            ident,
            format!(
                "{message}; a name that is fixed from outside is let through by `#[metric(allow_name = \"reason\")]`"
            ),
        );
    };
    let stem = name.strip_suffix("_total").unwrap_or(name);
    let last = stem.rsplit('_').next().unwrap_or(stem);
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        refuse(format!("`{name}` has capitals; metric names are snake_case"));
    }
    if let Some((_, base)) = SCALED_UNITS.iter().find(|(unit, _)| *unit == last) {
        let total = if kind == Kind::Counter { "_total" } else { "" };
        let better = format!("{}{base}{total}", &stem[..stem.len() - last.len()]);
        refuse(format!("`{name}` is in `{last}`; Prometheus keeps base units: name it `{better}` and record {base}"));
        return;
    }
    match kind {
        Kind::Counter if !name.ends_with("_total") => {
            refuse(format!("a counter's name ends in `_total`: `{name}_total`"))
        }
        Kind::Gauge | Kind::Histogram if name.ends_with("_total") => {
            refuse(format!(
                "`{name}` ends in `_total`, which says counter; drop the ending, or return `Counter` or `FloatCounter`"
            ));
        }
        _ => {}
    }
    for reserved in ["_bucket", "_sum", "_count"] {
        if stem.ends_with(reserved) {
            refuse(format!("`{name}` ends in `{reserved}`, which is what a histogram's own series are called"));
        }
    }
    match (&metric.unit, kind) {
        (Some(unit), _) if last != unit.value() => {
            errors.error(unit, format!("the name does not end in its unit: `{stem}_{}`", unit.value()));
        }
        (None, Kind::Histogram) if !UNITS.contains(&last) => refuse(format!(
            "`{name}` does not say the unit of its buckets: end it in `_seconds`, `_bytes`, `_ratio` or `_usd`, or name \
             another unit by `#[metric(unit = \"…\")]`"
        )),
        _ => {}
    }
}

fn label(label: &LabelArg, errors: &mut Diagnostics) {
    let name = label.name.as_str();
    if name == "le" || name == "quantile" {
        errors.error(
            &label.ident,
            format!("the label `{name}` belongs to Prometheus: histograms and summaries use it; choose another name"),
        );
    } else if name.starts_with("__") {
        errors.error(
            &label.ident,
            format!("label names that begin with `__`, like `{name}`, belong to Prometheus; choose another name"),
        );
    } else if !is_name(name) {
        errors
            .error(&label.ident, format!("`{name}` is no label name: only ASCII letters, digits and `_` are allowed"));
    }
    if is_text(&label.ty) {
        errors.error(
            &label.ty,
            format!(
                "plain text cannot be a label: nobody could say how many values `{name}` has; wrap it in a type that does: \
                 `#[derive(Label)] #[label(open, limit = 100)] struct {};`, or use an enum",
                wrapper(name, &label.ty),
            ),
        );
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A type that limits the values of a label.
fn wrapper(name: &str, ty: &Type) -> String {
    match ty {
        Type::Reference(_) => format!("{}<'a>(&'a str)", pascal(name)),
        _ => format!("{}({})", pascal(name), quote!(#ty).to_string().replace(' ', "")),
    }
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(|argument| match argument {
                GenericArgument::Type(Type::Path(path)) => path.path.is_ident("str"),
                _ => false,
            }),
            _ => segment.ident == "String",
        }),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path.path.is_ident("str"),
            _ => false,
        },
        _ => false,
    }
}

fn pascal(name: &str) -> String {
    let capitalised = name.split('_').map(|word| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    });
    capitalised.collect()
}
