use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Expr, Ident, ImplItemFn, Path, Result, Token, TraitItemFn,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use crate::diagnostics::{Diagnostics, did_you_mean};

/// A function under `#[measured]`.
pub(super) struct Measured {
    /// The module whose families it records into.
    pub(super) families: Path,
    /// The value of the label `function`, if it is not the function's name.
    pub(super) name: Option<Expr>,
    pub(super) function: ImplItemFn,
}

/// What stands between the parentheses: `module`, or `module, name = "…"`.
struct Arguments {
    families: Path,
    name: Option<Expr>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
            return Err(input.error("`#[measured]` takes the path of a module first: `#[measured(families)]`"));
        }
        let families = input.call(Path::parse_mod_style)?;
        let mut name = None;
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.parse()?;
            let text = key.to_string();
            if text != "name" {
                let message =
                    format!("unknown key `{text}` in `#[measured]`{} (keys: `name`)", did_you_mean(&text, ["name"]));
                return Err(syn::Error::new(key.span(), message));
            }
            if name.is_some() {
                return Err(syn::Error::new(key.span(), "`name` is given twice"));
            }
            input.parse::<Token![=]>()?;
            name = Some(input.parse()?);
        }
        Ok(Arguments { families, name })
    }
}

pub(super) fn measured(attr: TokenStream, item: TokenStream, errors: &mut Diagnostics) -> Option<Measured> {
    let function = function(item, errors)?;
    if attr.is_empty() {
        errors.error(
            &function.sig.ident,
            "`#[measured]` names the module whose families it records into: `#[measured(families)]`, with `#[metrics(namespace = \"…\", \
             convention = \"function\")] mod families {}`",
        );
        return None;
    }
    let Arguments { families, name } = errors.take(syn::parse2(attr))?;
    Some(Measured { families, name, function })
}

fn function(item: TokenStream, errors: &mut Diagnostics) -> Option<ImplItemFn> {
    if let Ok(function) = syn::parse2::<ImplItemFn>(item.clone()) {
        return Some(function);
    }
    match syn::parse2::<TraitItemFn>(item.clone()) {
        Ok(TraitItemFn { sig, default: None, .. }) => errors.error(
            sig.to_token_stream(),
            "this function has no body to measure; put `#[measured]` on the function of each implementation",
        ),
        _ => errors.error(
            first_word(item),
            "`#[measured]` belongs on a function with a body: free, or in an `impl` or a `trait`; the functions of a block have one each",
        ),
    }
    None
}

/// The first words of an item, so that a message does not underline all of it.
fn first_word(item: TokenStream) -> TokenStream {
    item.into_iter().skip_while(|token| token.to_string().starts_with(['#', '['])).take(1).collect()
}
