//! An MCP server whose tools return every kind of result, and take every kind of argument.

use std::{collections::BTreeMap, error::Error, fmt, sync::Arc};

use cryptofunk_metrics::{
    McpServer,
    mcp::{
        ToolErrorCode,
        rmcp::{
            ErrorData,
            handler::server::wrapper::{Json, Parameters},
            model::{
                AudioContent, CallToolResult, ContentBlock, EmbeddedResource, ImageContent, Resource, ResourceContents,
                TextContent,
            },
        },
    },
    mcp_server,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
enum Side {
    /// Buys.
    Buy,
    /// Sells.
    Sell,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Symbol(String);

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Answer {
    Text(String),
    Price { price: f64 },
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Event {
    Opened { at: u64 },
    Closed,
}

#[derive(Serialize, JsonSchema)]
struct Report {
    /// A share of the whole.
    ratio: f64,
    best: Option<f64>,
    count: u64,
    side: Side,
    days: Vec<Day>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Day {
    close: f32,
}

#[derive(Serialize, JsonSchema)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct Tree {
    name: &'static str,
    children: Vec<Tree>,
}

#[derive(Serialize)]
struct Undescribed {
    n: u8,
}

#[derive(Deserialize, JsonSchema)]
struct Window {
    /// How many days.
    days: u32,
    weights: Vec<i8>,
    format: Option<String>,
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

fn failed() -> Failed {
    Failed {
        text: "cannot read the price",
        source: Some(Box::new(Failed { text: "connection refused", source: None })),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("there is no session `{0}`")]
struct UnknownSession(&'static str);

impl ToolErrorCode for UnknownSession {
    fn code(&self) -> &'static str {
        "unknown_session"
    }
}

fn report(ratio: f64) -> Report {
    Report { ratio, best: None, count: 9_007_199_254_740_991, side: Side::Sell, days: vec![Day { close: 1.5 }] }
}

fn resource() -> EmbeddedResource {
    EmbeddedResource::new(ResourceContents::text("a note", "memo://note"))
}

struct Zoo;

/// Returns every kind of result.
#[mcp_server(name = "zoo", port = 9398)]
impl Zoo {
    /// A text.
    #[mcp_tool(title = "Text", read_only)]
    async fn text(&self) -> String {
        "a text, ä and \"quoted\"".to_owned()
    }

    /// A text that is JSON.
    #[mcp_tool]
    async fn json_text(&self) -> Arc<str> {
        "{\"a\": 1}".into()
    }

    /// A borrowed text.
    #[mcp_tool]
    async fn borrowed(&self) -> &'static str {
        "borrowed"
    }

    /// No text.
    #[mcp_tool]
    async fn empty_text(&self) -> String {
        String::new()
    }

    /// A number without a fraction.
    #[mcp_tool]
    async fn integer(&self) -> i64 {
        -42
    }

    /// A number.
    #[mcp_tool]
    async fn number(&self) -> f64 {
        0.1
    }

    /// Yes or no.
    #[mcp_tool]
    async fn flag(&self) -> bool {
        false
    }

    /// Nothing.
    #[mcp_tool]
    async fn unit(&self) {}

    /// Nothing, where something could fail.
    #[mcp_tool]
    async fn fallible_unit(&self) -> Result<(), String> {
        Ok(())
    }

    /// A struct.
    #[mcp_tool]
    async fn report(&self) -> Report {
        report(0.25)
    }

    /// The SDK's wrapper.
    #[mcp_tool]
    async fn wrapped(&self) -> Result<Json<Report>, String> {
        Ok(Json(report(0.25)))
    }

    /// A struct without fields.
    #[mcp_tool]
    async fn empty(&self) -> Nothing {
        Nothing {}
    }

    /// A struct that contains itself.
    #[mcp_tool]
    async fn tree(&self) -> Tree {
        Tree { name: "root", children: vec![Tree { name: "leaf", children: vec![] }] }
    }

    /// A map.
    #[mcp_tool]
    async fn map(&self) -> BTreeMap<String, f64> {
        BTreeMap::from([("BTC".to_owned(), 1.5)])
    }

    /// A list of texts.
    #[mcp_tool]
    async fn texts(&self) -> Vec<String> {
        vec!["a".to_owned(), "b".to_owned()]
    }

    /// A list of structs.
    #[mcp_tool]
    async fn days(&self) -> Vec<Day> {
        vec![Day { close: 1.5 }]
    }

    /// An empty list.
    #[mcp_tool]
    async fn no_days(&self) -> Vec<Day> {
        vec![]
    }

    /// A pair.
    #[mcp_tool]
    async fn pair(&self) -> (u8, String) {
        (1, "one".to_owned())
    }

    /// Perhaps a text.
    #[mcp_tool]
    async fn note(&self, text: Option<String>) -> Option<String> {
        text
    }

    /// Perhaps a number.
    #[mcp_tool]
    async fn count(&self, n: Option<u32>) -> Option<u32> {
        n
    }

    /// Perhaps a struct.
    #[mcp_tool]
    async fn perhaps(&self, close: Option<f32>) -> Option<Day> {
        close.map(|close| Day { close })
    }

    /// An enum that is a text.
    #[mcp_tool]
    async fn side(&self) -> Result<Side, String> {
        Ok(Side::Buy)
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

    /// One object or another.
    #[mcp_tool]
    async fn event(&self, at: Option<u64>) -> Event {
        at.map_or(Event::Closed, |at| Event::Opened { at })
    }

    /// Any JSON.
    #[mcp_tool]
    async fn json(&self, value: Value) -> Value {
        value
    }

    /// A struct without a schema.
    #[mcp_tool]
    async fn undescribed(&self) -> Undescribed {
        Undescribed { n: 7 }
    }

    /// A list without a schema.
    #[mcp_tool]
    async fn opaque(&self) -> impl Serialize + use<> {
        vec![1, 2, 3]
    }

    /// A block of text.
    #[mcp_tool]
    async fn block(&self) -> TextContent {
        TextContent::new("a block")
    }

    /// A picture.
    #[mcp_tool]
    async fn image(&self) -> ImageContent {
        ImageContent::new("aGk=", "image/png")
    }

    /// A sound.
    #[mcp_tool]
    async fn audio(&self) -> AudioContent {
        AudioContent::new("aGk=", "audio/wav")
    }

    /// A resource.
    #[mcp_tool]
    async fn resource(&self) -> EmbeddedResource {
        resource()
    }

    /// A list of blocks.
    #[mcp_tool]
    async fn blocks(&self) -> Vec<ContentBlock> {
        vec![ContentBlock::text("first"), ContentBlock::text("second")]
    }

    /// The SDK's result, with content of every kind.
    #[mcp_tool]
    async fn result(&self) -> CallToolResult {
        CallToolResult::success(vec![
            ContentBlock::text("a text"),
            ContentBlock::image("aGk=", "image/png"),
            ContentBlock::Audio(AudioContent::new("aGk=", "audio/wav")),
            ContentBlock::Resource(resource()),
            ContentBlock::resource_link(Resource::new("memo://note", "note")),
        ])
    }

    /// The SDK's result, with structured content.
    #[mcp_tool]
    async fn structured_result(&self) -> Result<CallToolResult, ErrorData> {
        Ok(CallToolResult::structured(json!({"a": 1})))
    }

    /// The SDK's result, which says that it is an error.
    #[mcp_tool]
    async fn error_result(&self) -> CallToolResult {
        CallToolResult::error(vec![ContentBlock::text("says that it failed")])
    }

    /// Fails with a text.
    #[mcp_tool]
    async fn fails(&self) -> Result<Report, &'static str> {
        Err("it failed")
    }

    /// Fails with a code, where it would return a text.
    #[mcp_tool]
    async fn coded_text(&self) -> Result<String, UnknownSession> {
        Err(UnknownSession("a"))
    }

    /// Fails with a code, where it would return a list.
    #[mcp_tool]
    async fn coded_list(&self) -> Result<Vec<Day>, UnknownSession> {
        Err(UnknownSession("a"))
    }

    /// Fails with a code, where it would return a struct.
    #[mcp_tool]
    async fn coded_report(&self) -> Result<Report, UnknownSession> {
        Err(UnknownSession("a"))
    }

    /// Fails with a source.
    #[mcp_tool]
    async fn sourced(&self) -> Result<Day, Failed> {
        Err(failed())
    }

    /// Fails with context.
    #[mcp_tool]
    async fn with_context(&self) -> anyhow::Result<Report> {
        Err(anyhow::Error::from(failed()).context("no report today"))
    }

    /// Fails as the protocol's errors do.
    #[mcp_tool]
    async fn protocol_error(&self) -> Result<Report, ErrorData> {
        Err(ErrorData::invalid_request("not now", None))
    }

    /// A number that is none.
    #[mcp_tool]
    async fn nan(&self) -> f64 {
        f64::NAN
    }

    /// A field that is none.
    #[mcp_tool]
    async fn nan_field(&self) -> Report {
        report(f64::INFINITY)
    }

    /// Panics.
    #[mcp_tool]
    async fn panics(&self) -> Report {
        panic!("on purpose")
    }

    /// Takes longer than it may.
    #[mcp_tool(timeout = "50ms")]
    async fn slow(&self) -> Report {
        std::future::pending().await
    }

    /// Takes arguments of every kind.
    #[mcp_tool]
    #[allow(clippy::too_many_arguments)]
    async fn takes(
        &self,
        /// A text.
        text: String,
        byte: u8,
        signed: i64,
        ratio: f32,
        flag: bool,
        side: Side,
        symbol: Symbol,
        days: Vec<Day>,
        prices: BTreeMap<String, f64>,
        #[default(20)] period: usize,
        #[schemars(range(min = 0, max = 1))] share: f64,
        perhaps: Option<Side>,
        later: Option<Day>,
        values: Option<Vec<Value>>,
        named: Option<BTreeMap<String, Value>>,
    ) -> String {
        let later = later.map(|day| day.close);
        let symbol = symbol.0;
        let closes: Vec<f32> = days.iter().map(|day| day.close).collect();
        format!(
            "{text} {byte} {signed} {ratio} {flag} {side:?} {symbol} {closes:?} {prices:?} {period} {share} {perhaps:?} {later:?} {values:?} {named:?}"
        )
    }

    /// Takes a struct.
    #[mcp_tool]
    async fn takes_struct(&self, Parameters(window): Parameters<Window>) -> u32 {
        window.days + window.weights.len() as u32 + window.format.map_or(0, |format| format.len() as u32)
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    if std::env::args().any(|argument| argument == "--stdio") {
        return Zoo.serve().await;
    }
    Zoo.serve_http(Zoo::address()?).await
}
