//! Every tool of every MCP server, called with arguments that its own schema allows: numbers from the whole range of doubles, and
//! texts of any kind. Whatever they are, a tool answers or refuses; it neither fails nor reaches a number that is not finite.

use std::time::{Duration, SystemTime};

use cryptofunk_metrics::{
    Component, McpServer,
    agent::McpClient,
    mcp::HttpSettings,
    testing::{call, value_of},
};
use proptest::{
    collection::vec,
    num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO},
    prelude::*,
    test_runner::TestRunner,
};
use serde_json::{Map, Value, json};

use crate::{
    access::Caller,
    domain::{
        risk::{Confidence, var_value_usd},
        trading::{Side, current_drawdown, portfolio_value_usd, sharpe_ratio, total_pnl, win_rate},
    },
    market_data::MarketData,
    order_executor::OrderExecutor,
    risk_analyzer::RiskAnalyzer,
    settings::Market,
    technical_indicators::TechnicalIndicators,
};

/// The longest list that is tried; calculations need some values before they say anything.
const LONGEST: usize = 90;

/// Any double that JSON has, now near the edges and now where people live.
fn number() -> impl Strategy<Value = f64> {
    let edges = [0.0, -0.0, 1.0, 0.5, 0.95, 0.99, 5e-324, 1e-308, 1e-160, 1e-14, 1e154, 1e200, f64::MAX, f64::MIN];
    prop_oneof![
        2 => prop::sample::select(edges.to_vec()),
        2 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
        1 => POSITIVE | NORMAL,
        2 => 0.0..2.0f64,
        2 => 0.01..1e6f64,
    ]
}

/// A list of numbers: of any, of prices of any size, of prices of one size, or of returns.
fn list(length: usize) -> BoxedStrategy<Value> {
    let of = |values: BoxedStrategy<f64>| vec(values, length).prop_map(|values| json!(values));
    prop_oneof![
        of(number().boxed()),
        of((POSITIVE | NORMAL | SUBNORMAL).boxed()),
        of((POSITIVE | NORMAL).prop_map(|value| value.clamp(1e300, f64::MAX)).boxed()),
        of((0.01..1e6f64).boxed()),
        of((-0.9..0.9f64).boxed()),
        // A single giant in a row of dwarfs.
        (0..length.max(1), number()).prop_map(move |(at, giant)| {
            let values: Vec<f64> =
                (0..length).map(|index| if index == at { giant } else { 1.0 + index as f64 }).collect();
            json!(values)
        }),
    ]
    .boxed()
}

/// A whole number, often one that can be meant.
fn whole() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => (0..40u64).prop_map(|value| json!(value)),
        1 => any::<u64>().prop_map(|value| json!(value)),
        1 => any::<i64>().prop_map(|value| json!(value)),
        1 => number().prop_map(|value| json!(value)),
    ]
    .boxed()
}

/// A text, often one that the argument of this name can have.
fn text(name: &str) -> BoxedStrategy<Value> {
    let texts = |known: &[&str]| known.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let known = match name {
        "symbol" => texts(&["BTC-USD", "ETH-USD", "SOL-USD", "DOGE-USD"]),
        "order_id" => (0..100).map(|number| format!("o-{number}")).collect(),
        _ => texts(&["s", "t", ""]),
    };
    prop_oneof![
        6 => prop::sample::select(known).prop_map(|text| json!(text)),
        1 => any::<String>().prop_map(|text| json!(text)),
    ]
    .boxed()
}

/// A value of the argument of this name, of this schema. `root` has the definitions that it refers to.
fn value(name: &str, schema: &Value, root: &Value, length: usize) -> BoxedStrategy<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        return value(name, target, root, length);
    }
    if let Some(word) = schema.get("const") {
        return Just(word.clone()).boxed();
    }
    if let Some(words) = schema["enum"].as_array() {
        return prop::sample::select(words.clone()).boxed();
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let choices: Vec<_> = choices.iter().map(|choice| value(name, choice, root, length)).collect();
        return proptest::strategy::Union::new(choices).boxed();
    }
    if let Some(kinds) = schema["type"].as_array() {
        let choices: Vec<_> = kinds.iter().map(|kind| value(name, &json!({ "type": kind }), root, length)).collect();
        return proptest::strategy::Union::new(choices).boxed();
    }
    match schema["type"].as_str() {
        Some("number") => number().prop_map(|value| json!(value)).boxed(),
        Some("integer") => whole(),
        Some("boolean") => any::<bool>().prop_map(|value| json!(value)).boxed(),
        Some("null") => Just(Value::Null).boxed(),
        Some("string") => text(name),
        Some("array") if schema["items"]["type"] == "number" => list(length),
        Some("array") => {
            vec(value(name, &schema["items"], root, length), 0..4).prop_map(|values| json!(values)).boxed()
        }
        Some("object") => object(schema, root, length),
        other => panic!("the schema has a type that this test does not know: {other:?}"),
    }
}

/// An object with everything that is required, and perhaps the rest.
fn object(schema: &Value, root: &Value, length: usize) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let fields: Vec<_> = properties
        .iter()
        .map(|(name, schema)| {
            let (name, value) = (name.clone(), value(name, schema, root, length));
            let there = if required.contains(&name.as_str()) { Just(true).boxed() } else { any::<bool>().boxed() };
            (Just(name), there, value)
        })
        .collect();
    fields
        .prop_map(|fields| {
            let there = fields.into_iter().filter(|(_, there, _)| *there);
            Value::Object(there.map(|(name, _, value)| (name, value)).collect::<Map<_, _>>())
        })
        .boxed()
}

/// Bars whose prices fit each other are rare among random ones.
fn sort_bars(arguments: &mut Value) {
    let bar = |arguments: &Value, name: &str, at: usize| arguments[name][at].as_f64();
    for at in 0..LONGEST {
        let prices = ["low", "close", "high"].map(|name| bar(arguments, name, at));
        let [Some(a), Some(b), Some(c)] = prices else { return };
        let mut sorted = [a, b, c];
        sorted.sort_by(f64::total_cmp);
        for (name, price) in ["low", "close", "high"].into_iter().zip(sorted) {
            arguments[name][at] = json!(price);
        }
    }
}

/// Calls every tool of the server so many times.
fn try_all<S: McpServer>(runtime: &tokio::runtime::Runtime, server: &S, cases: u32) {
    for tool in S::TOOLS {
        let described = server.get_tool(tool.name).expect("a tool has a schema");
        let schema = Value::Object((*described.input_schema).clone());
        let lengths = prop_oneof![1 => 0..3usize, 3 => 3..LONGEST];
        let arguments = (lengths, any::<bool>()).prop_flat_map(move |(length, fitting)| {
            object(&schema, &schema, length).prop_map(move |mut arguments| {
                if fitting {
                    sort_bars(&mut arguments);
                }
                arguments
            })
        });
        let answered = std::cell::Cell::new(0);
        let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
        let result = TestRunner::new(config).run(&arguments, |arguments| {
            let result = runtime.block_on(call(server, tool.name, arguments));
            let result = result.map_err(|error| TestCaseError::fail(format!("{}: {error}", tool.name)))?;
            let text = format!("{:?}", result.content);
            for sign in ["no number in JSON", "failed inside the server"] {
                prop_assert!(!text.contains(sign), "{}: {text}", tool.name);
            }
            prop_assert!(text.len() < 1_000 || result.is_error != Some(true), "{}: {text}", tool.name);
            answered.set(answered.get() + u32::from(result.is_error != Some(true)));
            for level in [Confidence::P95, Confidence::P99] {
                prop_assert!(value_of(var_value_usd(level)).is_finite(), "{}", tool.name);
            }
            let gauges = [portfolio_value_usd(), total_pnl(), win_rate(), sharpe_ratio(), current_drawdown()];
            prop_assert!(gauges.into_iter().all(|gauge| value_of(gauge).is_finite()), "{}", tool.name);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{}: {error}", tool.name));
        assert!(answered.get() > cases / 100, "{} has refused nearly everything: {}", tool.name, answered.get());
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn market() -> MarketData {
    MarketData::new(Market { seed: 7, epoch: Some(SystemTime::now()), tick: Duration::from_secs(3_600) })
}

#[test]
fn technical_indicators() {
    try_all(&runtime(), &TechnicalIndicators, 500);
}

#[test]
fn risk_analyzer() {
    try_all(&runtime(), &RiskAnalyzer, 500);
}

#[test]
fn market_data() {
    try_all(&runtime(), &market(), 200);
}

#[test]
fn order_executor() {
    let runtime = runtime();
    let folder = tempfile::tempdir().expect("a folder");
    let executor = runtime.block_on(async {
        let bound = market().bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
        let client = McpClient::new(MarketData::NAME, format!("http://{}/mcp", bound.local_addr()));
        tokio::spawn(bound.run_until(std::future::pending()));
        let database = format!("sqlite://{}/trades.db", folder.path().display());
        let executor = OrderExecutor::open(&database, client).await.expect("a database");
        executor.start_session(Caller::Host, "s".to_owned(), String::new(), 100_000.0, false).await.expect("a session");
        // Something to cancel.
        for number in 0..40 {
            let id = format!("o-{number}");
            executor
                .place_limit_order(Caller::Host, id, "BTC-USD".to_owned(), Side::Buy, 0.1, 1.0)
                .await
                .expect("it rests");
        }
        executor
    });
    try_all(&runtime, &executor, 60);
}
