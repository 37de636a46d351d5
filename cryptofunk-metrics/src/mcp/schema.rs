//! The JSON Schema of a tool's arguments.

use std::sync::Arc;

use rmcp::{handler::server::tool::schema_for_input, model::JsonObject};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::arguments::ToolArgument;

/// The schema of an object with one property for each argument.
#[doc(hidden)]
pub struct InputSchema {
    generator: SchemaGenerator,
    properties: JsonObject,
    required: Vec<&'static str>,
}

impl Default for InputSchema {
    fn default() -> Self {
        // Like the SDK: the dialect that the protocol names.
        InputSchema {
            generator: SchemaSettings::draft2020_12().into_generator(),
            properties: JsonObject::new(),
            required: Vec::new(),
        }
    }
}

impl InputSchema {
    /// Adds an argument that may not be left out.
    #[must_use]
    pub fn required<T: ToolArgument>(mut self, name: &'static str, description: &str) -> Self {
        self.required.push(name);
        self.optional::<T>(name, description, None)
    }

    /// Adds an argument that may be left out, with what then holds if that can be shown.
    #[must_use]
    pub fn optional<T: ToolArgument>(mut self, name: &'static str, description: &str, default: Option<Value>) -> Self {
        let mut schema = T::schema(&mut self.generator).to_value();
        if let Value::Bool(_) = schema {
            // `true`, which accepts everything, has no place for a description.
            schema = json!({});
        }
        if let Value::Object(schema) = &mut schema {
            if !description.is_empty() {
                schema.insert("description".to_owned(), description.into());
            }
            schema.extend(default.map(|default| ("default".to_owned(), default)));
        }
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// The finished schema.
    pub fn build(mut self) -> Arc<JsonObject> {
        let mut schema = JsonObject::new();
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        schema.insert("additionalProperties".to_owned(), false.into());
        let definitions = self.generator.take_definitions(true);
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Arc::new(schema)
    }

    /// The schema of a tool that takes all arguments as one struct.
    ///
    /// # Panics
    ///
    /// If the type is not described as an object, which the protocol asks for.
    pub fn of<T: JsonSchema + 'static>(tool: &str) -> Arc<JsonObject> {
        schema_for_input::<T>().unwrap_or_else(|error| panic!("the arguments of the tool `{tool}`: {error}"))
    }

    /// The schema of a tool that takes its arguments as they are.
    pub fn any() -> Arc<JsonObject> {
        Arc::new(JsonObject::from_iter([("type".to_owned(), "object".into())]))
    }
}
