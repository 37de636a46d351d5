//! The description of the API in OpenAPI 3.1, from the types of its answers.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::portfolio::Portfolio;
use crate::{
    bus::message::Signal,
    orchestrator::{AgentState, Decision, Status},
    order_executor::{Position, Trade},
    rest::{ErrorBody, Page},
};

/// What `/api/v1/openapi.json` answers.
pub(super) fn description() -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let paths = json!({
        "/api/v1/status": { "get": question::<Status>(&mut schemas, "What goes on", false) },
        "/api/v1/portfolio": { "get": question::<Portfolio>(&mut schemas, "The account as a whole", false) },
        "/api/v1/positions": { "get": question::<Page<Position>>(&mut schemas, "What is held", true) },
        "/api/v1/trades": { "get": question::<Page<Trade>>(&mut schemas, "What was traded, the newest first", true) },
        "/api/v1/signals": { "get": question::<Page<Signal>>(&mut schemas, "What agents have said, the newest first", true) },
        "/api/v1/decisions": { "get": question::<Page<Decision>>(&mut schemas, "What was decided, the newest first", true) },
        "/api/v1/agents": { "get": question::<Page<AgentState>>(&mut schemas, "The agents", true) },
        "/api/v1/pause": { "post": change::<Status>(&mut schemas, "Halts trading") },
        "/api/v1/resume": { "post": change::<Status>(&mut schemas, "Lets trading go on") },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CryptoFunk",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The state of a trading system on paper money.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn question<T: JsonSchema>(schemas: &mut SchemaGenerator, summary: &str, paged: bool) -> Value {
    let parameters = json!([
        {
            "name": "limit", "in": "query", "description": "How many.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 500, "default": 50 },
        },
        {
            "name": "offset", "in": "query", "description": "How many of the newest to leave out.",
            "schema": { "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 0 },
        },
    ]);
    let mut question = operation::<T>(schemas, summary);
    if paged {
        question["parameters"] = parameters;
        question["responses"]["400"] = error(schemas, "The page is wrong");
    }
    question
}

fn change<T: JsonSchema>(schemas: &mut SchemaGenerator, summary: &str) -> Value {
    let mut change = operation::<T>(schemas, summary);
    change["security"] = json!([{ "token": [] }]);
    change["responses"]["401"] = error(schemas, "The token is missing or wrong");
    change["responses"]["403"] = error(schemas, "No token is set up, or the `Host` or `Origin` is not allowed");
    change
}

fn operation<T: JsonSchema>(schemas: &mut SchemaGenerator, summary: &str) -> Value {
    json!({
        "summary": summary,
        "security": [],
        "responses": {
            "200": {
                "description": "The answer",
                "content": { "application/json": { "schema": schemas.subschema_for::<T>() } },
            },
            "502": error(schemas, "A component that is needed does not answer"),
        },
    })
}

fn error(schemas: &mut SchemaGenerator, description: &str) -> Value {
    let schema = schemas.subschema_for::<ErrorBody>();
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}
