//! How components tell each other what happens: signals and heartbeats of agents, decisions and rounds of the orchestrator.
//!
//! With `NATS_URL` the messages go over NATS; otherwise the orchestrator itself passes them on, over HTTP on its own port, for
//! those who have the token of [`access`](crate::access). What NATS lets through, its own accounts say.
//!
//! A message carries the trace that it is sent in, and who hears it goes on with that: a vote is one trace over all components.

mod connect;
mod loopback;
pub(crate) mod message;
mod nats;
mod send;
mod transport;

pub(crate) use connect::of_agent;
pub(crate) use loopback::{Hub, Loopback};
pub(crate) use nats::Nats;
pub(crate) use send::{received, send};
pub(crate) use transport::{Bus, BusError};

pub(crate) use crate::domain::nats::Subject;
