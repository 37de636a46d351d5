use cryptofunk_metrics_query::{LabelSet, LintRule, Matcher, Names, Node, Rule, RuleKind, Tree};
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
    let copy = Ident::new("catalog", Span::mixed_site());
    let checked = quote_spanned!(text.span()=> Query::unchecked(#text, #tree).checked(&#copy, "", &[], #allowed));
    quote! {{
        #[allow(unused_imports)]
        use #krate::{Query, query::{Grouping, IntoSchema, LabelSet, LintRule, Many, MatchOperator, Matcher, Matching, Names, Node, Tree}};
        const __CHECKED: Query = {
            let #copy = IntoSchema(#catalog).schema();
            #checked
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
        let rules = match rule.kind {
            RuleKind::Alert => quote!(alerts),
            RuleKind::Record => quote!(records),
        };
        let place = format!("{}, line {}, {}", name.value(), rule.line, rule.place());
        let (printed, allowed) = (&rule.printed, self::allowed(&rule.allowed));
        // The message about a wrong rule points at the name of its file. Each has a constant, so that all are told.
        quote_spanned! {name.span()=>
            const _: Query = {
                let schema = __SCHEMA;
                __RULES.#rules()[#i].query.checked(&schema, #place, &[#(#printed),*], #allowed)
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
                Query::unchecked(#text, #tree).checked(&schema, #place, &[#(#printed),*], #allowed)
            };
        }
    });
    quote! {
        #(#attrs)*
        #visibility const #constant: #krate::Rules = {
            #[allow(unused_imports)]
            use #krate::{
                Query, Rules,
                query::{
                    Alert, Grouping, IntoSchema, LabelSet, LintRule, Many, MatchOperator, Matcher, Matching, Names, Node, Record, Schema,
                    Tree,
                },
            };
            // A change of the file is a change of this one.
            const _: &str = ::core::include_str!(#path);
            const __RULES: Rules = Rules::new(&[#(#alerts),*], &[#(#records),*]);
            // Its own recording rules are known to its queries.
            const __SCHEMA: Schema = IntoSchema(#catalog).schema().with_rules(&__RULES);
            #(#checks)*
            #(#inner)*
            __RULES
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

fn node(node: &Node<'_>) -> TokenStream {
    match node {
        Node::Selector { metric, matchers, range_ms } => {
            let matchers = matchers.iter().map(matcher);
            quote!(Node::Selector { metric: #metric, matchers: &[#(#matchers),*], range_ms: #range_ms })
        }
        Node::Number => quote!(Node::Number),
        Node::Text(text) => quote!(Node::Text(#text)),
        Node::Call { function, arguments } => {
            let arguments = arguments.iter().map(self::node);
            quote!(Node::Call { function: #function, arguments: &[#(#arguments),*] })
        }
        Node::Aggregate { operator, grouping, labels, parameter, of } => {
            let grouping = variant(grouping);
            let (labels, parameter, of) = (set(*labels), self::node(parameter), self::node(of));
            quote!(Node::Aggregate {
                operator: #operator, grouping: Grouping::#grouping, labels: #labels, parameter: &#parameter, of: &#of
            })
        }
        Node::Binary { operator, matching, labels, many, include, left, right } => {
            let (matching, many) = (variant(matching), variant(many));
            let (labels, include) = (set(*labels), set(*include));
            let (left, right) = (self::node(left), self::node(right));
            quote!(Node::Binary {
                operator: #operator, matching: Matching::#matching, labels: #labels, many: Many::#many,
                include: #include, left: &#left, right: &#right
            })
        }
        Node::Subquery(inner) => {
            let inner = self::node(inner);
            quote!(Node::Subquery(&#inner))
        }
        // Both crates are of one version.
        other => unreachable!("the macros do not know this part of a query: {other:?}"),
    }
}

/// A variant without fields, by its name.
fn variant(variant: &impl std::fmt::Debug) -> Ident {
    format_ident!("{variant:?}")
}

fn matcher(Matcher { label, operator, value }: &Matcher<'_>) -> TokenStream {
    let operator = variant(operator);
    quote!(Matcher { label: #label, operator: MatchOperator::#operator, value: #value })
}
