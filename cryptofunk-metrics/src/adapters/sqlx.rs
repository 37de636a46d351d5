//! The connections of an sqlx pool.

use sqlx::{Database, Pool};

use crate::{catalog::database, cell::IntGauge, registry};

/// The gauges of one pool.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// Connections in use.
    pub active: IntGauge,
    /// Connections that wait for use.
    pub idle: IntGauge,
    /// Connections that the pool may open.
    pub max: IntGauge,
}

/// Exposes how many connections of a pool are in use, are idle, and may be opened. The numbers are read before every scrape.
///
/// The families are `cryptofunk_database_connections_active`, `_idle` and `_max`. They have no labels. For several pools, or names of your
/// own, use [`watch_as`].
///
/// ```no_run
/// # async fn start() -> Result<(), sqlx::Error> {
/// let pool = sqlx::any::AnyPoolOptions::new().max_connections(5).connect("sqlite://trades.db").await?;
/// cryptofunk_metrics::adapters::sqlx::watch(&pool);
/// # Ok(())
/// # }
/// ```
pub fn watch<D: Database>(pool: &Pool<D>) {
    let connections = Connections {
        active: database::database_connections_active(),
        idle: database::database_connections_idle(),
        max: database::database_connections_max(),
    };
    watch_as(pool, connections);
}

/// Like [`watch`], with gauges of your own families.
///
/// ```
/// use cryptofunk_metrics::{Label, adapters::sqlx::{Connections, watch_as}, encode_text, metrics};
/// use sqlx::any::AnyPoolOptions;
///
/// #[derive(Label, Clone, Copy)]
/// enum Pool { Orders, Users }
///
/// #[metrics(namespace = "shop", subsystem = "database")]
/// mod database {
///     /// Connections in use.
///     pub fn connections_active(pool: Pool) -> IntGauge;
///     /// Connections that wait for use.
///     pub fn connections_idle(pool: Pool) -> IntGauge;
///     /// Connections that the pool may open.
///     pub fn connections_max(pool: Pool) -> IntGauge;
/// }
///
/// fn connections(pool: Pool) -> Connections {
///     Connections {
///         active: database::connections_active(pool),
///         idle: database::connections_idle(pool),
///         max: database::connections_max(pool),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// # sqlx::any::install_default_drivers();
/// let orders = AnyPoolOptions::new().max_connections(5).connect("sqlite::memory:").await?;
/// let users = AnyPoolOptions::new().max_connections(2).connect("sqlite::memory:").await?;
/// watch_as(&orders, connections(Pool::Orders));
/// watch_as(&users, connections(Pool::Users));
/// assert!(encode_text().contains("shop_database_connections_max{pool=\"users\"} 2\n"));
/// # Ok(())
/// # }
/// ```
pub fn watch_as<D: Database>(pool: &Pool<D>, connections: Connections) {
    connections.max.set(pool.options().get_max_connections().into());
    let pool = pool.clone();
    registry::before_scrape(move || {
        let idle = pool.num_idle() as i64;
        connections.idle.set(idle);
        // The two are read one after the other.
        connections.active.set((i64::from(pool.size()) - idle).max(0));
    });
}
