use cryptofunk_metrics_query::{Alternative, LabelSet, LintRule, Matcher, Names, Node, Rule, RuleKind, Tree};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::parse::{Query, RuleFile};
use crate::runtime;

pub(super) fn query(Query { catalog, text, tree, allowed }: &Query<'_>) -> TokenStream {
    let krate = runtime::path();
    let tree = self::tree(tree);
    let allowed = self::allowed(allowed);
    // The message about a wrong query points at its text. The catalogue is copied: with a reference to the constant, the compiler
    // would look through all of it for every query.
    let copy = Ident::new("__schema", Span::mixed_site());
    let checked = quote_spanned!(text.span()=> Query::unchecked(#text, #tree).checked(&#copy, Purpose::Series, "", &[], #allowed));
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
        let (text, tree) = (query.located.text(), tree(&query.tree));
        let (printed, allowed) = (&query.printed, self::allowed(&rule.allowed));
        quote_spanned! {name.span()=>
            const _: Query = {
                let schema = __SCHEMA;
                Query::unchecked(#text, #tree).checked(&schema, Purpose::Series, #place, &[#(#printed),*], #allowed)
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
    let tree = tree(&rule.tree);
    let labels = rule.labels.iter().map(|(name, value)| quote!((#name, #value)));
    let common = quote!(name: #name, group: #group, query: Query::unchecked(#text, #tree), labels: &[#(#labels),*]);
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

/// The query as a constant.
fn tree(Tree { root, names: Names { list, variables } }: &Tree<'_>) -> TokenStream {
    let (root, variables) = (node(root), set(*variables));
    quote!(Tree { root: &#root, names: Names { list: &[#(#list),*], variables: #variables } })
}

fn set(LabelSet(bits): LabelSet) -> TokenStream {
    let bits = Literal::u64_unsuffixed(bits);
    quote!(LabelSet(#bits))
}

/// A part as a constant. The compiler points at the whole query, so that places are left out.
fn node(node: &Node<'_>) -> TokenStream {
    match node {
        Node::Selector { metric, matchers, range_ms, modifiers, .. } => {
            let matchers = matchers.iter().map(matcher);
            let range_ms = Literal::u64_unsuffixed(*range_ms);
            quote!(Node::Selector {
                metric: #metric, matchers: &[#(#matchers),*], range_ms: #range_ms, modifiers: #modifiers, span: Span::NONE
            })
        }
        Node::Number(number) => {
            let number = self::number(*number);
            quote!(Node::Number(#number))
        }
        Node::Text(text) => quote!(Node::Text(#text)),
        Node::Call { function, arguments, .. } => {
            let arguments = arguments.iter().map(self::node);
            quote!(Node::Call { function: #function, arguments: &[#(#arguments),*], span: Span::NONE })
        }
        Node::Aggregate { operator, grouping, labels, parameter, of, .. } => {
            let grouping = variant(grouping);
            let (labels, parameter, of) = (set(*labels), self::node(parameter), self::node(of));
            quote!(Node::Aggregate {
                operator: #operator, grouping: Grouping::#grouping, labels: #labels, parameter: &#parameter, of: &#of,
                span: Span::NONE
            })
        }
        Node::Binary { operator, returns_bool, matching, labels, many, include, left, right, .. } => {
            let (matching, many) = (variant(matching), variant(many));
            let (labels, include) = (set(*labels), set(*include));
            let (left, right) = (self::node(left), self::node(right));
            quote!(Node::Binary {
                operator: #operator, returns_bool: #returns_bool, matching: Matching::#matching, labels: #labels,
                many: Many::#many, include: #include, left: &#left, right: &#right, span: Span::NONE
            })
        }
        Node::Subquery { of, range_ms, modifiers, .. } => {
            let of = self::node(of);
            let range_ms = Literal::u64_unsuffixed(*range_ms);
            quote!(Node::Subquery { of: &#of, range_ms: #range_ms, modifiers: #modifiers, span: Span::NONE })
        }
        // Both crates are of one version.
        other => unreachable!("the macros do not know this part of a query: {other:?}"),
    }
}

fn number(number: f64) -> TokenStream {
    if number.is_finite() && number.is_sign_positive() {
        let number = Literal::f64_unsuffixed(number);
        return quote!(#number);
    }
    let bits = Literal::u64_unsuffixed(number.to_bits());
    quote!(::core::primitive::f64::from_bits(#bits))
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
