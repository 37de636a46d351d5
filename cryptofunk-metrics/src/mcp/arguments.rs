//! The arguments of a tool call, and what else a call has.

use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::{
    RoleServer,
    handler::server::tool::ToolCallContext,
    model::{CallToolRequestParams, JsonObject, RequestMetaObject},
    service::RequestContext,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};

use super::failure::Failure;

/// What a tool of the type `S` is called with.
#[doc(hidden)]
pub struct Arguments<'a, S> {
    pub(super) context: ToolCallContext<'a, S>,
    meta: Option<RequestMetaObject>,
    /// Whether the tool has asked for everything, so that nothing is left over.
    is_taken: bool,
    /// Whether the tool has its token.
    is_watched: &'a AtomicBool,
}

impl<'a, S> Arguments<'a, S> {
    pub(super) fn new(
        server: &'a S,
        mut request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
        is_watched: &'a AtomicBool,
    ) -> Self {
        let meta = request.meta.take();
        Arguments { context: ToolCallContext::new(server, request, context), meta, is_taken: false, is_watched }
    }

    /// The server whose tool it is.
    pub fn server(&self) -> &'a S {
        self.context.service
    }

    /// The same call of a tool that belongs to a part of the server.
    pub fn of<P>(self, part: &'a P) -> Arguments<'a, P> {
        let Arguments { is_taken, is_watched, .. } = self;
        let (meta, request) = (self.meta.clone(), self.request());
        let context = ToolCallContext::new(part, request, self.context.request_context);
        Arguments { context, meta, is_taken, is_watched }
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
    pub(super) fn all<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        whole(Value::Object(self.object()))
    }

    /// Takes the arguments that are left, as the fields of a struct.
    pub fn fields<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        self.all()
    }

    /// Takes all arguments as they are.
    pub(super) fn object(&mut self) -> JsonObject {
        self.is_taken = true;
        self.context.arguments.take().unwrap_or_default()
    }

    /// The request as a whole, as far as it was not taken.
    pub(super) fn request(&self) -> CallToolRequestParams {
        let mut request = CallToolRequestParams::new(self.context.name.clone());
        request.meta = self.meta.clone();
        request.arguments = self.context.arguments.clone();
        request.input_responses = self.context.input_responses.clone();
        request.request_state = self.context.request_state.clone();
        request
    }

    /// The context of the request, whose token the tool can watch.
    pub(super) fn watched(&self) -> &RequestContext<RoleServer> {
        self.is_watched.store(true, Ordering::Relaxed);
        &self.context.request_context
    }

    /// Leaves the arguments to the tool, which has the whole request.
    pub(super) fn leave(&mut self) {
        self.is_taken = true;
    }

    /// The server, once every argument is taken. Refuses those that the tool does not have; a model that misspells one should be told.
    pub fn finish(&self) -> Result<&'a S, Failure> {
        match self.context.arguments.iter().flatten().next() {
            Some((name, _)) if !self.is_taken => Err(Failure::UnknownArgument(name.clone())),
            _ => Ok(self.server()),
        }
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        self.context.arguments.as_mut()?.remove(name)
    }
}

fn read<T: ToolArgument>(name: &str, value: Value) -> Result<T, Failure> {
    T::read(value).map_err(|error| Failure::Arguments(format!("argument `{name}`: {error}")))
}

/// Reads a value; `5.0` and `1e1` are integers too, as JSON Schema has it.
fn deserialized<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    if !has_integral_float(&value) {
        return T::deserialize(value);
    }
    T::deserialize(&value).or_else(|_| T::deserialize(with_integers(value)))
}

/// Reads all arguments at once; an error names the one that it is about.
fn whole<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    let has_integral_float = has_integral_float(&value);
    let error = match serde_path_to_error::deserialize(&value) {
        Ok(arguments) => return Ok(arguments),
        Err(_) if has_integral_float => match serde_path_to_error::deserialize(with_integers(value)) {
            Ok(arguments) => return Ok(arguments),
            Err(error) => error,
        },
        Err(error) => error,
    };
    let (path, text) = (error.path().to_string(), error.inner().to_string());
    let is_inside = path.contains(['.', '[']) && path != ".";
    let unknown = text.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    Err(match unknown {
        Some((name, _)) if !is_inside => Failure::UnknownArgument(name.to_owned()),
        _ if path == "." => Failure::Arguments(text),
        _ => Failure::Arguments(format!("argument `{path}`: {text}")),
    })
}

fn has_integral_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64() && integer(number).is_some(),
        Value::Array(values) => values.iter().any(has_integral_float),
        Value::Object(fields) => fields.values().any(has_integral_float),
        _ => false,
    }
}

fn with_integers(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(integer(&number).unwrap_or(number)),
        Value::Array(values) => values.into_iter().map(with_integers).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, with_integers(value))).collect(),
        other => other,
    }
}

/// The integer that a number is, if it is one; 2^64 and beyond fit no integer of Rust's that JSON has.
fn integer(number: &Number) -> Option<Number> {
    let value = number.as_f64().filter(|value| value.fract() == 0.0)?;
    if (0.0..2f64.powi(64)).contains(&value) {
        Some((value as u64).into())
    } else if (-2f64.powi(63)..0.0).contains(&value) {
        Some((value as i64).into())
    } else {
        None
    }
}

/// A client's text, short enough to be sent back.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text with a client's value in its middle, short enough to be sent back: its beginning and its end.
pub(super) fn excerpt(text: &str) -> String {
    const HEAD: usize = 200;
    const TAIL: usize = 100;
    // In the text of a body of many MiB, the end is found from the end.
    let head = text.char_indices().nth(HEAD).map(|(at, _)| at);
    let tail = text.char_indices().nth_back(TAIL - 1).map(|(at, _)| at);
    match (head, tail) {
        (Some(head), Some(tail)) if head < tail => format!("{}…{}", &text[..head], &text[tail..]),
        _ => text.to_owned(),
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
        deserialized(value)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_without_a_fraction_are_integers_wherever_they_stand() {
        assert_eq!(deserialized::<u32>(json!(5.0)).ok(), Some(5));
        assert_eq!(deserialized::<i8>(json!(-1e1)).ok(), Some(-10));
        assert_eq!(deserialized::<u64>(json!(1e19)).ok(), Some(10_000_000_000_000_000_000));
        assert_eq!(
            deserialized::<Vec<(u8, f64)>>(json!([[1.0, 2.0], [3.0, 0.5]])).ok(),
            Some(vec![(1, 2.0), (3, 0.5)])
        );
        assert_eq!(deserialized::<Option<usize>>(json!(0.0)).ok(), Some(Some(0)));
        assert_eq!(deserialized::<f64>(json!(5.0)).ok(), Some(5.0));
    }

    #[test]
    fn an_excerpt_has_both_ends() {
        let short = "ä".repeat(300);
        assert_eq!(excerpt(&short), short);
        let long = format!("invalid type: string \"{}\", expected u32", "ä".repeat(1_000_000));
        let excerpt = excerpt(&long);
        assert_eq!(excerpt.chars().count(), 301);
        assert!(excerpt.starts_with("invalid type: string \"ä") && excerpt.ends_with("ä\", expected u32"));
    }

    #[test]
    fn what_is_no_integer_stays_an_error_that_shows_it() {
        assert!(deserialized::<u32>(json!(5.5)).unwrap_err().to_string().contains("5.5"));
        assert!(deserialized::<u8>(json!(256.0)).is_err());
        assert!(deserialized::<u8>(json!(-1.0)).is_err());
        assert!(deserialized::<u64>(json!(1e20)).is_err());
        assert!(deserialized::<(u8, u8)>(json!([1.0, 2.5])).is_err());
    }
}
