//! What a tool returned, as a result of the protocol.
//!
//! Rust picks no implementation by "the most fitting one", but method resolution does: on `&&&&Tag<T>` it tries the trait for
//! `&&&Tag<T>` first, then the one for `&&Tag<T>`, and so on. Generated code calls `__pick` on the concrete type, gets the way
//! that fits it best, and asks it for the result or for its schema. At each step it tries the type as it is, and then borrowed once
//! more: so the SDK's wrapper comes before the SDK's other types in one step.
//!
//! The names begin with `__`, and the traits come into scope without theirs: a user's trait may have methods for every type.

use std::{borrow::Cow, convert::Infallible, marker::PhantomData, sync::Arc};

use rmcp::{
    ErrorData,
    handler::server::{tool::IntoCallToolResult, wrapper::Json},
    model::{
        AudioContent, CallToolResult, ContentBlock, CreateTaskResult, EmbeddedResource, ImageContent, JsonObject,
        TextContent,
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    finite, schema,
    tag::{Tag, ToolResult},
    tool_error::error_result,
};

/// What a method returned.
pub struct Returned<T>(pub T);

impl<T, E> Returned<Result<T, E>> {
    /// The value and the error.
    pub fn __split(self) -> Result<T, E> {
        self.0
    }
}

/// What is returned without a `Result` cannot fail.
pub trait Split<T> {
    /// The value.
    fn __split(self) -> Result<T, Infallible>;
}

impl<T> Split<T> for Returned<T> {
    fn __split(self) -> Result<T, Infallible> {
        Ok(self.0)
    }
}

/// The type that a method returns.
pub struct ReturnType<T>(PhantomData<fn() -> T>);

impl<T> ReturnType<T> {
    #[allow(clippy::new_without_default, missing_docs, reason = "only generated code calls it")]
    pub const fn new() -> Self {
        ReturnType(PhantomData)
    }
}

impl<T, E> ReturnType<Result<T, E>> {
    /// The type of the value.
    pub fn __value(self) -> Tag<T> {
        Tag(PhantomData)
    }
}

/// What is returned without a `Result` is the value.
pub trait WithoutResult<T> {
    /// The type of the value.
    fn __value(self) -> Tag<T>;
}

impl<T> WithoutResult<T> for ReturnType<T> {
    fn __value(self) -> Tag<T> {
        Tag(PhantomData)
    }
}

/// Brings the traits into scope, and no names.
pub mod traits {
    pub use super::{
        PickContent as _, PickDescribed as _, PickJson as _, PickPlain as _, PickSdk as _, ShowNothing as _,
        ShowSerialize as _, Split as _, WithoutResult as _,
    };
}

/// The SDK's wrapper of a serialisable value.
pub struct Wrapped;
/// A result or content type of the SDK.
pub struct Sdk;
/// A text, a number, content blocks.
pub struct Content;
/// A serialisable value with a schema.
pub struct Described;
/// Another serialisable value, or a mistake.
pub struct Plain;

macro_rules! pick {
    ($($trait:ident for $tag:ty, $way:ident $(where $bound:path)?;)*) => {$(
        #[allow(missing_docs)]
        pub trait $trait {
            fn __pick(&self) -> $way {
                $way
            }
        }
        impl<T $(: $bound)?> $trait for $tag {}
    )*};
}

pick! {
    PickSdk for &&&&Tag<T>, Sdk where IntoCallToolResult;
    PickContent for &&Tag<T>, Content where IntoContent;
    PickDescribed for &Tag<T>, Described where DescribedOutput;
    PickPlain for Tag<T>, Plain;
}

#[allow(missing_docs)]
pub trait PickJson {
    fn __pick(&self) -> Wrapped {
        Wrapped
    }
}
impl<T> PickJson for &&&Tag<Json<T>> {}

#[allow(missing_docs)]
impl Wrapped {
    pub fn __result<T: Serialize>(self, value: Json<T>) -> ToolResult {
        structured(&value.0)
    }
    pub fn __schema<T: JsonSchema>(self, _: Tag<Json<T>>) -> Option<Arc<JsonObject>> {
        Some(schema::output::<T>())
    }
}

#[allow(missing_docs)]
impl Sdk {
    pub fn __result<T: IntoCallToolResult>(self, value: T) -> ToolResult {
        Ok(value.into_call_tool_result()?)
    }
    pub fn __schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

#[allow(missing_docs)]
impl Content {
    pub fn __result<T: IntoContent>(self, value: T) -> ToolResult {
        value.into_result()
    }
    pub fn __schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

#[allow(missing_docs)]
impl Described {
    pub fn __result<T: Serialize>(self, value: T) -> ToolResult {
        structured(&value)
    }
    pub fn __schema<T: JsonSchema>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        Some(schema::output::<T>())
    }
}

#[allow(missing_docs)]
impl Plain {
    pub fn __result<T: ToolOutput>(self, value: T) -> ToolResult {
        value.structured()
    }
    pub fn __schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

/// Serialisable and described.
pub trait DescribedOutput: Serialize + JsonSchema {}
impl<T: Serialize + JsonSchema> DescribedOutput for T {}

/// A type that a tool can return.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "neither serialisable nor a result type of the SDK",
    note = "derive `serde::Serialize` for it (and `schemars::JsonSchema`, to announce its schema), or return a type of \
            `rmcp::model` such as `CallToolResult`"
)]
pub trait ToolOutput {
    /// The structured result.
    fn structured(&self) -> ToolResult;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> ToolOutput for T {
    fn structured(&self) -> ToolResult {
        structured(self)
    }
}

/// The value as structured content, and as text for clients that read only that: a text as it is, anything else as JSON.
fn structured(value: &impl Serialize) -> ToolResult {
    let json = serde_json::to_value(value)
        .map_err(|error| ErrorData::internal_error(format!("the result cannot be written as JSON: {error}"), None))?;
    // JSON has no NaN and no infinity; serde_json writes `null` for them, under a schema that says number.
    if finite::has_null(&json)
        && let Err(error) = finite::check(value)
    {
        return Ok(error_result(error.to_string()).into());
    }
    let text = match &json {
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(json);
    Ok(result.into())
}

/// A type that stands for content blocks by itself.
pub trait IntoContent {
    /// The result.
    fn into_result(self) -> ToolResult;
}

macro_rules! content {
    ($($ty:ty: |$value:ident| $blocks:expr;)*) => {$(
        impl IntoContent for $ty {
            fn into_result(self) -> ToolResult {
                let $value = self;
                Ok(CallToolResult::success($blocks).into())
            }
        }
    )*};
}

macro_rules! text {
    ($($ty:ty)*) => {
        content! { $($ty: |value| vec![ContentBlock::text(value.to_string())];)* }
    };
}

text! { &str Box<str> Arc<str> Cow<'_, str> bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

macro_rules! float {
    ($($ty:ty)*) => {$(
        impl IntoContent for $ty {
            fn into_result(self) -> ToolResult {
                Ok(match finite::check(&self) {
                    Ok(()) => CallToolResult::success(vec![ContentBlock::text(self.to_string())]).into(),
                    Err(error) => error_result(error.to_string()).into(),
                })
            }
        }
    )*};
}

float! { f32 f64 }

content! {
    Vec<ContentBlock>: |blocks| blocks;
    TextContent: |text| vec![ContentBlock::Text(text)];
    ImageContent: |image| vec![ContentBlock::Image(image)];
    AudioContent: |audio| vec![ContentBlock::Audio(audio)];
    EmbeddedResource: |resource| vec![ContentBlock::Resource(resource)];
}

impl IntoContent for CreateTaskResult {
    fn into_result(self) -> ToolResult {
        Ok(self.into())
    }
}

/// A default value that can perhaps be shown in the schema.
pub struct Shown<T>(pub T);

/// Shows what is serialisable.
pub trait ShowSerialize {
    /// The value as JSON.
    fn __show(&self) -> Option<Value>;
}

impl<T: Serialize> ShowSerialize for &Shown<T> {
    fn __show(&self) -> Option<Value> {
        // JSON has no infinity, and `null` would be no number.
        finite::check(&self.0).ok()?;
        serde_json::to_value(&self.0).ok()
    }
}

/// Shows nothing else.
pub trait ShowNothing {
    /// Nothing.
    fn __show(&self) -> Option<Value> {
        None
    }
}

impl<T> ShowNothing for Shown<T> {}
