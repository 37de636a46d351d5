use cryptofunk_metrics_query::{Alternative, LintRule, Matcher, Names, Packing, Purpose, Rule, RuleKind, Tree};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::parse::{Query, RuleFile};
use crate::runtime;

pub(super) fn query(Query { catalog, text, tree, allowed }: &Query<'_>) -> TokenStream {
    let krate = runtime::path();
    let tree = self::tree(tree, Purpose::Series, &[]);
    let allowed = self::allowed(allowed);
    // The message about a wrong query points at its text. The catalogue is copied: with a reference to the constant, the compiler
    // would look through all of it for every query.
    let copy = Ident::new("__schema", Span::mixed_site());
    let checked =
        quote_spanned!(text.span()=> Query::packed(#text, #tree).checked(&#copy, Purpose::Series, "", &[], #allowed));
    // The user's path stands outside the block with our names. One import of all takes the compiler less than one of each.
    quote! {{
        const __CHECKED: #krate::Query = {
            let #copy = #krate::query::IntoSchema(#catalog).schema();
            {
                #[allow(unused_imports)]
                use #krate::query::*;
                #checked
            }
        };
        __CHECKED
    }}
}

pub(super) fn rules(file: &RuleFile<'_>) -> TokenStream {
    let RuleFile { attrs, visibility, constant, catalog, name, path, rules } = file;
    let krate = runtime::path();
    let path = path.display().to_string();
    let of = |kind| rules.iter().filter(move |rule| rule.kind == kind);
    let (alerts, records) = (of(RuleKind::Alert).map(rule), of(RuleKind::Record).map(rule));
    let checks = of(RuleKind::Alert).enumerate().chain(of(RuleKind::Record).enumerate()).map(|(i, rule)| {
        let (rules, purpose) = match rule.kind {
            RuleKind::Alert => (quote!(alerts), quote!(Alert)),
            RuleKind::Record => (quote!(records), quote!(Series)),
        };
        let place = format!("{}, line {}, {}", name.value(), rule.line, rule.place());
        let (printed, allowed) = (&rule.printed, self::allowed(&rule.allowed));
        // The message about a wrong rule points at the name of its file. Each has a constant, so that all are told.
        quote_spanned! {name.span()=>
            const _: Query = {
                let schema = __SCHEMA;
                __RULES.#rules()[#i].query.checked(&schema, Purpose::#purpose, #place, &[#(#printed),*], #allowed)
            };
        }
    });
    let inner = rules.iter().flat_map(|rule| rule.inner.iter().map(move |query| (rule, query))).map(|(rule, query)| {
        let place = format!("{}, line {}, {}", name.value(), query.located.start().0, query.place);
        let (text, tree) = (query.located.text(), tree(&query.tree, Purpose::Series, &query.printed));
        let (printed, allowed) = (&query.printed, self::allowed(&rule.allowed));
        quote_spanned! {name.span()=>
            const _: Query = {
                let schema = __SCHEMA;
                Query::packed(#text, #tree).checked(&schema, Purpose::Series, #place, &[#(#printed),*], #allowed)
            };
        }
    });
    quote! {
        #(#attrs)*
        #visibility const #constant: #krate::Rules = {
            const __KNOWN: #krate::Schema = #krate::query::IntoSchema(#catalog).schema();
            {
                #[allow(unused_imports)]
                use #krate::query::*;
                // A change of the file is a change of this one.
                const _: &str = ::core::include_str!(#path);
                const __RULES: Rules = Rules::new(&[#(#alerts),*], &[#(#records),*]);
                // Its own recording rules are known to its queries.
                const __SCHEMA: Schema = __KNOWN.with_rules(&__RULES);
                #(#checks)*
                #(#inner)*
                __RULES
            }
        };
    }
}

/// A rule as data.
fn rule(rule: &Rule<'_>) -> TokenStream {
    let Rule { name, group, text, wait, .. } = rule;
    let purpose = match rule.kind {
        RuleKind::Alert => Purpose::Alert,
        RuleKind::Record => Purpose::Series,
    };
    let tree = tree(&rule.tree, purpose, &rule.printed);
    let labels = rule.labels.iter().map(|(name, value)| quote!((#name, #value)));
    let common = quote!(name: #name, group: #group, query: Query::packed(#text, #tree), labels: &[#(#labels),*]);
    match rule.kind {
        RuleKind::Alert => {
            let annotations = rule.annotations.iter().map(|(name, value)| quote!((#name, #value)));
            quote!(Alert { #common, wait: #wait, annotations: &[#(#annotations),*] })
        }
        RuleKind::Record => quote!(Record { #common }),
    }
}

fn allowed(rules: &[LintRule]) -> TokenStream {
    let rules = rules.iter().map(variant);
    quote!(&[#(LintRule::#rules),*])
}

/// The nodes of a query and its labels, as constants. The compiler points at the whole query, so that places are left out.
fn tree(tree: &Tree<'_>, purpose: Purpose, printed: &[String]) -> TokenStream {
    let printed: Vec<&str> = printed.iter().map(String::as_str).collect();
    let Packing { words, texts, matchers, assumption } = Packing::new(tree, purpose, &printed);
    let (words, assumption) = (words.into_iter().map(Literal::u128_unsuffixed), Literal::byte_string(&assumption));
    let matchers = matchers.iter().map(matcher);
    let Names { list: labels, variables } = tree.names;
    let variables = Literal::u64_unsuffixed(variables.0);
    quote! {
        &Packed {
            words: &[#(#words),*], texts: &[#(#texts),*], matchers: &[#(#matchers),*],
            labels: &[#(#labels),*], variables: #variables, assumption: #assumption
        }
    }
}

/// A variant without fields, by its name.
fn variant(variant: &impl std::fmt::Debug) -> Ident {
    format_ident!("{variant:?}")
}

fn matcher(Matcher { label, operator, value, pattern, .. }: &Matcher<'_>) -> TokenStream {
    let operator = variant(operator);
    let pattern = pattern.iter().map(alternative);
    quote!(Matcher {
        label: #label, operator: MatchOperator::#operator, value: #value, pattern: &[#(#pattern),*], span: Span::NONE
    })
}

/// An alternative of a regular expression as a constant.
fn alternative(alternative: &Alternative<'_>) -> TokenStream {
    match alternative {
        Alternative::Text(text) => quote!(Alternative::Text(#text)),
        Alternative::Automaton(automaton) => {
            let accepts_empty = automaton.accepts_empty;
            let (first, last) = (Literal::u128_unsuffixed(automaton.first), Literal::u128_unsuffixed(automaton.last));
            let letters = automaton.letters.iter().map(|letter| {
                let ranges = letter.ranges.iter().map(|(first, last)| {
                    let (first, last) = (Literal::u32_unsuffixed(*first), Literal::u32_unsuffixed(*last));
                    quote!((#first, #last))
                });
                let follow = Literal::u128_unsuffixed(letter.follow);
                quote!(Letter { ranges: &[#(#ranges),*], follow: #follow })
            });
            quote!(Alternative::Automaton(Automaton {
                accepts_empty: #accepts_empty, first: #first, last: #last, letters: &[#(#letters),*]
            }))
        }
        _ => quote!(Alternative::Unknown),
    }
}
