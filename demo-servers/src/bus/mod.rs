//! How components tell each other what happens: signals and heartbeats of agents, decisions and rounds of the orchestrator.
//!
//! With `NATS_URL` the messages go over NATS; otherwise the orchestrator itself passes them on, over HTTP on its own port.

mod connect;
mod loopback;
pub mod message;
mod nats;
mod transport;

pub use connect::{nats_url, of_agent};
pub use loopback::{Hub, Loopback};
pub use nats::Nats;
pub use transport::{Bus, BusError};

pub use crate::domain::nats::Subject;
