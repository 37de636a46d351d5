//! Whether the component can do its work.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use serde::Serialize;

use cryptofunk_metrics_catalog::descriptor::ComponentDescriptor;

use crate::{
    any_result::AnyResult,
    cell::IntGauge,
    conventions::component::{Component, ComponentFamilies, Version},
    registry,
};

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether one thing that a component needs is there.
#[doc(hidden)]
pub struct HealthCheck {
    name: &'static str,
    run: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl HealthCheck {
    /// A method of a component.
    pub fn new<C, R, Fut>(name: &'static str, component: &Arc<C>, check: fn(Arc<C>) -> Fut) -> Self
    where
        C: Send + Sync + 'static,
        R: AnyResult<Ok = (), Err: fmt::Display>,
        Fut: Future<Output = R> + Send + 'static,
    {
        let component = Arc::clone(component);
        HealthCheck::of(name, move || {
            let result = check(Arc::clone(&component));
            async move { result.await.as_result().copied().map_err(ToString::to_string) }
        })
    }

    /// Anything.
    pub(crate) fn of<F, Fut>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        HealthCheck { name, run: Box::new(move || Box::pin(check())) }
    }
}

pub(super) struct Health {
    component: ComponentDescriptor,
    version: &'static str,
    started: Instant,
    healthy: Option<IntGauge>,
    checks: Vec<HealthCheck>,
}

/// What `/health` answers.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    status: Status,
    timestamp: String,
    pub(super) version: &'static str,
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
    pub(super) fn new(component: ComponentDescriptor, version: &'static str, families: ComponentFamilies) -> Self {
        let started = Instant::now();
        let label = Component(component.name);
        if let Some(family) = families.build_info {
            family(label, Version(version)).set(1);
        }
        if let Some(family) = families.component_uptime_seconds {
            let uptime = family(label);
            registry::before_scrape(move || uptime.set(started.elapsed().as_secs_f64()));
        }
        let healthy = families.component_healthy.map(|family| family(label));
        healthy.inspect(|healthy| healthy.set(1));
        Health { component, version, started, healthy, checks: Vec::new() }
    }

    pub(super) fn add(&mut self, check: HealthCheck) {
        self.checks.push(check);
    }

    /// Runs all checks and sets the component's health gauge.
    pub(super) async fn update(&self) -> Report {
        let checks = join_all(self.checks.iter().map(|check| async move {
            let result = AssertUnwindSafe(tokio::time::timeout(PATIENCE, (check.run)())).catch_unwind();
            let error = match result.await {
                Ok(Ok(result)) => result.err(),
                Ok(Err(_)) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
                Err(_) => Some("the check panicked; the component's log says more".to_owned()),
            };
            (check.name, CheckReport { status: Status::of(error.is_none()), error })
        }));
        let checks: BTreeMap<_, _> = checks.await.into_iter().collect();
        let healthy = checks.values().all(|check| check.status == Status::Healthy);
        self.healthy.inspect(|gauge| gauge.set(healthy.into()));
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

    pub(super) fn uptime(&self) -> Duration {
        Duration::from_secs(self.uptime_seconds)
    }

    /// The checks that fail, and why.
    pub(super) fn failed(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.checks.iter().filter_map(|(name, check)| Some((*name, check.error.as_deref()?)))
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks: Vec<&str> = self.checks.iter().map(|check| check.name).collect();
        f.debug_struct("Health").field("component", &self.component).field("checks", &checks).finish_non_exhaustive()
    }
}

pub(super) async fn answer(State(health): State<Arc<Health>>) -> Response {
    let report = health.update().await;
    let status = if report.is_healthy() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // axum's own `Json` would bring a reader of JSON, which takes half a second to compile.
    match serde_json::to_vec(&report) {
        Ok(body) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
