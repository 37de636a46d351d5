//! Local variables of generated code.
//!
//! What a `macro_rules` macro has passed on stands in a scope of its own, in which a variable is another one. So a variable is made once, and
//! this one token stands wherever the variable does.

use proc_macro2::{Ident, Span};

/// A variable that no message is about.
pub(crate) fn local(name: &str) -> Ident {
    local_at(name, Span::call_site())
}

/// A variable with a value of the user's: messages about its type stand here.
pub(crate) fn local_at(name: &str, place: Span) -> Ident {
    Ident::new(name, place)
}
