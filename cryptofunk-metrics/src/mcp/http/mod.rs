//! Streamable HTTP.

mod bind;
mod pending;
mod refused;
mod sessions;
mod settings;

pub use bind::BoundHttp;
pub(super) use bind::bind_http;
pub use settings::HttpSettings;
