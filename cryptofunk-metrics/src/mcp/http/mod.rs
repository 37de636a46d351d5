//! Streamable HTTP: the SDK's service, and what a server needs around it.

mod admit;
mod auth;
mod bind;
mod bodies;
mod joined;
mod open;
mod pending;
mod refusal;
mod refused;
mod service;
mod sessions;
mod settings;
mod shape;
mod stop;

pub use bind::BoundHttp;
pub(super) use bind::bind_http;
pub use service::McpService;
pub use settings::HttpSettings;
