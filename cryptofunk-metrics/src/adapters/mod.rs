//! Databases, Redis, NATS, axum and the tokio runtime, measured: one module and one feature each.
//!
//! Each adapter records into families of yours, with your names and labels; without them, it records into these:
//!
//! | feature | module | families |
//! |---|---|---|
//! | `sqlx` | `sqlx` | `cryptofunk_database_connections_active`, `_idle`, `_max` |
//! | `redis` | `redis` | `cryptofunk_redis_connections_active` |
//! | `nats` | `nats` | none: the subjects are yours |
//! | `http` | `http` | `cryptofunk_http_requests_total`, `cryptofunk_http_request_duration_seconds` |
//! | `tokio` | `tokio` | `tokio_workers`, `tokio_alive_tasks`, … |
//!
//! `process_*` (memory, processor time, file descriptors) comes with the exposition, and the exporter sets `build_info`,
//! `component_uptime_seconds` and `component_healthy` in the namespace of the component's families; neither needs a feature.

#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "nats")]
pub mod nats;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "sqlx")]
pub mod sqlx;
#[cfg(feature = "tokio")]
pub mod tokio;
