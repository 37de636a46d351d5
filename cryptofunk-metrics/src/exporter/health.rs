//! Whether the component can do its work.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::future::{BoxFuture, join_all};
use serde::Serialize;

use crate::{catalog::system, descriptor::ComponentDescriptor, registry};

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

pub(super) struct Health {
    component: ComponentDescriptor,
    version: &'static str,
    started: Instant,
    checks: Vec<(&'static str, Check)>,
}

/// What `/health` answers.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    status: Status,
    timestamp: String,
    version: &'static str,
    pub(super) component: &'static str,
    uptime_seconds: u64,
    checks: BTreeMap<&'static str, CheckReport>,
    #[serde(skip)]
    pub(super) description: &'static str,
}

#[derive(Debug, Serialize)]
struct CheckReport {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Healthy,
    Unhealthy,
}

impl Status {
    fn of(healthy: bool) -> Self {
        if healthy { Status::Healthy } else { Status::Unhealthy }
    }
}

impl Health {
    pub(super) fn new(component: ComponentDescriptor, version: &'static str) -> Self {
        let started = Instant::now();
        let label = system::Component(component.name);
        system::build_info(label, system::Version(version)).set(1);
        system::component_healthy(label).set(1);
        let uptime = system::component_uptime_seconds(label);
        registry::before_scrape(move || uptime.set(started.elapsed().as_secs_f64()));
        Health { component, version, started, checks: Vec::new() }
    }

    pub(super) fn add<F, Fut>(&mut self, name: &'static str, check: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, Box::new(move || Box::pin(check()))));
    }

    /// Runs all checks and sets the component's health gauge.
    pub(super) async fn update(&self) -> Report {
        let checks = join_all(self.checks.iter().map(|(name, check)| async move {
            let error = match tokio::time::timeout(PATIENCE, check()).await {
                Ok(result) => result.err(),
                Err(_) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
            };
            (*name, CheckReport { status: Status::of(error.is_none()), error })
        }));
        let checks: BTreeMap<_, _> = checks.await.into_iter().collect();
        let healthy = checks.values().all(|check| check.status == Status::Healthy);
        system::component_healthy(system::Component(self.component.name)).set(healthy.into());
        Report {
            status: Status::of(healthy),
            timestamp: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            version: self.version,
            component: self.component.name,
            uptime_seconds: self.started.elapsed().as_secs(),
            checks,
            description: self.component.description,
        }
    }
}

impl Report {
    pub(super) fn is_healthy(&self) -> bool {
        self.status == Status::Healthy
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks: Vec<&str> = self.checks.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Health").field("component", &self.component).field("checks", &checks).finish_non_exhaustive()
    }
}

pub(super) async fn answer(State(health): State<Arc<Health>>) -> Response {
    let report = health.update().await;
    let status = if report.is_healthy() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}
