//! A `Result` under any name.

/// A `Result`, as a method of the user's returns it; the macros see the name of an alias, and not what it stands for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Result`",
    label = "expected `Result<T, E>`, or an alias of it"
)]
pub trait AnyResult: Sized {
    /// The value.
    type Ok;
    /// The reason why there is none.
    type Err;

    /// The same, by its own name.
    fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;

    /// No value, for this reason.
    fn failed(error: Self::Err) -> Self;
}

impl<T, E> AnyResult for Result<T, E> {
    type Ok = T;
    type Err = E;

    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    fn failed(error: E) -> Self {
        Err(error)
    }
}
