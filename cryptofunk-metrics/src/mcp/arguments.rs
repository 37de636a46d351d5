//! The arguments of a tool call.

use rmcp::{
    handler::server::wrapper::Parameters,
    model::{CallToolRequestParams, JsonObject},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::failure::Failure;

/// The arguments of a call, taken one by one.
#[doc(hidden)]
pub struct Arguments {
    request: CallToolRequestParams,
}

impl Arguments {
    pub(super) fn new(request: CallToolRequestParams) -> Self {
        Arguments { request }
    }

    /// Takes an argument. One that is missing counts as `null`, which an `Option` accepts.
    pub fn take<T: ToolArgument>(&mut self, name: &str) -> Result<T, Failure> {
        match self.remove(name) {
            Some(value) => read(name, value),
            None => T::read(Value::Null).map_err(|_| Failure::Arguments(format!("argument `{name}` is missing"))),
        }
    }

    /// Takes an argument; one that is missing or `null` has the default value.
    pub fn take_or<T: ToolArgument>(&mut self, name: &str, default: impl FnOnce() -> T) -> Result<T, Failure> {
        match self.remove(name) {
            Some(Value::Null) | None => Ok(default()),
            Some(value) => read(name, value),
        }
    }

    /// Takes all arguments as one value.
    pub fn all<T: DeserializeOwned>(&mut self) -> Result<Parameters<T>, Failure> {
        let arguments = Value::Object(self.request.arguments.take().unwrap_or_default());
        T::deserialize(arguments).map(Parameters).map_err(|error| Failure::Arguments(error.to_string()))
    }

    /// Takes all arguments as they are.
    pub fn object(&mut self) -> JsonObject {
        self.request.arguments.take().unwrap_or_default()
    }

    /// The request as a whole, as far as its arguments were not taken.
    pub fn request(&self) -> CallToolRequestParams {
        self.request.clone()
    }

    /// Refuses arguments that the tool does not have; a model that misspells one should be told.
    pub fn finish(&self, known: &[&str]) -> Result<(), Failure> {
        match self.request.arguments.iter().flatten().next() {
            None => Ok(()),
            Some((name, _)) => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(Failure::Arguments(format!(
                    "unknown argument `{}` (arguments of this tool: {known})",
                    shorten(name)
                )))
            }
        }
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        self.request.arguments.as_mut()?.remove(name)
    }
}

fn read<T: ToolArgument>(name: &str, value: Value) -> Result<T, Failure> {
    T::read(value).map_err(|error| Failure::Arguments(format!("argument `{name}`: {error}")))
}

/// A client's text, short enough to be sent back.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A type that an argument of a tool can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "cannot be read from JSON, or has no JSON Schema",
    note = "derive both for it: `#[derive(serde::Deserialize, schemars::JsonSchema)]`"
)]
pub trait ToolArgument: Sized {
    #[doc(hidden)]
    fn read(value: Value) -> Result<Self, serde_json::Error>;
    #[doc(hidden)]
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {
    fn read(value: Value) -> Result<Self, serde_json::Error> {
        T::deserialize(value)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}
