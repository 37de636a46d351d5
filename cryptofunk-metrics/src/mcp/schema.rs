//! The JSON Schemas of a tool's arguments and of its result.

use std::{borrow::Cow, sync::Arc};

use rmcp::{handler::server::tool::schema_for_input, model::JsonObject};
use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Value, json};

use super::arguments::ToolArgument;

/// The schema of what a tool takes: an object with one property for each argument.
#[doc(hidden)]
pub struct InputSchema {
    tool: &'static str,
    generator: SchemaGenerator,
    properties: JsonObject,
    required: Vec<Cow<'static, str>>,
    /// The schema of a struct that takes all arguments.
    whole: Option<JsonObject>,
}

impl InputSchema {
    /// Of this tool.
    pub fn of(tool: &'static str) -> Self {
        InputSchema {
            tool,
            // Like the SDK: the dialect that the protocol names.
            generator: SchemaSettings::draft2020_12().into_generator(),
            properties: JsonObject::new(),
            required: Vec::new(),
            whole: None,
        }
    }

    /// Adds an argument. It may be left out if it has a default, here with its value if that can be shown, or if it can be read from `null`.
    pub fn argument<T: ToolArgument>(&mut self, name: &'static str, description: &str, default: Option<Option<Value>>) {
        if default.is_none() && T::read(Value::Null).is_err() {
            self.required.push(name.into());
        }
        let mut schema = T::schema(&mut self.generator).to_value();
        if let Value::Bool(_) = schema {
            // `true`, which accepts everything, has no place for a description.
            schema = json!({});
        }
        if let Value::Object(schema) = &mut schema {
            if !description.is_empty() {
                schema.insert("description".to_owned(), description.into());
            }
            schema.extend(default.flatten().map(|default| ("default".to_owned(), default)));
        }
        self.add(name.to_owned(), schema);
    }

    /// # Panics
    ///
    /// If the tool has two arguments of one name, as `#[serde(rename)]` can give them.
    fn add(&mut self, name: String, schema: Value) {
        if self.properties.contains_key(&name) {
            panic!("the tool `{}` has two arguments called `{name}`", self.tool);
        }
        self.properties.insert(name, schema);
    }

    /// The tool takes all arguments as one struct.
    ///
    /// # Panics
    ///
    /// If the type is not described as an object, which the protocol asks for.
    pub(super) fn all<T: JsonSchema + 'static>(&mut self) {
        let schema = schema_for_input::<T>()
            .unwrap_or_else(|error| panic!("the arguments of the tool `{}`: {error}", self.tool));
        self.whole = Some(JsonObject::clone(&schema));
    }

    /// Adds the fields of a struct, each an argument.
    pub fn fields<T: JsonSchema>(&mut self) {
        let Value::Object(mut schema) = T::json_schema(&mut self.generator).to_value() else { return };
        if let Some(Value::Object(properties)) = schema.remove("properties") {
            properties.into_iter().for_each(|(name, schema)| self.add(name, schema));
        }
        let Some(Value::Array(required)) = schema.remove("required") else { return };
        for name in required.iter().filter_map(Value::as_str) {
            assert!(
                !self.required.iter().any(|known| known == name),
                "the tool `{}` has two arguments called `{name}`",
                self.tool
            );
            self.required.push(name.to_owned().into());
        }
    }

    /// The finished schema.
    ///
    /// # Panics
    ///
    /// If the tool takes all arguments as one struct, and others beside it.
    pub fn build(mut self) -> Arc<JsonObject> {
        let schema = match self.whole.take() {
            Some(_) if !self.properties.is_empty() => panic!(
                "the tool `{}` takes all arguments at once by `Parameters<T>`, and others beside it; put these into the struct, or \
                 make each a parameter of its own",
                self.tool
            ),
            Some(schema) => schema,
            None => self.of_properties(),
        };
        Arc::new(tidy(schema))
    }

    fn of_properties(mut self) -> JsonObject {
        let mut schema = JsonObject::new();
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            let required: Vec<Value> = self.required.into_iter().map(|name| Value::String(name.into_owned())).collect();
            schema.insert("required".to_owned(), required.into());
        }
        // Without `additionalProperties: false`, although other arguments are refused: Gemini's client fails at it.
        let definitions = self.generator.take_definitions(true);
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        schema
    }
}

/// The schema of what a tool returns: of its JSON as it is written. The SDK's own function keeps it by type, which a type that borrows has
/// no place in.
pub(super) fn output<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let mut schema = schema.as_object_mut().map(std::mem::take).unwrap_or_default();
    for of_rust in ["title", "description"] {
        schema.remove(of_rust);
    }
    Arc::new(tidy(schema))
}

/// The schema as clients take it: with `properties` in an object that has none, and what [`TakenByClients`] does.
fn tidy(mut schema: JsonObject) -> JsonObject {
    if schema.get("type").and_then(Value::as_str) == Some("object") {
        schema.entry("properties").or_insert_with(|| json!({}));
    }
    let mut schema = Schema::from(schema);
    TakenByClients.transform(&mut schema);
    schema.as_object_mut().map(std::mem::take).unwrap_or_default()
}

/// Formats that only Rust knows are left out, texts to choose from are an `enum`, and a schema of anything is an object: Gemini's client
/// fails at `true`.
struct TakenByClients;

impl Transform for TakenByClients {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if schema.as_bool() == Some(true) {
            schema.ensure_object();
        }
        if let Some(fields) = schema.as_object_mut() {
            drop_format(fields);
            join_choices(fields);
        }
    }
}

/// schemars gives a documented variant a schema of its own, of which Gemini's client takes nothing: one `enum` of all, and their
/// documentation in its description.
fn join_choices(schema: &mut JsonObject) {
    let Some((names, texts)) = schema.get("oneOf").and_then(Value::as_array).and_then(|branches| choices(branches))
    else {
        return;
    };
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), names.into());
    if !texts.is_empty() {
        let own = schema.get("description").and_then(Value::as_str).map(|text| format!("{text}\n\n"));
        schema.insert("description".to_owned(), (own.unwrap_or_default() + &texts.join("\n")).into());
    }
}

/// The names in branches that are texts, and what is said of each.
fn choices(branches: &[Value]) -> Option<(Vec<Value>, Vec<String>)> {
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    for branch in branches {
        let branch = branch.as_object()?;
        if branch.get("type").and_then(Value::as_str) != Some("string") {
            return None;
        }
        for (key, value) in branch {
            match (key.as_str(), value) {
                ("type", _) => {}
                ("description", text) => {
                    texts.push(format!("- `{}`: {}", branch.get("const")?.as_str()?, text.as_str()?));
                }
                ("const", Value::String(_)) => names.push(value.clone()),
                ("enum", Value::Array(several)) => names.extend(several.iter().cloned()),
                _ => return None,
            }
        }
    }
    Some((names, texts))
}

/// Clients warn of formats that JSON Schema does not name; a property called `format` is an object, and stays.
fn drop_format(schema: &mut JsonObject) {
    const OF_RUST: [&str; 14] = [
        "int8", "int16", "int32", "int64", "int128", "int", "uint8", "uint16", "uint32", "uint64", "uint128", "uint",
        "float", "double",
    ];
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| OF_RUST.contains(&format)) {
        schema.remove("format");
    }
}
