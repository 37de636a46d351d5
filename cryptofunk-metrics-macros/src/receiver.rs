//! The `self` of methods under our attributes.

use syn::{ImplItemFn, Receiver, ReceiverKind};

use crate::diagnostics::Diagnostics;

/// Refuses a method that cannot be called through a shared reference.
pub(crate) fn check(why: &str, method: &ImplItemFn, errors: &mut Diagnostics) {
    let shared = format!("{why}, so it takes `&self`");
    match method.sig.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver @ Receiver { kind: ReceiverKind::Reference(_, _, Some(_)), .. }) => {
            errors.error(receiver, format!("{shared}; what changes goes behind a `Mutex`, an `RwLock` or an atomic"));
        }
        Some(receiver) => errors.error(receiver, format!("{shared}; this would use it up")),
        None => errors.error(&method.sig.ident, format!("{shared}: `fn {}(&self, …)`", method.sig.ident)),
    }
}
