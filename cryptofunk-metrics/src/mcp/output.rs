//! What a tool returned, as a result of the protocol.
//!
//! Rust picks no implementation by "the most fitting one", but method resolution does: on `&&&Tag<T>` it tries the trait for
//! `&&Tag<T>` first, then the one for `&Tag<T>`, and so on. Generated code calls `pick` on the concrete type, gets the way
//! that fits it best, and asks it for the result or for its schema.

use std::{borrow::Cow, convert::Infallible, fmt::Display, marker::PhantomData, sync::Arc};

use rmcp::{
    ErrorData,
    handler::server::tool::{IntoCallToolResult, schema_for_output},
    model::{
        AudioContent, CallToolResponse, CallToolResult, ContentBlock, CreateTaskResult, EmbeddedResource, ImageContent,
        JsonObject, TextContent,
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;

type ToolResult = Result<CallToolResponse, Failure>;

/// What a method returned.
pub struct Returned<T>(pub T);

impl<T, E> Returned<Result<T, E>> {
    /// The value and the error.
    pub fn split(self) -> Result<T, E> {
        self.0
    }
}

/// What is returned without a `Result` cannot fail.
pub trait Split<T> {
    /// The value.
    fn split(self) -> Result<T, Infallible>;
}

impl<T> Split<T> for Returned<T> {
    fn split(self) -> Result<T, Infallible> {
        Ok(self.0)
    }
}

/// A type that stands for its values, and for a `Result` the type of its value.
pub struct Tag<T>(PhantomData<fn() -> T>);

impl<T> Tag<T> {
    /// The type of this value.
    pub fn of(_: &T) -> Self {
        Tag(PhantomData)
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
    pub fn value(self) -> Tag<T> {
        Tag(PhantomData)
    }
}

/// What is returned without a `Result` is the value.
pub trait WithoutResult<T> {
    /// The type of the value.
    fn value(self) -> Tag<T>;
}

impl<T> WithoutResult<T> for ReturnType<T> {
    fn value(self) -> Tag<T> {
        Tag(PhantomData)
    }
}

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
            fn pick(&self) -> $way {
                $way
            }
        }
        impl<T $(: $bound)?> $trait for $tag {}
    )*};
}

pick! {
    PickSdk for &&&Tag<T>, Sdk where IntoCallToolResult;
    PickContent for &&Tag<T>, Content where IntoContent;
    PickDescribed for &Tag<T>, Described where DescribedOutput;
    PickPlain for Tag<T>, Plain;
}

#[allow(missing_docs)]
impl Sdk {
    pub fn result<T: IntoCallToolResult>(self, value: T) -> ToolResult {
        Ok(value.into_call_tool_result()?)
    }
    pub fn schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

#[allow(missing_docs)]
impl Content {
    pub fn result<T: IntoContent>(self, value: T) -> ToolResult {
        value.into_result()
    }
    pub fn schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

#[allow(missing_docs)]
impl Described {
    pub fn result<T: Serialize>(self, value: T) -> ToolResult {
        structured(&value)
    }
    pub fn schema<T: JsonSchema + 'static>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        Some(schema_for_output::<T>())
    }
}

#[allow(missing_docs)]
impl Plain {
    pub fn result<T: ToolOutput>(self, value: T) -> ToolResult {
        value.structured()
    }
    pub fn schema<T>(self, _: Tag<T>) -> Option<Arc<JsonObject>> {
        None
    }
}

/// Serialisable, described, and free of borrows, so that its schema can be kept.
pub trait DescribedOutput: Serialize + JsonSchema + 'static {}
impl<T: Serialize + JsonSchema + 'static> DescribedOutput for T {}

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

fn structured(value: &impl Serialize) -> ToolResult {
    let value = serde_json::to_value(value)
        .map_err(|error| ErrorData::internal_error(format!("the result cannot be written as JSON: {error}"), None))?;
    Ok(match value {
        Value::String(text) => CallToolResult::success(vec![ContentBlock::text(text)]).into(),
        value => CallToolResult::structured(value).into(),
    })
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

text! { &str Box<str> Arc<str> Cow<'_, str> bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

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

/// An error with a code.
pub struct CodedError;
/// An error type of the SDK, or a text.
pub struct SdkError;
/// Another error.
pub struct DisplayError;

// Generated code calls `pick_error` on `&&Tag<E>`. Method resolution tries that type as it is, then borrowed once more, then
// dereferenced: a code comes before the SDK's own way, and that before the text.
#[allow(missing_docs)]
pub trait PickCodedError {
    fn pick_error(&self) -> CodedError {
        CodedError
    }
}
impl<E: ToolErrorCode> PickCodedError for &Tag<E> {}

#[allow(missing_docs)]
pub trait PickSdkError {
    fn pick_error(&self) -> SdkError {
        SdkError
    }
}
impl<E: IntoCallToolResult> PickSdkError for &&Tag<E> {}

#[allow(missing_docs)]
pub trait PickDisplayError {
    fn pick_error(&self) -> DisplayError {
        DisplayError
    }
}
impl<E> PickDisplayError for Tag<E> {}

#[allow(missing_docs)]
impl CodedError {
    pub fn result<E: ToolErrorCode>(self, error: E) -> ToolResult {
        let message = error.to_string();
        let mut result = error_result(message.as_str());
        result.structured_content = Some(json!({ "code": error.code(), "message": message }));
        Ok(result.into())
    }
}

#[allow(missing_docs)]
impl SdkError {
    pub fn result<E: IntoCallToolResult>(self, error: E) -> ToolResult {
        Ok(Err::<CallToolResult, E>(error).into_call_tool_result()?)
    }
}

#[allow(missing_docs)]
impl DisplayError {
    pub fn result<E: ToolError>(self, error: E) -> ToolResult {
        Ok(error_result(error.text()).into())
    }
}

/// A code for the errors of a tool, so that programs decide by it and not by the text.
///
/// A tool whose error type implements this answers an error with the text of `Display`, as any tool does, and with the
/// structured content `{"code": "…", "message": "…"}`. Codes are part of a tool's interface: once published, a code stays, while
/// the text may change. `agent::CallError::code` (feature `mcp-client`) has the code on the client's side.
///
/// The structured content of an error does not follow the tool's output schema, and clients are not expected to compare the
/// two. Version 1 of the TypeScript SDK does: its `callTool` throws instead of answering such an error (issue 1943 there).
///
/// ```
/// use cryptofunk_metrics::{mcp::ToolErrorCode, mcp_server};
/// use rmcp::{ServiceExt, model::CallToolRequestParams};
///
/// #[derive(Debug, thiserror::Error)]
/// enum StationError {
///     #[error("there is no station `{0}`")]
///     UnknownStation(String),
///     #[error("the station has sent nothing for {0} minutes")]
///     Silent(u32),
/// }
///
/// impl ToolErrorCode for StationError {
///     fn code(&self) -> &'static str {
///         match self {
///             StationError::UnknownStation(_) => "unknown_station",
///             StationError::Silent(_) => "silent",
///         }
///     }
/// }
///
/// #[derive(Clone)]
/// struct Weather;
///
/// /// Measures the weather.
/// #[mcp_server(name = "weather", port = 9298)]
/// impl Weather {
///     /// The temperature at a station.
///     #[mcp_tool]
///     async fn temperature(&self, station: String) -> Result<f64, StationError> {
///         match station.as_str() {
///             "north" => Ok(-4.0),
///             "south" => Err(StationError::Silent(90)),
///             _ => Err(StationError::UnknownStation(station)),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (here, there) = tokio::io::duplex(4096);
/// tokio::spawn(async { Weather.serve(there).await.expect("a client").waiting().await });
/// let client = ().serve(here).await?;
/// let arguments = serde_json::json!({ "station": "west" }).as_object().cloned().unwrap_or_default();
/// let result = client.call_tool(CallToolRequestParams::new("temperature").with_arguments(arguments)).await?;
/// assert_eq!(result.is_error, Some(true));
/// assert_eq!(
///     result.structured_content,
///     Some(serde_json::json!({ "code": "unknown_station", "message": "there is no station `west`" }))
/// );
/// # Ok(())
/// # }
/// ```
pub trait ToolErrorCode: Display {
    /// The code: a word of lower-case letters and underscores, such as `unknown_session`.
    fn code(&self) -> &'static str;
}

/// A type that a tool can return as its error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a tool",
    label = "has no text for the client",
    note = "implement `std::fmt::Display` for it, for example with `#[derive(thiserror::Error)]`; the model that called the \
            tool reads that text"
)]
pub trait ToolError {
    /// What the client reads.
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<E: Display> ToolError for E {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// A tool error: a result that says that it is one.
pub(super) fn error_result(text: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// A default value that can perhaps be shown in the schema.
pub struct Shown<T>(pub T);

/// Shows what is serialisable.
pub trait ShowSerialize {
    /// The value as JSON.
    fn show(&self) -> Option<Value>;
}

impl<T: Serialize> ShowSerialize for &Shown<T> {
    fn show(&self) -> Option<Value> {
        serde_json::to_value(&self.0).ok()
    }
}

/// Shows nothing else.
pub trait ShowNothing {
    /// Nothing.
    fn show(&self) -> Option<Value> {
        None
    }
}

impl<T> ShowNothing for Shown<T> {}
