//! Whether the database is in order: whether it takes a write, is still the one that was opened, and what last failed.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{AnyConnection, Connection, sqlite::SqliteConnectOptions};

use super::{error::OrderError, rows::StoreError};

/// A failure that nothing has contradicted is told for this long.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The file of an SQLite database, and which one it is.
///
/// SQLite goes on writing into a file that was deleted, and all of it is gone with the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    path: PathBuf,
    identity: (u64, u64),
}

impl File {
    /// The file of this database, if it has one.
    pub(super) fn of(url: &str) -> Result<Option<Self>, sqlx::Error> {
        if !url.starts_with("sqlite:") || url.contains(":memory:") {
            return Ok(None);
        }
        let path = SqliteConnectOptions::from_str(url)?.get_filename().to_owned();
        let identity = identity(&path).map_err(sqlx::Error::Io)?;
        Ok(Some(File { path, identity }))
    }

    /// Refuses to go on without the file.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            _ => Err(StoreError::Gone(self.path.display().to_string())),
        }
    }

    /// Reads from the file as a process would that opens it now: connections that are open may live on what they remember.
    pub(super) async fn read(&self, url: &str) -> Result<(), StoreError> {
        let mut connection = AnyConnection::connect(url).await?;
        for table in ["sessions", "orders", "trades", "positions", "portfolio_values"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table} LIMIT 1")))
                .fetch_optional(&mut connection)
                .await?;
        }
        Ok(connection.close().await?)
    }
}

#[cfg(unix)]
fn identity(path: &std::path::Path) -> std::io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &std::path::Path) -> std::io::Result<(u64, u64)> {
    fs::metadata(path).map(|_| (0, 0))
}

/// What the database is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    Orders,
    Sessions,
    Questions,
    Watching,
}

/// What has failed for the database's sake, and has not succeeded since.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<BTreeMap<Work, (Instant, String)>>);

impl Failures {
    pub(super) fn note<T>(&self, work: Work, result: &Result<T, OrderError>) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(_) => drop(failures.remove(&work)),
            Err(OrderError::Store(error)) if error.is_told_by_the_database() => {
                failures.insert(work, (Instant::now(), error.to_string()));
            }
            Err(_) => {}
        }
    }

    /// The failure that was last, if it is not long ago.
    pub(super) fn last(&self) -> Option<String> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = failures.values().max_by_key(|(at, _)| *at)?;
        (last.0.elapsed() < REMEMBERED).then(|| last.1.clone())
    }
}
