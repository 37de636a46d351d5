#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]

use ::cryptofunk_metrics::{
    Agent, Component, Label, McpServer, agent,
    agent::{AgentSignal, LlmUsage, TimedOut},
    component, mcp_server, metrics,
};
use ::std::{
    assert_eq,
    clone::Clone,
    convert::From,
    iter::Iterator,
    marker::Copy,
    prelude::rust_2024::derive,
    result::Result::{self, Err, Ok},
    string::String,
};

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300, title = "Server")]
impl Server {
    /// Adds.
    #[mcp_tool(timeout = "1s", read_only, title = "Add")]
    async fn add(&self, #[default(1)] a: i64, #[default] c: u8, b: ::std::option::Option<i64>) -> Result<i64, String> {
        let _ = (b, c);
        Ok(a)
    }

    /// Without a result.
    #[mcp_tool]
    fn nothing(&self) {}

    #[health_check]
    async fn check(&self) -> Result<(), String> {
        Err(String::new())
    }

    #[mcp_handler]
    fn get_info(&self) -> ::cryptofunk_metrics::mcp::rmcp::model::ServerConfig {
        self.default_info()
    }
}

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label)]
#[label(fixed)]
struct Place(&'static ::std::primitive::str);

#[derive(Label)]
#[label(open, limit = 4)]
struct Symbol(String);

#[metrics(namespace = "prelude", convention = ["agent", "llm", "component"])]
#[convention(signal = Side)]
mod families {
    use super::{Place, Side, Symbol};

    /// Orders.
    pub fn orders_total(side: Side, place: Place) -> Counter;
    /// Symbols.
    pub fn symbols(symbol: Symbol) -> Gauge;
    /// Latency.
    #[metric(buckets = [0.1, 1.0])]
    pub fn latency_seconds(side: Side) -> Histogram;
}

struct Advice;

impl AgentSignal for Advice {
    type Kind = Side;
    fn kind(&self) -> Side {
        if self.confidence() > 0.5 { Side::Buy } else { Side::Sell }
    }
    fn confidence(&self) -> f64 {
        1.0
    }
}

impl LlmUsage for Advice {
    fn prompt_tokens(&self) -> u64 {
        0
    }
    fn completion_tokens(&self) -> u64 {
        0
    }
}

struct Late;

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Late
    }
}

struct Adviser;

/// Advises.
#[agent(name = "adviser", port = 9301, families = families)]
impl Adviser {
    #[analysis(timeout = "1s")]
    async fn advise(&self) -> Result<Advice, Late> {
        self.ask().await
    }

    #[llm_call(provider = "local", timeout = "1s")]
    async fn ask(&self) -> Result<Advice, Late> {
        Ok(Advice)
    }
}

struct Shop;

/// Sells.
#[component(name = "shop", port = 9302)]
impl Shop {
    #[health_check]
    fn open(&self) -> Result<(), String> {
        Ok(())
    }
}

pub fn main() {
    families::orders_total(Side::Buy, Place("here")).inc();
    families::symbols(Symbol(String::new())).set(1.0);
    families::latency_seconds(Side::Sell).observe(0.5);
    assert_eq!(<[_]>::len(Server::TOOLS), 2);
    assert_eq!((Shop::NAME, Adviser::NAME), ("shop", "adviser"));
    assert_eq!(<[_]>::iter(Adviser::PROVIDERS).count(), 1);
    ::std::mem::drop((Server.check(), Adviser.advise(), Shop.open()));
    let _ = Server.serve();
}
