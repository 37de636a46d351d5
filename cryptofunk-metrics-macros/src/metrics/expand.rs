use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Ident, Item, Signature, ext::IdentExt, spanned::Spanned};

use super::{
    buckets,
    conventions::Convention,
    declarations::{Kind, LabelArg, Metric, Module},
    overflow,
};
use crate::{attr::Text, docs::Docs, runtime};

pub(super) fn module(module: &Module) -> TokenStream {
    let krate = runtime::path();
    let Module { attrs, vis, ident, items, lazy, .. } = module;
    let imports = imports_super(items).is_none().then(|| {
        quote! {
            #[allow(unused_imports)]
            use super::*;
        }
    });
    let metrics = module.metrics.iter().map(|metric| self::metric(metric, items, &krate));
    let cfgs: Vec<Vec<&Attribute>> = module.metrics.iter().map(|metric| cfgs(&metric.attrs)).collect();
    let descriptors = module.metrics.iter().map(descriptor_ident);
    let statics = module.metrics.iter().map(family_ident);
    let overflow = overflow::family(module, &krate);
    let submit = (!lazy).then(|| {
        quote! {
            #krate::__private::inventory::submit!(#krate::__private::Module { register });
        }
    });
    let families = families(module, &krate);
    let doc = Docs::of(attrs).is_none().then(|| {
        let text = match module.namespace.written() {
            Some(_) => format!("Metric families whose names begin with `{}`.", module.prefix),
            None => "Metric families of one namespace.".to_owned(),
        };
        quote!(#[doc = #text])
    });
    let namespace = namespace(module, &krate);
    quote! {
        #doc
        #(#attrs)*
        #vis mod #ident {
            #imports
            #(#items)*
            #namespace
            #(#metrics)*

            #overflow

            /// The families of this module, as constant data.
            #[allow(dead_code)]
            pub const METRICS: &[#krate::__private::MetricDescriptor] =
                #krate::__private::declared(&[#(#(#cfgs)* #descriptors,)* __0_OVERFLOW_DESCRIPTOR]);

            /// Exposes the families of this module; those of closed labels with all their series.
            #[allow(dead_code)]
            pub fn register() {
                #(#(#cfgs)* #krate::__private::Family::register(&#statics);)*
            }

            #submit

            #families
        }
    }
}

/// A namespace that the macro cannot see, and so the compiler checks.
fn namespace(module: &Module, krate: &TokenStream) -> Option<TokenStream> {
    let Text::Computed(value) = &module.namespace else { return None };
    let message =
        "the namespace in `#[metrics]` is not made of letters, digits and `_`, with no digit or `_` at the edges";
    let checked = quote_spanned! {value.span()=>
        const _: () = ::core::assert!(#krate::__private::names::is_namespace(__0_NAMESPACE), #message);
    };
    Some(quote!(const __0_NAMESPACE: &::core::primitive::str = #value; #checked))
}

/// What servers, agents and components record into that have the module as `families`.
fn families(module: &Module, krate: &TokenStream) -> TokenStream {
    let with = module.conventions.iter().map(|convention| {
        let of_convention = |metric: &&Metric| metric.convention.is_some_and(|from| from.name == convention.name);
        let fields = module.metrics.iter().filter(of_convention).map(|metric| {
            let ident = &metric.sig.ident;
            // The kind of a signal is any label's: its value goes to the family as it is.
            if convention.name == "agent" && ident == "signals_total" {
                let family = family_ident(metric);
                return quote! {
                    #ident: ::core::option::Option::Some(|agent, kind| #krate::__private::Family::with(&#family, &[#krate::Label::part(&agent), kind]))
                };
            }
            quote!(#ident: ::core::option::Option::Some(#ident))
        });
        let (with, place) = (format_ident!("with_{}", convention.field), format_ident!("{}", convention.field));
        let ty = format_ident!("{}", convention.families);
        let ty = quote!(#krate::conventions::#place::#ty);
        quote!(.#with(#ty { #(#fields,)* ..#ty::NONE }))
    });
    let signal = match &module.signal {
        Some(label) => quote!(<#label as #krate::Label>::VALUES),
        None => quote!(#krate::__private::LabelValues::Fixed),
    };
    quote! {
        /// The families of this module by convention, for `families = …` of servers, agents and components.
        #[allow(dead_code, clippy::needless_update)]
        pub const FAMILIES: #krate::conventions::Families = #krate::conventions::Families::NONE
            .at(::core::concat!(::core::module_path!(), " (", ::core::file!(), ":", ::core::line!(), ")"), #signal)
            #(#with)*;
    }
}

fn metric(metric: &Metric, items: &[Item], krate: &TokenStream) -> TokenStream {
    let Metric { attrs, vis, sig, name, convention, .. } = metric;
    let cfgs = cfgs(attrs);
    let (kind, kind_ident) = metric.kind.as_ref().expect("checked: a metric without a kind is an error");
    let series = if convention.is_none() && imports(items, kind_ident) {
        quote!(#kind_ident)
    } else {
        quote_spanned!(kind_ident.span()=> #krate::#kind_ident)
    };
    let (kind, kind_name) = match kind {
        Kind::Counter => (quote!(Counter), "counter"),
        Kind::Gauge => (quote!(Gauge), "gauge"),
        Kind::Histogram => (quote!(Histogram), "histogram"),
    };
    let constant = constant(metric, &kind, krate);
    let (descriptor, family) = (descriptor_ident(metric), family_ident(metric));
    let (ident, inputs) = (&sig.ident, &sig.inputs);
    let facts = facts(&name.shown(), kind_name, &metric.labels);
    let parts = parts(metric, krate);
    let remove = metric.removable.as_ref().map(|_| remove(metric, krate));
    quote! {
        #constant

        #(#cfgs)*
        static #family: #krate::__private::Family<#series> = #krate::__private::Family::new(&#descriptor, &__0_OVERFLOW);

        #(#attrs)*
        #[doc = ""]
        #[doc = #facts]
        #[inline]
        #vis fn #ident(#inputs) -> #series {
            #krate::__private::Family::with(&#family, &[#(#parts),*])
        }

        #remove
    }
}

/// The descriptor, and the checks that only the compiler's evaluation can do.
fn constant(metric: &Metric, kind: &TokenStream, krate: &TokenStream) -> TokenStream {
    let (name, help) = (metric.name.value(krate), &metric.help);
    let cfgs = cfgs(&metric.attrs);
    let descriptor = descriptor_ident(metric);
    let labels = metric.labels.iter().map(|label| {
        let LabelArg { cfgs, name, ty, .. } = label;
        quote_spanned! {ty.span()=>
            #(#cfgs)* #krate::__private::LabelDescriptor { name: #name, values: <#ty as #krate::Label>::VALUES }
        }
    });
    let buckets = metric.buckets.as_ref().map_or_else(|| quote!(&[]), |bounds| buckets::expand(bounds, krate));
    let check_buckets = metric.buckets.as_ref().filter(|bounds| buckets::are_computed(bounds)).map(|_| {
        quote! {
            #(#cfgs)*
            const _: () = #krate::__private::check_buckets(#descriptor.name, #descriptor.buckets);
        }
    });
    let check_removable = metric.removable.as_ref().map(|_| {
        quote! {
            #(#cfgs)*
            const _: () = #krate::__private::check_removable(&#descriptor);
        }
    });
    let check_native = metric.native.as_ref().map(|native| {
        let check = native.check_feature(krate);
        quote! {
            #(#cfgs)*
            const _: () = #check;
        }
    });
    let option = |text: Option<TokenStream>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let allow_name = option(metric.allow_name.as_ref().map(|reason| quote!(#reason)));
    let native = option(metric.native.as_ref().map(|native| native.expand(krate)));
    let convention = option(metric.convention.map(|Convention { name, .. }| quote!(#name)));
    quote! {
        #(#cfgs)*
        const #descriptor: #krate::__private::MetricDescriptor = #krate::__private::MetricDescriptor {
            name: #name,
            help: #help,
            kind: #krate::__private::MetricKind::#kind,
            labels: &[#(#labels),*],
            buckets: #buckets,
            native: #native,
            allow_name: #allow_name,
            convention: #convention,
            place: ::core::concat!(::core::module_path!(), " (", ::core::file!(), ":", ::core::line!(), ")"),
        };
        #check_buckets
        #check_native
        #check_removable
    }
}

/// The function that removes a series.
fn remove(metric: &Metric, krate: &TokenStream) -> TokenStream {
    let Metric { vis, sig: Signature { ident, inputs, .. }, .. } = metric;
    let (cfgs, family, parts) = (cfgs(&metric.attrs), family_ident(metric), parts(metric, krate));
    let name = format_ident!("remove_{}", ident.unraw(), span = ident.span());
    let doc = format!("Removes the series of `{}` with these labels. Says whether there was one.", metric.name.shown());
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(dead_code)]
        #vis fn #name(#inputs) -> ::core::primitive::bool {
            #krate::__private::Family::remove(&#family, &[#(#parts),*])
        }
    }
}

/// The arguments as storage sees them.
fn parts(metric: &Metric, krate: &TokenStream) -> Vec<TokenStream> {
    let parts = metric.labels.iter().map(|label| {
        let LabelArg { cfgs, ident, ty, .. } = label;
        quote_spanned!(ty.span()=> #(#cfgs)* #krate::Label::part(&#ident))
    });
    parts.collect()
}

/// What the exposition shows of a metric, for its documentation.
fn facts(name: &str, kind: &str, labels: &[LabelArg]) -> String {
    let labels: Vec<String> = labels.iter().map(|label| format!("`{}`", label.name)).collect();
    match &labels[..] {
        [] => format!("The {kind} `{name}`, without labels."),
        labels => format!("The {kind} `{name}`, by {}.", labels.join(", ")),
    }
}

fn descriptor_ident(metric: &Metric) -> Ident {
    format_ident!("__{}_DESCRIPTOR", metric.sig.ident.unraw().to_string().to_uppercase())
}

fn family_ident(metric: &Metric) -> Ident {
    format_ident!("__{}", metric.sig.ident.unraw().to_string().to_uppercase())
}

fn cfgs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// Whether the module says `use super::*` itself.
fn imports_super(items: &[Item]) -> Option<&Item> {
    items.iter().find(|item| matches!(item, Item::Use(item) if quote!(#item).to_string().contains("super :: *")))
}

/// Whether the module imports this name itself.
fn imports(items: &[Item], name: &Ident) -> bool {
    items.iter().any(|item| match item {
        Item::Use(item) => mentions(quote!(#item), name),
        _ => false,
    })
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == *name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
