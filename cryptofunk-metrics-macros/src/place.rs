//! Where generated tokens stand.

use proc_macro2::Span;
use syn::spanned::Spanned;

/// The place of the user's tokens, for messages about them.
pub(crate) trait Place {
    /// The place, at which names mean what they mean in generated code: tokens that a `macro_rules` macro has passed on stand in a
    /// scope of their own, and do not see our local variables.
    fn place(&self) -> Span;
}

impl<T: Spanned> Place for T {
    fn place(&self) -> Span {
        self.span().resolved_at(Span::call_site())
    }
}
