//! Forms that real code has: results that borrow, `Self` and the block's parameters in types, lifetimes, fragments of macros.

#![deny(warnings)]
#![allow(clippy::needless_arbitrary_self_type, reason = "that is one of the forms")]

use std::{borrow::Cow, marker::PhantomData};

use cryptofunk_metrics::{
    Label, McpServer, agent, agent::AgentSignal, catalog::agent::SignalKind, mcp_server, mcp_tools, metrics, testing,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The text of a tool's answer.
async fn answer<S: McpServer>(server: &S, tool: &str, arguments: Value) -> String {
    let result = testing::call(server, tool, arguments).await.expect("an answer");
    result.content[0].as_text().expect("a text").text.clone()
}

#[derive(Serialize, JsonSchema)]
struct View<'a> {
    name: &'a str,
    size: usize,
}

struct City {
    name: String,
    tags: Vec<String>,
}

/// Lends what it has.
#[mcp_server(name = "city", port = 9316)]
impl City {
    const TWO: usize = 2;

    /// A struct that borrows, with a schema.
    #[mcp_tool]
    async fn view(&self) -> View<'_> {
        View { name: &self.name, size: self.tags.len() }
    }

    /// A list of borrowed texts.
    #[mcp_tool]
    async fn tags(&self) -> Vec<&str> {
        self.tags.iter().map(String::as_str).collect()
    }

    /// Perhaps a borrowed text, or an error.
    #[mcp_tool]
    fn first(self: &Self) -> Result<Option<&String>, Cow<'_, str>> {
        Ok(self.tags.first())
    }

    /// A lifetime with a name.
    #[mcp_tool]
    fn longer<'a>(&'a self, than: Cow<'a, str>, or: Option<Cow<'a, str>>) -> bool {
        self.name.len() > than.len().max(or.map_or(0, |or| or.len()))
    }

    /// `Self` in types.
    #[mcp_tool]
    fn near(
        &self,
        point: [f64; Self::TWO],
        key: <Self as Store>::Key,
        #[serde(default)] or: <Self as Store>::Key,
    ) -> String {
        format!("{point:?} {key}{or}")
    }

    /// Has no place in a schema, and is left out there.
    #[mcp_tool]
    fn limit(&self, #[default(f64::INFINITY)] most: f64) -> String {
        most.to_string()
    }

    /// One argument with an attribute among others.
    #[mcp_tool]
    fn weather(&self, city: String, #[serde(rename = "in")] unit: i32, days: Option<i32>) -> String {
        format!("{city} {unit} {days:?}")
    }
}

trait Store {
    type Key;
}

impl Store for City {
    type Key = String;
}

fn city() -> City {
    City { name: "Bremen".to_owned(), tags: vec!["port".to_owned(), "north".to_owned()] }
}

#[tokio::test]
async fn results_may_borrow_and_have_their_schemas() {
    let city = city();
    assert_eq!(answer(&city, "view", json!({})).await, r#"{"name":"Bremen","size":2}"#);
    assert_eq!(answer(&city, "tags", json!({})).await, r#"["port","north"]"#);
    assert_eq!(answer(&city, "first", json!({})).await, "port");
    let tools = City::tools();
    let schema = tools[0].output_schema.as_deref().expect("it is announced");
    assert_eq!(schema["properties"]["name"]["type"], "string");
    assert_eq!((schema["required"].clone(), schema.get("title")), (json!(["name", "size"]), None));
    assert!(tools[1].output_schema.is_some() && tools[2].output_schema.is_some());
}

#[tokio::test]
async fn types_of_arguments_may_name_lifetimes_and_self() {
    let city = city();
    assert_eq!(answer(&city, "longer", json!({ "than": "Rom" })).await, "true");
    assert_eq!(answer(&city, "longer", json!({ "than": "Rom", "or": "Hamburg" })).await, "false");
    assert_eq!(answer(&city, "near", json!({ "point": [1, 2.5], "key": "k" })).await, "[1.0, 2.5] k");
    assert_eq!(answer(&city, "near", json!({ "point": [1, 2.5], "key": "k", "or": "l" })).await, "[1.0, 2.5] kl");
}

#[tokio::test]
async fn a_default_that_json_does_not_have_is_not_shown_and_is_used() {
    assert_eq!(answer(&city(), "limit", json!({})).await, "inf");
    let tools = City::tools();
    let limit = tools.iter().find(|tool| tool.name == "limit").expect("it is listed");
    assert_eq!(limit.input_schema["properties"]["most"], json!({ "type": "number" }));
}

#[tokio::test]
async fn errors_name_the_argument_also_where_one_has_an_attribute() {
    let city = city();
    for (arguments, text) in [
        (
            json!({ "city": "Rom", "in": 1, "day": 3 }),
            "unknown argument `day` (arguments of this tool: city, days, in)",
        ),
        (json!({ "city": "Rom", "in": "C" }), "argument `in`: invalid type: string \"C\", expected i32"),
        (json!({ "city": "Rom" }), "missing field `in`"),
        (json!({ "city": 3, "in": 1 }), "argument `city`: invalid type: integer `3`, expected a string"),
        (json!({ "city": "Rom", "in": 1.5 }), "argument `in`: invalid type: floating point `1.5`, expected i32"),
    ] {
        assert_eq!(answer(&city, "weather", arguments).await, text);
    }
    assert_eq!(answer(&city, "weather", json!({ "city": "Rom", "in": 2.0 })).await, "Rom 2 None");
}

struct Shelf<T>(PhantomData<fn() -> T>);

/// Holds anything.
#[mcp_server(name = "shelf", port = 9317)]
impl<T: DeserializeOwned + Serialize + JsonSchema + Default + Send + Sync + 'static> Shelf<T> {
    /// An attribute on a type that is a parameter of the block.
    #[mcp_tool]
    async fn put(&self, #[serde(default)] thing: T, #[serde(rename = "more")] others: Vec<T>, n: u8) -> String {
        let thing = serde_json::to_string(&thing).expect("JSON");
        format!("{thing} {} {n}", others.len())
    }
}

#[tokio::test]
async fn a_block_with_parameters_has_attributes_too() {
    let shelf = Shelf::<u32>(PhantomData);
    assert_eq!(answer(&shelf, "put", json!({ "more": [1, 2], "n": 3 })).await, "0 2 3");
    assert_eq!(answer(&shelf, "put", json!({ "thing": 7, "more": [], "n": 3 })).await, "7 0 3");
}

struct Twice;

/// Has two arguments of one name.
#[mcp_server(name = "twice", port = 9318)]
impl Twice {
    /// Which is which?
    #[mcp_tool]
    fn which(&self, #[serde(rename = "b")] a: i32, b: i32) -> i32 {
        a + b
    }
}

#[test]
#[should_panic(expected = "the tool `which` has two arguments called `b`")]
fn two_arguments_of_one_name_are_told_before_a_client_meets_them() {
    Twice::tools();
}

struct Verdict<T>(T);

impl<T> AgentSignal for Verdict<T> {
    type Kind = SignalKind;

    fn kind(&self) -> SignalKind {
        SignalKind("fine")
    }

    fn confidence(&self) -> f64 {
        0.3
    }
}

struct Judge;

/// Judges anything.
#[agent(name = "judge", port = 9319)]
impl Judge {
    #[analysis]
    async fn of<T: Send>(&self, thing: T) -> Result<Verdict<T>, String> {
        Ok(Verdict(thing))
    }

    #[analysis]
    async fn hidden(&self) -> Result<impl AgentSignal<Kind = SignalKind> + use<>, String> {
        Ok(Verdict(1))
    }
}

#[tokio::test]
async fn an_analysis_may_have_parameters() {
    assert_eq!(Judge.of("x").await.map(|verdict| verdict.0), Ok("x"));
    assert_eq!(Judge.hidden().await.map(|verdict| verdict.confidence()), Ok(0.3));
}

mod part {
    use super::*;

    #[mcp_tools]
    impl Made {
        /// One.
        #[mcp_tool]
        fn one(&self) -> i32 {
            1
        }
    }
}

struct Made;

const CHECK: &str = "by-constant";

macro_rules! made {
    ($families:path, $part:path, $convention:literal, $limit:literal, $check:expr) => {
        #[metrics(namespace = "made", convention = $convention)]
        mod families {
            /// By a label with a budget.
            pub(super) fn things_total(thing: super::Thing) -> Counter;
        }

        #[derive(Label)]
        #[label(open, limit = $limit)]
        struct Thing(String);

        /// Written by a macro.
        #[mcp_server(name = "made", port = 9320, families = $families, tools = [$part])]
        impl Made {
            #[health_check(name = $check)]
            async fn check(&self) -> Result<(), String> {
                Ok(())
            }
        }
    };
}

made!(families, part, "mcp", 1, CHECK);

#[tokio::test]
async fn fragments_of_macros_are_what_they_stand_for() {
    assert_eq!(answer(&Made, "one", json!({})).await, "1");
    families::things_total(Thing("a".to_owned())).inc();
    families::things_total(Thing("b".to_owned())).inc();
    let exporter = format!("{:?}", cryptofunk_metrics::exporter::Exporter::of(&std::sync::Arc::new(Made)));
    assert!(exporter.contains(CHECK), "{exporter}");
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whole {
    a: u8,
}

struct All;

/// Takes everything at once.
#[mcp_server(name = "all", port = 9321)]
impl All {
    /// As a struct.
    #[mcp_tool]
    fn all(
        &self,
        rmcp::handler::server::wrapper::Parameters(Whole { a }): rmcp::handler::server::wrapper::Parameters<Whole>,
    ) -> u8 {
        a
    }
}

#[tokio::test]
async fn a_struct_of_arguments_says_which_is_wrong() {
    assert_eq!(answer(&All, "all", json!({ "a": 1.0 })).await, "1");
    assert_eq!(answer(&All, "all", json!({ "a": "x" })).await, "argument `a`: invalid type: string \"x\", expected u8");
    let text = answer(&All, "all", json!({ "a": 1.0, "c": 1 })).await;
    assert_eq!(text, "unknown argument `c` (arguments of this tool: a)");
}
