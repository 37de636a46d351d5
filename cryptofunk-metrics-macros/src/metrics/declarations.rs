//! What a `#[metrics]` module declares.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Ident, Item, LitStr, Signature, Type, Visibility};

use super::{conventions::Convention, native::Native};
use crate::attr::Text;

/// A module of declarations.
pub(super) struct Module {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) namespace: Text,
    pub(super) subsystem: Option<LitStr>,
    /// What every name of the module begins with, after a computed namespace.
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
    pub(super) name: Name,
    /// The help text, as an expression.
    pub(super) help: Option<TokenStream>,
    pub(super) kind: Option<(Kind, Ident)>,
    pub(super) labels: Vec<LabelArg>,
    pub(super) buckets: Option<Expr>,
    /// How a native histogram makes its buckets.
    pub(super) native: Option<Native>,
    /// The key that lets series be removed, if it is there.
    pub(super) removable: Option<Ident>,
    /// Whether a missing key is missing, rather than misspelt.
    pub(super) keys_are_right: bool,
    pub(super) unit: Option<LitStr>,
    pub(super) allow_name: Option<LitStr>,
}

/// The name of a family.
pub(super) struct Name {
    /// Whether the module's namespace stands before it, which is computed.
    pub(super) is_below: bool,
    /// As far as it is written.
    pub(super) written: String,
}

impl Name {
    /// As messages and documentation show it.
    pub(super) fn shown(&self) -> String {
        let below = if self.is_below { "…_" } else { "" };
        format!("{below}{}", self.written)
    }

    /// The whole name, as a constant.
    pub(super) fn value(&self, krate: &TokenStream) -> TokenStream {
        let written = &self.written;
        if !self.is_below {
            return quote!(#written);
        }
        quote!({
            const __NAME: [u8; #krate::__private::names::length_in(__0_NAMESPACE, #written)] =
                #krate::__private::names::name_in(__0_NAMESPACE, #written);
            #krate::__private::names::text(&__NAME)
        })
    }
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
