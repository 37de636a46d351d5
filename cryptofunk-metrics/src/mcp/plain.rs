//! Several arguments at once, whose types are arguments by their names: one call for the compiler to check instead of one for each.

use super::{
    arguments::{Arguments, ToolArgument},
    failure::Failure,
    schema::InputSchema,
};

/// A tuple of `N` arguments.
#[doc(hidden)]
pub trait Plain<const N: usize>: Sized {
    /// Adds them, by name and description.
    fn describe(schema: &mut InputSchema, arguments: [(&'static str, &str); N]);
    /// Takes them, in this order.
    fn take<S>(arguments: &mut Arguments<'_, S>, names: [&str; N]) -> Result<Self, Failure>;
}

macro_rules! plain {
    ($($count:literal: $($ty:ident $position:tt)*;)*) => {$(
        impl<$($ty: ToolArgument),*> Plain<$count> for ($($ty,)*) {
            fn describe(schema: &mut InputSchema, arguments: [(&'static str, &str); $count]) {
                $(schema.argument::<$ty>(arguments[$position].0, arguments[$position].1, None);)*
            }

            fn take<S>(arguments: &mut Arguments<'_, S>, names: [&str; $count]) -> Result<Self, Failure> {
                Ok(($(arguments.take::<$ty>(names[$position])?,)*))
            }
        }
    )*};
}

plain! {
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
