//! A stranger's system under its own names: three processes, a client, and what `/metrics` says of both.

mod agent;
mod calls;
mod client;
mod exposition;
#[cfg(any(not(feature = "otel"), feature = "both"))]
mod guide;
mod https;
mod names;
#[cfg(any(feature = "otel", feature = "both"))]
mod otel;
mod process;
mod service;
mod tools;
