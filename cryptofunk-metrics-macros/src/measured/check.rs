use syn::{Expr, ExprLit, Lit};

use super::parse::Measured;
use crate::diagnostics::Diagnostics;

pub(super) fn measured(measured: &Measured, errors: &mut Diagnostics) {
    if let Some(constness) = &measured.function.sig.constness {
        errors.error(
            constness,
            "a `const fn` may run in the compiler, where nothing is recorded: remove `const`, or `#[measured]`",
        );
    }
    match &measured.name {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })) if name.value().is_empty() => {
            errors.error(
                name,
                "an empty name would leave the label `function` out; write one, such as `name = \"Shop::order\"`",
            );
        }
        Some(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) | None => {}
        Some(Expr::Lit(other)) => errors.error(other, "`name` takes a text or a constant: `name = \"Shop::order\"`"),
        Some(_) => {}
    }
}
