//! What a tool returns keeps what its description promises, for clients of every protocol version.

use std::{error::Error, fmt};

use cryptofunk_metrics::{
    Component,
    catalog::mcp::{Method, Server, Status, requests_total},
    mcp::ToolErrorCode,
    mcp_server,
    testing::Recording,
};
use rmcp::{
    RoleClient, ServiceExt,
    handler::server::wrapper::{Json, Parameters},
    model::{CallToolRequestParams, CallToolResult, ProtocolVersion},
    service::{ClientLifecycleMode, RunningService, serve_client_with_lifecycle},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Side {
    Buy,
    Sell,
}

/// How to weigh.
#[derive(Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "lowercase")]
enum Weighing {
    Square,
    Cube,
    /// By distance.
    Linear,
    /// Not at all.
    None,
}

#[derive(Deserialize, JsonSchema)]
enum Shape {
    /// A point.
    Point,
    /// A circle.
    Circle { radius: f64 },
}

#[derive(Serialize, JsonSchema)]
struct Symbol(String);

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Answer {
    Text(String),
    Price { price: f64 },
}

#[derive(Serialize, JsonSchema)]
struct Report {
    ratio: f64,
    best: Option<f64>,
    days: Vec<Day>,
}

#[derive(Serialize, JsonSchema)]
struct Day {
    close: f32,
}

#[derive(Deserialize, JsonSchema)]
struct Window {
    days: u32,
    weights: Vec<i8>,
}

#[derive(Deserialize, JsonSchema)]
struct Page {
    limit: u32,
}

fn percent<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(f64::deserialize(deserializer)? / 100.0)
}

#[derive(Debug)]
struct Failed {
    text: &'static str,
    source: Option<Box<Failed>>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the shop is closed")]
struct Closed;

impl ToolErrorCode for Closed {
    fn code(&self) -> &'static str {
        "closed"
    }
}

fn failed() -> Failed {
    let inner = Failed { text: "connection refused", source: None };
    Failed { text: "cannot read the price", source: Some(Box::new(inner)) }
}

#[derive(Clone)]
struct Zoo;

/// Results.
#[mcp_server(name = "zoo", port = env!("CARGO_PKG_VERSION_MINOR"))]
impl Zoo {
    /// An enum.
    #[mcp_tool]
    async fn side(&self, sell: bool) -> Result<Side, String> {
        Ok(if sell { Side::Sell } else { Side::Buy })
    }

    /// Perhaps a text.
    #[mcp_tool]
    async fn note(&self, text: Option<String>) -> Option<String> {
        text
    }

    /// A newtype of a text.
    #[mcp_tool]
    async fn symbol(&self) -> Symbol {
        Symbol("BTC".to_owned())
    }

    /// A text or an object.
    #[mcp_tool]
    async fn answer(&self, text: bool) -> Answer {
        if text { Answer::Text("closed".to_owned()) } else { Answer::Price { price: 1.5 } }
    }

    /// Any JSON.
    #[mcp_tool]
    async fn json(&self) -> Value {
        "plain".into()
    }

    /// A text.
    #[mcp_tool]
    async fn text(&self) -> String {
        "text".to_owned()
    }

    /// A list of texts.
    #[mcp_tool]
    async fn texts(&self) -> Vec<String> {
        vec!["a".to_owned()]
    }

    /// The SDK's wrapper.
    #[mcp_tool]
    async fn wrapped(&self) -> Result<Json<Report>, String> {
        Ok(Json(Report { ratio: 1.0, best: None, days: vec![] }))
    }

    /// Integers.
    #[mcp_tool]
    async fn window(&self, n: u32, more: Option<Vec<i64>>) -> i64 {
        i64::from(n) + more.into_iter().flatten().sum::<i64>()
    }

    /// Integers in a struct.
    #[mcp_tool]
    async fn windows(&self, Parameters(Window { days, weights }): Parameters<Window>) -> u32 {
        days + weights.len() as u32
    }

    /// Arguments with attributes of serde and schemars.
    #[mcp_tool]
    async fn attributed(
        &self,
        /// How many.
        #[schemars(range(min = 1, max = 10))]
        count: u32,
        #[serde(rename = "symbol", alias = "ticker")] name: String,
        #[default(0.5)]
        #[serde(deserialize_with = "percent")]
        #[schemars(with = "f64")]
        share: f64,
        #[serde(flatten)] page: Page,
        plain: Option<bool>,
    ) -> String {
        format!("{count} {name} {share} {} {plain:?}", page.limit)
    }

    /// One of them alone.
    #[mcp_tool]
    async fn renamed(&self, #[serde(rename = "in")] inside: bool, other: Option<u8>) -> String {
        format!("{inside} {other:?}")
    }

    /// Numbers that are none.
    #[mcp_tool]
    async fn report(&self, ratio: Option<f64>, close: Option<f32>) -> Report {
        Report {
            ratio: ratio.unwrap_or(f64::NAN),
            best: None,
            days: vec![Day { close: 1.0 }, Day { close: close.unwrap_or(f32::INFINITY) }],
        }
    }

    /// A number alone.
    #[mcp_tool]
    async fn number(&self, zero: f64) -> f64 {
        1.0 / zero
    }

    /// Enums with documentation.
    #[mcp_tool]
    async fn weigh(&self, weighing: Weighing, shape: Option<Shape>, anything: Option<Vec<Value>>) -> String {
        drop(anything);
        if let Some(Shape::Circle { radius }) = shape { radius.to_string() } else { format!("{weighing:?}") }
    }

    /// An error with a source.
    #[mcp_tool]
    async fn sourced(&self) -> Result<String, Failed> {
        Err(failed())
    }

    /// An error with a code.
    #[mcp_tool]
    async fn coded(&self) -> Result<Day, Closed> {
        Err(Closed)
    }

    /// The same, where a list would be returned.
    #[mcp_tool]
    async fn coded_list(&self) -> Result<Vec<Day>, Closed> {
        Err(Closed)
    }

    /// The same in a box.
    #[mcp_tool]
    async fn boxed(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        Err(Box::new(failed()))
    }

    /// The same with context.
    #[mcp_tool]
    async fn with_context(&self) -> anyhow::Result<String> {
        Err(anyhow::Error::from(failed()).context("no report today"))
    }
}

/// A client of protocol version 2026-07-28, and one of an older version.
async fn clients() -> [RunningService<RoleClient, ()>; 2] {
    let mut ends = Vec::new();
    for _ in 0..2 {
        let (here, there) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move { ServiceExt::serve(Zoo, there).await.expect("a client").waiting().await });
        ends.push(here);
    }
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    let older = ().serve(ends.remove(0)).await.expect("it opens a session");
    let new = serve_client_with_lifecycle((), ends.remove(0), lifecycle).await.expect("it discovers the server");
    [new, older]
}

async fn call(client: &RunningService<RoleClient, ()>, tool: &'static str, arguments: Value) -> CallToolResult {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.expect("a result")
}

fn texts(result: &CallToolResult) -> Vec<&str> {
    result.content.iter().map(|block| block.as_text().expect("a text").text.as_str()).collect()
}

#[tokio::test]
async fn an_announced_schema_comes_with_structured_content() {
    let [new, older] = clients().await;
    let tools = new.list_all_tools().await.expect("a list");
    for (tool, arguments, value, text) in [
        ("side", json!({"sell": true}), json!("sell"), "sell"),
        ("note", json!({"text": "a note"}), json!("a note"), "a note"),
        ("note", json!({}), Value::Null, "null"),
        ("symbol", json!({}), json!("BTC"), "BTC"),
        ("answer", json!({"text": true}), json!("closed"), "closed"),
        ("answer", json!({"text": false}), json!({"price": 1.5}), r#"{"price":1.5}"#),
        ("json", json!({}), json!("plain"), "plain"),
        ("texts", json!({}), json!(["a"]), r#"["a"]"#),
    ] {
        let described = tools.iter().find(|described| described.name == tool).expect("it is listed");
        assert!(described.output_schema.is_some(), "{tool}");
        let result = call(&new, tool, arguments.clone()).await;
        assert_eq!((result.structured_content.as_ref(), texts(&result)), (Some(&value), vec![text]), "{tool}");
        // Clients of older versions have objects alone as structured content.
        let result = call(&older, tool, arguments).await;
        assert_eq!(result.structured_content, value.is_object().then_some(value), "{tool}");
        assert_eq!(texts(&result), [text], "{tool}");
    }
    let plain = tools.iter().find(|tool| tool.name == "text").expect("it is listed");
    assert!(plain.output_schema.is_none());
    assert_eq!(call(&new, "text", json!({})).await.structured_content, None);
    let wrapped = call(&older, "wrapped", json!({})).await;
    assert_eq!(wrapped.structured_content, Some(json!({"ratio": 1.0, "best": null, "days": []})));
    assert_eq!(Zoo::PORT, 2);
}

#[tokio::test]
async fn attributes_of_serde_and_schemars_do_what_they_say() {
    let [client, _] = clients().await;
    let tools = client.list_all_tools().await.expect("a list");
    let tool = tools.iter().find(|tool| tool.name == "attributed").expect("it is listed");
    let properties = &tool.input_schema["properties"];
    assert_eq!(
        properties["count"],
        json!({"description": "How many.", "type": "integer", "minimum": 1, "maximum": 10})
    );
    assert_eq!(properties["share"]["default"], 0.5);
    assert_eq!(properties["limit"]["type"], "integer");
    assert_eq!(tool.input_schema["required"], json!(["count", "symbol", "limit"]));
    for (arguments, text) in [
        (json!({"count": 1, "symbol": "BTC", "limit": 5, "plain": true}), "1 BTC 0.5 5 Some(true)"),
        (json!({"count": 1.0, "ticker": "BTC", "limit": 5, "share": 20}), "1 BTC 0.2 5 None"),
    ] {
        let result = call(&client, "attributed", arguments).await;
        assert_eq!((result.is_error, texts(&result)), (Some(false), vec![text]));
    }
    assert_eq!(texts(&call(&client, "renamed", json!({"in": true, "other": 1})).await), ["true Some(1)"]);
    for (arguments, why) in
        [(json!({"inside": true}), "unknown argument `inside`"), (json!({"other": 1}), "missing field `in`")]
    {
        let result = call(&client, "renamed", arguments).await;
        assert_eq!(result.is_error, Some(true));
        assert!(texts(&result)[0].contains(why), "{result:?}");
    }
}

#[tokio::test]
async fn numbers_without_a_fraction_are_integers() {
    let [client, _] = clients().await;
    for (arguments, sum) in [
        (json!({"n": 5}), "5"),
        (json!({"n": 5.0}), "5"),
        (json!({"n": 1e1}), "10"),
        (json!({"n": 1, "more": [1.0, -2e0]}), "0"),
    ] {
        assert_eq!(texts(&call(&client, "window", arguments).await), [sum]);
    }
    assert_eq!(texts(&call(&client, "windows", json!({"days": 3.0, "weights": [1.0, -2.0]})).await), ["5"]);
    for arguments in [json!({"n": 5.5}), json!({"n": -1.0}), json!({"n": 1e20}), json!({"n": 1, "more": [0.5]})] {
        let result = call(&client, "window", arguments).await;
        assert_eq!(result.is_error, Some(true), "{result:?}");
    }
}

#[tokio::test]
async fn a_number_that_json_does_not_have_is_an_error_that_names_the_field() {
    let [client, _] = clients().await;
    let recording = Recording::start();
    for (tool, arguments, text) in [
        ("report", json!({"close": 1.0}), "the field `ratio` of the result is NaN, which is no number in JSON"),
        ("report", json!({"ratio": 1.0}), "the field `days.1.close` of the result is inf, which is no number in JSON"),
        ("number", json!({"zero": -0.0}), "the result is -inf, which is no number in JSON"),
    ] {
        let result = call(&client, tool, arguments).await;
        assert_eq!((result.is_error, texts(&result)), (Some(true), vec![text]));
        assert_eq!(result.structured_content, None);
    }
    let fine = call(&client, "report", json!({"ratio": 1.0, "close": 2.0})).await;
    assert_eq!(fine.structured_content.expect("a report")["best"], Value::Null);
    let count = |status| recording.increase_of(requests_total(Server(Zoo::NAME), Method::ToolsCall, status));
    assert_eq!((count(Status::Success), count(Status::Error)), (1, 3));
}

#[tokio::test]
async fn an_error_is_told_with_its_sources() {
    let [client, _] = clients().await;
    for tool in ["sourced", "boxed"] {
        assert_eq!(texts(&call(&client, tool, json!({})).await), ["cannot read the price: connection refused"]);
    }
    let text = "no report today: cannot read the price: connection refused";
    assert_eq!(texts(&call(&client, "with_context", json!({})).await), [text]);
}

#[tokio::test]
async fn the_code_of_an_error_is_beside_the_schema_for_older_clients() {
    let [new, older] = clients().await;
    let coded = json!({"code": "closed", "message": "the shop is closed"});
    for (tool, is_object) in [("coded", true), ("coded_list", false)] {
        let result = call(&new, tool, json!({})).await;
        assert_eq!((result.is_error, result.structured_content.as_ref()), (Some(true), Some(&coded)), "{tool}");
        assert_eq!(result.meta, None);
        let result = call(&older, tool, json!({})).await;
        let in_meta = result.meta.map(|meta| Value::Object(meta.0));
        let structured = (!is_object).then_some(coded.clone());
        assert_eq!((result.is_error, result.structured_content), (Some(true), structured), "{tool}");
        assert_eq!(in_meta, is_object.then(|| json!({"cryptofunk-metrics/error": coded})), "{tool}");
    }
}

#[tokio::test]
async fn schemas_are_what_model_providers_take() {
    let [client, _] = clients().await;
    let tools = client.list_all_tools().await.expect("a list");
    let tool = tools.iter().find(|tool| tool.name == "weigh").expect("it is listed");
    assert_eq!(
        tool.input_schema["$defs"]["Weighing"],
        json!({
            "description": "How to weigh.\n\n- `linear`: By distance.\n- `none`: Not at all.",
            "type": "string",
            "enum": ["square", "cube", "linear", "none"],
        })
    );
    assert_eq!(texts(&call(&client, "weigh", json!({"weighing": "linear"})).await), ["Linear"]);
    assert_eq!(tool.input_schema["properties"]["anything"], json!({"type": ["array", "null"], "items": {}}));
    // Objects to choose from stay as they are.
    assert!(tool.input_schema["$defs"]["Shape"]["oneOf"].is_array());
}

#[tokio::test]
async fn schemas_have_what_clients_take_and_nothing_that_they_warn_of() {
    let [client, _] = clients().await;
    for tool in client.list_all_tools().await.expect("a list") {
        let schemas = [Some(&tool.input_schema), tool.output_schema.as_ref()];
        for schema in schemas.into_iter().flatten() {
            let text = serde_json::to_string(schema).expect("JSON");
            assert!(!text.contains("\"format\""), "{}: {text}", tool.name);
        }
        assert!(tool.input_schema["properties"].is_object(), "{}", tool.name);
    }
}
