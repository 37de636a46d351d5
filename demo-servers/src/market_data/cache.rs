//! Answers that were given before, in this process or in Redis.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use cryptofunk_metrics::adapters::redis::Watched;
use redis::{AsyncCommands, aio::ConnectionManager};
use tokio::sync::Mutex;

/// Answers that are kept in this process.
const KEPT: usize = 1_000;
/// How long Redis keeps an answer.
const SECONDS: u64 = 60;
/// How long a Redis that has failed is left alone, so that not every answer waits for it.
const REST: Duration = Duration::from_secs(5);

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
    link: Mutex<Link>,
}

#[derive(Default)]
struct Link {
    /// Nothing until Redis has answered for the first time.
    connection: Option<Watched<ConnectionManager>>,
    rests_until: Option<Instant>,
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
        Ok(Cache::Redis(Box::new(Redis { client, link: Mutex::default() })))
    }

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        match self {
            Cache::Memory(memory) => memory.lock().await.answers.get(key).cloned(),
            Cache::Redis(redis) => redis.ask(async |connection| connection.get(key).await).await.flatten(),
        }
    }

    pub(super) async fn set(&self, key: String, answer: String) {
        match self {
            Cache::Memory(memory) => memory.lock().await.set(key, answer),
            Cache::Redis(redis) => {
                redis.ask(async |connection| connection.set_ex::<_, _, ()>(key, answer, SECONDS).await).await;
            }
        }
    }

    /// Whether answers can be kept.
    pub(super) async fn check(&self) -> Result<(), String> {
        let Cache::Redis(redis) = self else { return Ok(()) };
        let mut link = redis.link.lock().await;
        let connection = redis.connected(&mut link.connection).await.map_err(|error| format!("Redis: {error}"))?;
        connection.ping::<()>().await.map_err(|error| format!("Redis: {error}"))
    }
}

impl Redis {
    /// What Redis answers; nothing if it fails, or has done so a moment ago.
    async fn ask<T>(
        &self,
        ask: impl AsyncFnOnce(&mut Watched<ConnectionManager>) -> redis::RedisResult<T>,
    ) -> Option<T> {
        let mut link = self.link.lock().await;
        if link.rests_until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let answer = match self.connected(&mut link.connection).await {
            Ok(connection) => ask(connection).await,
            Err(error) => Err(error),
        };
        link.rests_until = answer.is_err().then(|| Instant::now() + REST);
        answer.ok()
    }

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
