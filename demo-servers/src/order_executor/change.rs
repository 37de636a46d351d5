//! A transaction that is committed, or whose connection is closed.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, AnyPool, pool::PoolConnection};

use super::rows::StoreError;

/// A transaction. Unless it is committed, its connection is closed, which undoes all of it.
///
/// The pool's own transactions roll back, and reuse the connection. But after an error SQLite may have rolled back already: then the next
/// transaction of the connection is one within another, and its commit writes nothing.
pub(super) struct Change {
    connection: PoolConnection<Any>,
    committed: bool,
}

impl Change {
    pub(super) async fn begin(pool: &AnyPool) -> Result<Self, StoreError> {
        let mut change = Change { connection: pool.acquire().await?, committed: false };
        sqlx::raw_sql("BEGIN").execute(&mut *change).await?;
        Ok(change)
    }

    /// An answer that is an error has done nothing; without an answer nobody knows.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        match sqlx::raw_sql("COMMIT").execute(&mut *self).await {
            Ok(_) => self.committed = true,
            Err(error @ sqlx::Error::Database(_)) => return Err(StoreError::Database(error)),
            Err(error) => return Err(StoreError::Unconfirmed(error)),
        }
        Ok(())
    }
}

impl Deref for Change {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if !self.committed {
            self.connection.close_on_drop();
        }
    }
}
