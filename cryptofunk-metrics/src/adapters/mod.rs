//! What applications stand on, measured: one module and one feature each.
//!
//! Each adapter records in families of yours, with your names and labels; where no others are given, it records in these:
//!
//! | feature | module | families |
//! |---|---|---|
//! | `sqlx` | `sqlx` | `cryptofunk_database_connections_active`, `_idle`, `_max` |
//! | `redis` | `redis` | `cryptofunk_redis_connections_active` |
//! | `nats` | `nats` | none: the subjects are yours |
//! | `http` | `http` | `cryptofunk_http_requests_total`, `cryptofunk_http_request_duration_seconds` |
//! | `tokio` | `tokio` | `tokio_workers`, `tokio_alive_tasks`, … |
//!
//! `process_*` (memory, processor time, file descriptors) comes with the exposition, and the exporter sets
//! `cryptofunk_build_info`, `cryptofunk_component_uptime_seconds` and `cryptofunk_component_healthy`; neither needs a feature.

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
