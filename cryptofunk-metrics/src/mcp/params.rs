//! What a parameter of a tool is filled with. Its type decides, wherever it comes from and whatever it is called.
//!
//! Generated code calls `__kind` on `&&&Param<S, T>`; method resolution tries the traits below from top to bottom (see
//! [`output`](super::output)), and so gets the first kind that the type is of.

use std::marker::PhantomData;

use rmcp::{
    RoleServer,
    handler::server::{common::FromContextPart, tool::ToolCallContext, wrapper::Parameters},
    model::{CallToolRequestParams, JsonObject, NumberOrString, ProgressToken},
    service::RequestContext,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    arguments::{Arguments, ToolArgument},
    failure::Failure,
    schema::InputSchema,
};

/// A parameter of the type `T` of a tool of `S`.
#[derive(Debug)]
pub struct Param<S, T>(PhantomData<fn(S) -> T>);

impl<S, T> Param<S, T> {
    #[allow(clippy::new_without_default, reason = "only generated code calls it")]
    pub const fn new() -> Self {
        Param(PhantomData)
    }
}

impl<S, T> Clone for Param<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Param<S, T> {}

/// Brings the traits into scope, and no names.
pub mod traits {
    pub use super::{Extracted as _, NotOurs as _, NotParameters as _, NotSdk as _, Whole as _, Written as _};
}

/// What the compiler knows of a parameter's kind. The constant of a type comes before the one of a trait.
pub struct IsParameters<T>(PhantomData<T>);
/// See [`IsParameters`].
pub struct IsOurs<T>(PhantomData<T>);
/// See [`IsParameters`].
pub struct IsSdk<S, T>(PhantomData<(S, T)>);

macro_rules! otherwise {
    ($($trait:ident for [$($generics:ident),*] $ty:ty;)*) => {$(
        pub trait $trait {
            const YES: bool = false;
        }
        impl<$($generics),*> $trait for $ty {}
    )*};
}

otherwise! {
    NotParameters for [T] IsParameters<T>;
    NotOurs for [T] IsOurs<T>;
    NotSdk for [S, T] IsSdk<S, T>;
}

impl<P> IsParameters<Parameters<P>> {
    pub const YES: bool = true;
}
impl<T: FromCall> IsOurs<T> {
    pub const YES: bool = true;
}
impl<S, T: for<'a> FromContextPart<ToolCallContext<'a, S>>> IsSdk<S, T> {
    pub const YES: bool = true;
}

/// All arguments as one struct.
pub struct All;
/// All arguments as they are.
pub struct Object;
/// Something of the request that the SDK does not hand out, or that tells of its cancellation.
pub struct Asked;
/// What the SDK or the user's own type takes from the request.
pub struct Part;
/// An argument by name.
pub struct Argument;

/// Types that are known one by one.
pub trait Whole {
    type Kind;
    fn __kind(&self) -> Self::Kind;
}

macro_rules! whole {
    ($([$($generics:tt)*] $ty:ty => $kind:ident;)*) => {$(
        impl<S, $($generics)*> Whole for &&Param<S, $ty> {
            type Kind = $kind;
            fn __kind(&self) -> $kind {
                $kind
            }
        }
    )*};
}

whole! {
    [P] Parameters<P> => All;
    [] JsonObject => Object;
    [] CallToolRequestParams => Asked;
    [] ProgressToken => Asked;
    [] Option<ProgressToken> => Asked;
    [] NumberOrString => Asked;
    [] CancellationToken => Asked;
    [] RequestContext<RoleServer> => Asked;
}

/// Types that take themselves from a call.
pub trait Extracted {
    fn __kind(&self) -> Part {
        Part
    }
}
impl<S, T: for<'a> FromContextPart<ToolCallContext<'a, S>>> Extracted for &Param<S, T> {}

/// Every other type.
pub trait Written {
    fn __kind(&self) -> Argument {
        Argument
    }
}
impl<S, T> Written for Param<S, T> {}

/// The place of a name of a parameter that a pattern takes apart.
pub struct Unnamed;

/// The name of an argument.
#[diagnostic::on_unimplemented(
    message = "an argument needs a name, which clients call it by: `name: Type`",
    label = "this pattern gives it none"
)]
pub trait Named {
    fn text(self) -> &'static str;
}

impl Named for &'static str {
    fn text(self) -> &'static str {
        self
    }
}

impl Argument {
    pub fn __describe<S, T: ToolArgument>(
        self,
        _: Param<S, T>,
        schema: &mut InputSchema,
        name: impl Named,
        description: &str,
        default: Option<Option<Value>>,
    ) {
        schema.argument::<T>(name.text(), description, default);
    }

    pub fn __take<S, T: ToolArgument>(
        self,
        _: Param<S, T>,
        arguments: &mut Arguments<'_, S>,
        name: impl Named,
    ) -> Result<T, Failure> {
        arguments.take(name.text())
    }

    pub fn __take_or<S, T: ToolArgument>(
        self,
        _: Param<S, T>,
        arguments: &mut Arguments<'_, S>,
        name: impl Named,
        default: impl FnOnce() -> T,
    ) -> Result<T, Failure> {
        arguments.take_or(name.text(), default)
    }
}

impl All {
    pub fn __describe<S, P: JsonSchema + 'static, N>(
        self,
        _: Param<S, Parameters<P>>,
        schema: &mut InputSchema,
        _: N,
        _: &str,
        _: Option<Option<Value>>,
    ) {
        schema.all::<P>();
    }

    pub fn __take<S, P: DeserializeOwned, N>(
        self,
        _: Param<S, Parameters<P>>,
        arguments: &mut Arguments<'_, S>,
        _: N,
    ) -> Result<Parameters<P>, Failure> {
        arguments.all().map(Parameters)
    }
}

impl Object {
    pub fn __describe<S, N>(
        self,
        _: Param<S, JsonObject>,
        _: &mut InputSchema,
        _: N,
        _: &str,
        _: Option<Option<Value>>,
    ) {
    }

    pub fn __take<S, N>(
        self,
        _: Param<S, JsonObject>,
        arguments: &mut Arguments<'_, S>,
        _: N,
    ) -> Result<JsonObject, Failure> {
        Ok(arguments.object())
    }
}

impl Part {
    pub fn __describe<S, T, N>(self, _: Param<S, T>, _: &mut InputSchema, _: N, _: &str, _: Option<Option<Value>>) {}

    pub fn __take<S, T: for<'a> FromContextPart<ToolCallContext<'a, S>>, N>(
        self,
        _: Param<S, T>,
        arguments: &mut Arguments<'_, S>,
        _: N,
    ) -> Result<T, Failure> {
        Ok(T::from_context_part(&mut arguments.context)?)
    }
}

impl Asked {
    pub fn __describe<S, T: FromCall, N>(
        self,
        _: Param<S, T>,
        _: &mut InputSchema,
        _: N,
        _: &str,
        _: Option<Option<Value>>,
    ) {
    }

    pub fn __take<S, T: FromCall, N>(
        self,
        _: Param<S, T>,
        arguments: &mut Arguments<'_, S>,
        _: N,
    ) -> Result<T, Failure> {
        T::from_call(arguments)
    }
}

/// What the library takes from a call.
pub trait FromCall: Sized {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure>;
}

impl FromCall for CallToolRequestParams {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        arguments.leave();
        Ok(arguments.request())
    }
}

impl FromCall for Option<ProgressToken> {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        Ok(arguments.context.request_context.meta.get_progress_token())
    }
}

impl FromCall for ProgressToken {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        let text = "this tool reports progress, and the request has no `progressToken` in its `_meta`";
        Option::from_call(arguments)?.ok_or_else(|| Failure::Arguments(text.to_owned()))
    }
}

impl FromCall for CancellationToken {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        Ok(arguments.watched().ct.clone())
    }
}

impl FromCall for RequestContext<RoleServer> {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        Ok(arguments.watched().clone())
    }
}

impl FromCall for NumberOrString {
    fn from_call<S>(arguments: &mut Arguments<'_, S>) -> Result<Self, Failure> {
        Ok(arguments.context.request_context.id.clone())
    }
}
