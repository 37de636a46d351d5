//! What a `#[metrics]` module declares.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Ident, Item, LitStr, Signature, Type, Visibility};

use super::conventions::Convention;

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
    /// The conventions whose families it has.
    pub(super) conventions: Vec<&'static Convention>,
    /// The label of an agent's signals.
    pub(super) signal: Option<Type>,
    pub(super) metrics: Vec<Metric>,
    /// What stands beside the declarations: imports, types, constants.
    pub(super) items: Vec<Item>,
}

/// One family: a function without a body.
pub(super) struct Metric {
    /// The convention that it comes from, unless it is the user's own.
    pub(super) convention: Option<&'static Convention>,
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) name: String,
    /// The help text, as an expression.
    pub(super) help: Option<TokenStream>,
    pub(super) kind: Option<(Kind, Ident)>,
    pub(super) labels: Vec<LabelArg>,
    pub(super) buckets: Option<Expr>,
    /// The key that lets series be removed, if it is there.
    pub(super) removable: Option<Ident>,
    /// Whether a missing key is missing, rather than misspelt.
    pub(super) keys_are_right: bool,
    pub(super) unit: Option<LitStr>,
    pub(super) allow_name: Option<LitStr>,
}

/// The Prometheus type of a family.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// The types that a declaration may return.
pub(super) const TYPES: [(&str, Kind); 7] = [
    ("Counter", Kind::Counter),
    ("FloatCounter", Kind::Counter),
    ("Gauge", Kind::Gauge),
    ("IntGauge", Kind::Gauge),
    ("OptionalGauge", Kind::Gauge),
    ("ComputedGauge", Kind::Gauge),
    ("Histogram", Kind::Histogram),
];

pub(super) struct LabelArg {
    /// When it is there.
    pub(super) cfgs: Vec<Attribute>,
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) ty: Type,
}
