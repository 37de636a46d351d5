//! The connections of an sqlx pool.

use sqlx::{Database, Pool};

use crate::{catalog::system, registry};

/// Exposes how many connections a pool has in use, idle, and at most; they are read before every scrape.
///
/// The families have no labels: a process watches one pool.
///
/// ```no_run
/// # async fn start() -> Result<(), sqlx::Error> {
/// let pool = sqlx::any::AnyPoolOptions::new().max_connections(5).connect("sqlite://trades.db").await?;
/// cryptofunk_metrics::adapters::sqlx::watch(&pool);
/// # Ok(())
/// # }
/// ```
pub fn watch<D: Database>(pool: &Pool<D>) {
    system::database_connections_max().set(pool.options().get_max_connections().into());
    let pool = pool.clone();
    registry::before_scrape(move || {
        let idle = pool.num_idle() as i64;
        system::database_connections_idle().set(idle);
        // The two are read one after the other.
        system::database_connections_active().set((i64::from(pool.size()) - idle).max(0));
    });
}
