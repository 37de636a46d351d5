//! Connections to Redis.

use redis::{Cmd, Pipeline, RedisFuture, Value, aio::ConnectionLike};

use crate::{catalog::redis::redis_connections_active, cell::IntGauge};

/// A connection that counts as active while Redis answers on it. Once it is lost, it does not count until Redis answers again.
///
/// It is a connection itself: wrap any asynchronous one, such as a `ConnectionManager`, and use it with the crate's commands.
///
/// ```no_run
/// use cryptofunk_metrics::adapters::redis::Watched;
/// use redis::AsyncCommands;
///
/// # async fn start() -> redis::RedisResult<()> {
/// let client = redis::Client::open("redis://127.0.0.1/")?;
/// let mut connection = Watched::new(client.get_connection_manager().await?);
/// let _: () = connection.set("answer", 42).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Watched<C> {
    connection: C,
    gauge: IntGauge,
    active: bool,
}

impl<C> Watched<C> {
    /// Watches a connection that is open, in `cryptofunk_redis_connections_active`.
    pub fn new(connection: C) -> Self {
        Watched::with_gauge(connection, redis_connections_active())
    }

    /// Watches a connection that is open, in a gauge of your own.
    ///
    /// ```no_run
    /// use cryptofunk_metrics::{Label, adapters::redis::Watched, metrics};
    ///
    /// #[derive(Label, Clone, Copy)]
    /// enum Store { Cache, Sessions }
    ///
    /// #[metrics(namespace = "shop", subsystem = "redis")]
    /// mod redis_families {
    ///     /// Active Redis connections.
    ///     pub fn connections_active(store: Store) -> IntGauge;
    /// }
    ///
    /// # async fn start(cache: redis::Client, sessions: redis::Client) -> redis::RedisResult<()> {
    /// let active = redis_families::connections_active;
    /// let cache = Watched::with_gauge(cache.get_connection_manager().await?, active(Store::Cache));
    /// let sessions = Watched::with_gauge(sessions.get_connection_manager().await?, active(Store::Sessions));
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub fn with_gauge(connection: C, gauge: IntGauge) -> Self {
        gauge.inc();
        Watched { connection, gauge, active: true }
    }

    fn saw<T>(&mut self, result: &redis::RedisResult<T>) {
        let active = match result {
            Ok(_) => true,
            Err(error) => !(error.is_io_error() || error.is_connection_dropped() || error.is_timeout()),
        };
        match (self.active, active) {
            (true, false) => self.gauge.dec(),
            (false, true) => self.gauge.inc(),
            _ => {}
        }
        self.active = active;
    }
}

impl<C> Drop for Watched<C> {
    fn drop(&mut self) {
        if self.active {
            self.gauge.dec();
        }
    }
}

impl<C: ConnectionLike + Send> ConnectionLike for Watched<C> {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let result = self.connection.req_packed_command(cmd).await;
            self.saw(&result);
            result
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            let result = self.connection.req_packed_commands(cmd, offset, count).await;
            self.saw(&result);
            result
        })
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }
}
