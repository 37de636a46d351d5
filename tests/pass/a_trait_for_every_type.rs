//! An extension trait for everything, as itertools-like crates have, with the names of every method that generated code could call.
#![deny(warnings)]
#![allow(dead_code)]

use cryptofunk_metrics::{
    Component, Label, McpServer, agent,
    agent::{AgentSignal, LlmUsage},
    component, mcp_server, metrics,
};

macro_rules! methods {
    ($($name:ident)*) => {
        trait Pipe: Sized {
            $(fn $name<T>(self, t: T) -> T { t })*
        }
    };
}

methods! {
    all argument as_ref build check clone default describe expose finish get_or_init into is_empty iter len map new object of optional part pick
    pick_error push register required result run schema server show split start take take_or timeout value
}

impl<T> Pipe for T {}

trait ByReference {
    fn pick(&self) -> u8 {
        0
    }
    fn kind(&self) -> u8 {
        0
    }
}

impl<T> ByReference for T {}

struct Server;

/// Serves.
#[mcp_server(name = "server", port = 9300)]
impl Server {
    /// A default and a list.
    #[mcp_tool(timeout = "1s")]
    async fn price(&self, #[default(3)] symbol: u32) -> Vec<u32> {
        vec![symbol]
    }

    /// An error.
    #[mcp_tool]
    async fn fails(&self, text: String) -> Result<f64, anyhow::Error> {
        Err(anyhow::anyhow!(text))
    }

    #[health_check]
    async fn healthy(&self) -> Result<(), String> {
        Ok(())
    }
}

#[derive(Label, Clone, Copy)]
enum Side {
    Buy,
    Sell,
}

#[derive(Label)]
#[label(open, limit = 4)]
struct Symbol(String);

#[metrics(namespace = "every", convention = ["agent", "llm"])]
#[convention(signal = Side)]
mod families {
    use super::*;

    /// Orders.
    pub fn orders_total(side: Side, symbol: Symbol) -> Counter;
}

struct Advice;

impl AgentSignal for Advice {
    type Kind = Side;
    fn kind(&self) -> Side {
        Side::Buy
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

struct Adviser;

/// Advises.
#[agent(name = "adviser", port = 9301, families = families)]
impl Adviser {
    #[analysis]
    async fn advise(&self) -> Result<Advice, String> {
        self.ask().await
    }

    #[llm_call(provider = "local")]
    async fn ask(&self) -> Result<Advice, String> {
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
    families::orders_total(Side::Sell, Symbol("a".to_owned())).inc();
    let _ = (Server::NAME, Adviser::NAME, Shop::NAME);
    let _ = McpServer::serve(Server);
}
