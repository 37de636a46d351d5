//! The `self` of methods under our attributes.

use syn::{ImplItemFn, Receiver, ReceiverKind, Type};

use crate::{diagnostics::Diagnostics, signature};

/// Refuses a method that cannot be called through a shared reference.
pub(crate) fn check(why: &str, method: &ImplItemFn, errors: &mut Diagnostics) {
    let shared = format!("{why}, so it takes `&self`");
    match method.sig.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver @ Receiver { kind: ReceiverKind::Reference(_, _, Some(_)), .. }) => {
            errors.error(receiver, format!("{shared}; what changes goes behind a `Mutex`, an `RwLock` or an atomic"));
        }
        Some(Receiver { kind: ReceiverKind::Typed(_, ty), .. }) if is_reference(ty) => {}
        Some(receiver) => errors.error(receiver, format!("{shared}; this would use it up")),
        None => errors.error(&method.sig.ident, format!("{shared}: `fn {}(&self, …)`", method.sig.ident)),
    }
}

/// Whether `self: &Self` is written for `&self`.
fn is_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(ty) if ty.mutability.is_none() && signature::is(&ty.elem, "Self"))
}
