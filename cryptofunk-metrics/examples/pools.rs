//! Two connection pools of one process, told apart by a label:
//!
//! ```sh
//! cargo run -p cryptofunk-metrics --example pools --features sqlx
//! ```
//!
//! It prints the connections of both pools, as `/metrics` would answer them.

use cryptofunk_metrics::{
    Label,
    adapters::sqlx::{Connections, watch_as},
    encode_text, metrics,
};
use sqlx::any::AnyPoolOptions;

#[derive(Label, Clone, Copy)]
enum Pool {
    Orders,
    Users,
}

#[metrics(namespace = "shop", subsystem = "database")]
mod database {
    use super::Pool;

    /// Connections in use.
    pub fn connections_active(pool: Pool) -> IntGauge;
    /// Connections that wait for use.
    pub fn connections_idle(pool: Pool) -> IntGauge;
    /// Connections that the pool may open.
    pub fn connections_max(pool: Pool) -> IntGauge;
}

fn connections(pool: Pool) -> Connections {
    Connections {
        active: database::connections_active(pool),
        idle: database::connections_idle(pool),
        max: database::connections_max(pool),
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    sqlx::any::install_default_drivers();
    let orders = AnyPoolOptions::new().max_connections(5).connect("sqlite::memory:").await?;
    let users = AnyPoolOptions::new().max_connections(2).connect("sqlite::memory:").await?;
    watch_as(&orders, connections(Pool::Orders));
    watch_as(&users, connections(Pool::Users));

    let _in_use = users.acquire().await?;
    print!("{}", encode_text());
    Ok(())
}
