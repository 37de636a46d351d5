//! What a tool returned as its error, as a tool error of the protocol. How a type's way is found: see [`output`](super::output).

use std::{error::Error, fmt::Display};

use rmcp::{
    handler::server::tool::IntoCallToolResult,
    model::{CallToolResult, ContentBlock},
};
use serde_json::json;

use super::tag::{Tag, ToolResult};

/// Brings the traits into scope, and no names.
pub mod traits {
    pub use super::{
        PickCodedError as _, PickDisplayError as _, PickSdkError as _, PickSourcedError as _, PickStdError as _,
    };
}

/// An error with a code.
pub struct CodedError;
/// An error type of the SDK, or a text.
pub struct SdkError;
/// An error with sources.
pub struct StdError;
/// Something that holds such an error, as a `Box<dyn Error>` does.
pub struct SourcedError;
/// Another error.
pub struct DisplayError;

// Generated code calls `__pick_error` on `&&&&Tag<E>`: a code comes before the SDK's own way, that before an error with its sources,
// and that before the text.
#[allow(missing_docs)]
pub trait PickCodedError {
    fn __pick_error(&self) -> CodedError {
        CodedError
    }
}
impl<E: ToolErrorCode> PickCodedError for &&&Tag<E> {}

#[allow(missing_docs)]
pub trait PickSdkError {
    fn __pick_error(&self) -> SdkError {
        SdkError
    }
}
impl<E: IntoCallToolResult> PickSdkError for &&&&Tag<E> {}

#[allow(missing_docs)]
pub trait PickStdError {
    fn __pick_error(&self) -> StdError {
        StdError
    }
}
impl<E: Error> PickStdError for &&Tag<E> {}

#[allow(missing_docs)]
pub trait PickSourcedError {
    fn __pick_error(&self) -> SourcedError {
        SourcedError
    }
}
impl<E: AsRef<dyn Error + Send + Sync>> PickSourcedError for &Tag<E> {}

#[allow(missing_docs)]
pub trait PickDisplayError {
    fn __pick_error(&self) -> DisplayError {
        DisplayError
    }
}
impl<E> PickDisplayError for Tag<E> {}

#[allow(missing_docs)]
impl CodedError {
    pub fn __result<E: ToolErrorCode>(self, error: E) -> ToolResult {
        let message = error.to_string();
        let mut result = error_result(message.as_str());
        result.structured_content = Some(json!({ "code": error.code(), "message": message }));
        Ok(result.into())
    }
}

#[allow(missing_docs)]
impl SdkError {
    pub fn __result<E: IntoCallToolResult>(self, error: E) -> ToolResult {
        Ok(Err::<CallToolResult, E>(error).into_call_tool_result()?)
    }
}

#[allow(missing_docs)]
impl StdError {
    pub fn __result<E: Error>(self, error: E) -> ToolResult {
        Ok(error_result(chain(&error)).into())
    }
}

#[allow(missing_docs)]
impl SourcedError {
    pub fn __result<E: AsRef<dyn Error + Send + Sync>>(self, error: E) -> ToolResult {
        Ok(error_result(chain(error.as_ref())).into())
    }
}

#[allow(missing_docs)]
impl DisplayError {
    pub fn __result<E: ToolError>(self, error: E) -> ToolResult {
        Ok(error_result(error.text()).into())
    }
}

/// A code for the errors of a tool, so that programs can decide by it instead of the text.
///
/// If a tool's error type implements this, the error has the text of `Display`, as for any tool, and the structured content `{"code": "…",
/// "message": "…"}`. Codes are part of a tool's interface: a published code stays, while the text may change. `agent::CallError::code`
/// (feature `mcp-client`) reads the code at the client.
///
/// This content does not follow the tool's output schema. Clients of protocol version 2026-07-28 do not validate it for an error. Older
/// ones may, and version 1 of the TypeScript SDK throws (its issue 1943). So if a tool announces an object, older clients get the code in
/// the result's `_meta` instead, as `cryptofunk-metrics/error`.
///
/// ```
/// use cryptofunk_metrics::{mcp::ToolErrorCode, mcp_server, testing};
/// use serde_json::json;
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
/// # async fn main() {
/// let result = testing::call(&Weather, "temperature", json!({ "station": "west" })).await.expect("a result");
/// assert_eq!(result.is_error, Some(true));
/// assert_eq!(
///     result.structured_content,
///     Some(json!({ "code": "unknown_station", "message": "there is no station `west`" }))
/// );
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

/// An error and its sources, as `{:#}` of anyhow writes them; a source that its error has told already is left out.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// A tool error: a result that says that it is one.
pub(super) fn error_result(text: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}
