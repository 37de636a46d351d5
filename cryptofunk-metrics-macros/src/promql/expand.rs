use cryptofunk_metrics_query::{Grouping, Many, MatchOperator, Matcher, Matching, Node, Rule};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::parse::{Query, RuleFile};
use crate::runtime;

pub(super) fn query(Query { catalog, text, root }: &Query) -> TokenStream {
    let krate = runtime::path();
    let root = node(root);
    // The message about a wrong query points at its text.
    let checked = quote_spanned!(text.span()=> Query::checked(&#catalog, #text, __ROOT));
    quote! {{
        #[allow(unused_imports)]
        use #krate::{Query, query::{Grouping, Many, MatchOperator, Matcher, Matching, Node}};
        const __ROOT: &Node = &#root;
        const __QUERY: Query = #checked;
        __QUERY
    }}
}

pub(super) fn rules(RuleFile { catalog, name, path, rules }: &RuleFile) -> TokenStream {
    let krate = runtime::path();
    let path = path.display().to_string();
    let checks = rules.iter().map(|Rule { place, text, root, printed }| {
        let place = format!("{}, {place}", name.value());
        let root = node(root);
        let span = name.span();
        // The message about a wrong rule points at the name of its file.
        let checked = quote_spanned!(span=> Query::checked_at(&#catalog, #place, #text, __ROOT));
        let printed = printed.iter().map(|label| quote_spanned!(span=> __QUERY.prints(&#catalog, #place, #label)));
        quote! {
            const _: () = {
                const __ROOT: &Node = &#root;
                const __QUERY: Query = #checked;
                #(#printed;)*
                let _ = __QUERY;
            };
        }
    });
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::{Query, query::{Grouping, Many, MatchOperator, Matcher, Matching, Node}};
            // A change of the file is a change of this one.
            const _: &str = ::core::include_str!(#path);
            #(#checks)*
        };
    }
}

fn node(node: &Node) -> TokenStream {
    match node {
        Node::Selector { metric, matchers, range_ms } => {
            let matchers = matchers.iter().map(matcher);
            let range_ms = range_ms.unwrap_or(0);
            quote!(Node::Selector { metric: #metric, matchers: &[#(#matchers),*], range_ms: #range_ms })
        }
        Node::Number => quote!(Node::Number),
        Node::Text(text) => quote!(Node::Text(#text)),
        Node::Call { function, arguments } => {
            let arguments = arguments.iter().map(self::node);
            quote!(Node::Call { function: #function, arguments: &[#(#arguments),*] })
        }
        Node::Aggregate { operator, grouping, labels, parameter, of } => {
            let grouping = match grouping {
                Grouping::All => quote!(All),
                Grouping::By => quote!(By),
                Grouping::Without => quote!(Without),
            };
            let parameter = parameter.as_deref().map_or_else(|| quote!(Node::Number), self::node);
            let of = self::node(of);
            quote!(Node::Aggregate {
                operator: #operator, grouping: Grouping::#grouping, labels: &[#(#labels),*], parameter: &#parameter, of: &#of
            })
        }
        Node::Binary { operator, matching, labels, many, include, left, right } => {
            let matching = match matching {
                Matching::All => quote!(All),
                Matching::On => quote!(On),
                Matching::Ignoring => quote!(Ignoring),
            };
            let many = match many {
                Many::None => quote!(None),
                Many::Left => quote!(Left),
                Many::Right => quote!(Right),
            };
            let (left, right) = (self::node(left), self::node(right));
            quote!(Node::Binary {
                operator: #operator, matching: Matching::#matching, labels: &[#(#labels),*], many: Many::#many,
                include: &[#(#include),*], left: &#left, right: &#right
            })
        }
        Node::Subquery(inner) => {
            let inner = self::node(inner);
            quote!(Node::Subquery(&#inner))
        }
    }
}

fn matcher(Matcher { label, operator, value }: &Matcher) -> TokenStream {
    let operator = match operator {
        MatchOperator::Equal => quote!(Equal),
        MatchOperator::NotEqual => quote!(NotEqual),
        MatchOperator::Regex => quote!(Regex),
        MatchOperator::NotRegex => quote!(NotRegex),
    };
    quote!(Matcher { label: #label, operator: MatchOperator::#operator, value: #value })
}
