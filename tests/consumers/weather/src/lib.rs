//! A stranger's system: an MCP server `weather`, an agent that sorts support mail, and a service with two databases. All of its names
//! begin with `weather_`.

pub mod monitoring;
pub mod server;
pub mod service;
pub mod support;
