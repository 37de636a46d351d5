//! Blocks that a macro of the user's writes: literals, expressions, types and names that come through it.
#![deny(warnings)]

use std::time::Duration;

use cryptofunk_metrics::{Agent, Component, McpServer, agent, component, mcp::rmcp::handler::server::wrapper::Parameters, mcp_server};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Window {
    days: u32,
}

macro_rules! server {
    (
        $ty:ident, $name:literal, $port:literal, $doc:expr, $tool:ident, $title:literal, $timeout:literal, $only:literal, $arg:ident: $arg_ty:ty = $default:expr,
        $whole:ty, $ret:ty => $value:expr
    ) => {
        struct $ty;
        #[doc = $doc]
        #[mcp_server(name = $name, port = $port, title = $title, version = "1.2.3")]
        impl $ty {
            #[doc = $doc]
            #[mcp_tool(title = $title, timeout = $timeout, read_only = $only)]
            async fn $tool(&self, #[doc = $doc] #[default($default)] $arg: $arg_ty, extra: Option<$arg_ty>) -> $ret {
                let _ = ($arg, extra);
                $value
            }

            #[doc = concat!($doc, " All at once.")]
            #[mcp_tool(name = "whole")]
            async fn whole(&self, Parameters(Window { days }): $whole) -> Result<u32, String> {
                if days == 0 { Err($doc.to_owned()) } else { Ok(days) }
            }

            #[health_check(name = $name)]
            async fn check(&self) -> Result<(), String> {
                Ok(())
            }
        }
    };
}

server!(First, "first", 9300, "Serves.", echo, "Echo", "5s", true, x: u32 = 7, Parameters<Window>, Result<Vec<f64>, String> => Ok(vec![1.0]));
server!(Second, "second", 9301, "Serves too.", count, "Count", "1m", false, y: String = "none", Parameters<Window>, f64 => 2.0);

macro_rules! named {
    ($ty:ident, $name:expr, $port:expr, $within:expr) => {
        struct $ty;
        /// Works.
        #[agent(name = $name, port = $port, healthy_within = $within)]
        impl $ty {}
    };
}

const NAME: &str = "patient";
const PORT: u16 = 9000 + 302;
const MINUTE: Duration = Duration::from_secs(60);
named!(Patient, NAME, PORT, MINUTE);

mod constants {
    pub const PORT: u16 = 9303;
    pub const TITLE: &str = "Constant";
    pub const INSTRUCTIONS: &str = "Ask me.";
    pub const TOOL: &str = "constant.tool";
    pub const LIMIT: &str = "250ms";
}

struct Constant;

/// Constants and what the build knows.
#[mcp_server(
    name = env!("CARGO_PKG_NAME"),
    port = constants::PORT,
    title = constants::TITLE,
    instructions = constants::INSTRUCTIONS,
    version = concat!("1.", "2"),
)]
impl Constant {
    /// With a duration.
    #[mcp_tool(timeout = MINUTE / 2)]
    async fn plain(&self) {}

    /// With a text.
    #[mcp_tool(name = constants::TOOL, title = constants::TITLE, description = concat!("Made ", "up."), timeout = constants::LIMIT)]
    async fn renamed(&self) {}
}

macro_rules! shop {
    ($ty:ty, $name:literal, $port:expr) => {
        /// Sells.
        #[component(name = $name, port = $port)]
        impl $ty {}
    };
}

struct Shop;
shop!(Shop, "shop", 9304);

pub fn main() {
    assert_eq!((First::NAME, First::PORT, First::DESCRIPTION, First::VERSION), ("first", 9300, "Serves.", "1.2.3"));
    assert_eq!((First::TOOLS[0].name, First::TOOLS[1].description), ("echo", "Serves. All at once."));
    let tools = First::__tools();
    assert_eq!(tools[0].input_schema["properties"]["x"]["default"], 7);
    assert_eq!(tools[0].input_schema["properties"]["x"]["description"], "Serves.");
    assert!(tools[0].input_schema.get("required").is_none());
    assert_eq!(tools[0].title.as_deref(), Some("Echo"));
    assert_eq!(Second::__tools()[0].input_schema["properties"]["y"]["default"], "none");
    assert_eq!(First::__info(0).timeout.map(|time| time()), Some(Duration::from_secs(5)));
    assert_eq!((Patient::NAME, Patient::PORT, Patient::HEALTHY_WITHIN), ("patient", 9302, MINUTE));
    assert_eq!((Constant::NAME, Constant::PORT, Constant::VERSION), (env!("CARGO_PKG_NAME"), 9303, "1.2"));
    assert_eq!(Constant::TOOLS[1].name, "constant.tool");
    assert_eq!(Constant::TOOLS[1].description, "Made up.");
    assert_eq!(Constant::__info(0).timeout.map(|time| time()), Some(MINUTE / 2));
    assert_eq!(Constant::__info(1).timeout.map(|time| time()), Some(Duration::from_millis(250)));
    assert_eq!((Shop::NAME, Shop::PORT), ("shop", 9304));
}
