//! Answers that were given before, in this process or in Redis.

use std::collections::{HashMap, VecDeque};

use cryptofunk_metrics::adapters::redis::Watched;
use redis::{AsyncCommands, aio::ConnectionManager};
use tokio::sync::Mutex;

/// Answers that are kept in this process.
const KEPT: usize = 1_000;
/// How long Redis keeps an answer.
const SECONDS: u64 = 60;

/// A cache of answers by key. A broken one is an empty one: the market can always be asked again.
#[derive(Debug)]
pub(super) enum Cache {
    Memory(Mutex<Memory>),
    Redis(Box<Redis>),
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    answers: HashMap<String, String>,
    order: VecDeque<String>,
}

pub(super) struct Redis {
    client: redis::Client,
    /// Nothing until Redis has answered for the first time.
    connection: Mutex<Option<Watched<ConnectionManager>>>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

impl Cache {
    pub(super) fn memory() -> Self {
        Cache::Memory(Mutex::default())
    }

    pub(super) fn redis(url: &str) -> redis::RedisResult<Self> {
        let client = redis::Client::open(url)?;
        Ok(Cache::Redis(Box::new(Redis { client, connection: Mutex::default() })))
    }

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        match self {
            Cache::Memory(memory) => memory.lock().await.answers.get(key).cloned(),
            Cache::Redis(redis) => {
                let mut connection = redis.connection.lock().await;
                redis.connected(&mut connection).await.ok()?.get(key).await.ok().flatten()
            }
        }
    }

    pub(super) async fn set(&self, key: String, answer: String) {
        match self {
            Cache::Memory(memory) => memory.lock().await.set(key, answer),
            Cache::Redis(redis) => {
                let mut connection = redis.connection.lock().await;
                if let Ok(connection) = redis.connected(&mut connection).await {
                    let _: redis::RedisResult<()> = connection.set_ex(key, answer, SECONDS).await;
                }
            }
        }
    }

    /// Whether answers can be kept.
    pub(super) async fn check(&self) -> Result<(), String> {
        let Cache::Redis(redis) = self else { return Ok(()) };
        let mut connection = redis.connection.lock().await;
        let connection = redis.connected(&mut connection).await.map_err(|error| format!("Redis: {error}"))?;
        connection.ping::<()>().await.map_err(|error| format!("Redis: {error}"))
    }
}

impl Redis {
    async fn connected<'a>(
        &self,
        connection: &'a mut Option<Watched<ConnectionManager>>,
    ) -> redis::RedisResult<&'a mut Watched<ConnectionManager>> {
        match connection {
            Some(connection) => Ok(connection),
            None => {
                let config = redis::aio::ConnectionManagerConfig::new()
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(std::time::Duration::from_secs(1)))
                    .set_response_timeout(Some(std::time::Duration::from_secs(1)));
                let manager = self.client.get_connection_manager_with_config(config).await?;
                Ok(connection.insert(Watched::new(manager)))
            }
        }
    }
}

impl Memory {
    fn set(&mut self, key: String, answer: String) {
        if self.answers.insert(key.clone(), answer).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.answers.remove(&oldest);
        }
    }
}
