//! A service with two databases and an HTTP interface.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use cryptofunk_metrics::{
    Label,
    adapters::{
        http::{HttpFamilies, HttpLayer},
        sqlx::{Connections, watch_as},
    },
    component, metrics,
};
use sqlx::{Any, AnyPool, any::AnyPoolOptions, pool::PoolConnection};

/// The databases.
#[derive(Label, Debug, Clone, Copy)]
pub enum Pool {
    Stations,
    Readings,
}

/// A city that somebody asks about. Clients name it.
#[derive(Label, Debug)]
#[label(open, limit = 3)]
pub struct City(pub String);

/// What became of a request.
#[derive(Label, Debug, Clone, Copy)]
pub enum Outcome {
    Answered,
    Refused,
    Failed,
}

impl From<StatusCode> for Outcome {
    fn from(status: StatusCode) -> Self {
        match status.as_u16() {
            500.. => Outcome::Failed,
            400.. => Outcome::Refused,
            _ => Outcome::Answered,
        }
    }
}

#[metrics(namespace = "weather", subsystem = "database", lazy)]
pub mod database {
    /// Connections in use.
    pub fn connections_active(pool: Pool) -> IntGauge;

    /// Connections that wait for use.
    pub fn connections_idle(pool: Pool) -> IntGauge;

    /// Connections that the pool may open.
    pub fn connections_max(pool: Pool) -> IntGauge;
}

#[metrics(namespace = "weather", subsystem = "http", lazy)]
pub mod http {
    use cryptofunk_metrics::adapters::http::{HttpMethod, Route};

    use super::Outcome;

    /// Requests by method, route and outcome.
    pub fn requests_total(method: HttpMethod, route: Route, outcome: Outcome) -> Counter;

    /// Request latency.
    #[metric(buckets = [0.001, 0.01, 0.1, 1.0])]
    pub fn request_duration_seconds(method: HttpMethod, route: Route, outcome: Outcome) -> Histogram;
}

#[metrics(namespace = "weather", convention = "component", lazy)]
pub mod service {
    /// Lookups by city.
    pub fn lookups_total(city: City) -> Counter;
}

/// The service.
#[derive(Debug)]
pub struct Stations {
    stations: AnyPool,
}

/// Knows the stations and what they read.
#[component(name = "stations", port = 9302, families = service, metrics = [database, http])]
impl Stations {
    #[health_check]
    async fn stations(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.stations).await.map(drop)
    }
}

impl Stations {
    /// Opens both databases and watches them. The connection to the readings is held for as long as the service runs.
    ///
    /// # Errors
    ///
    /// If one cannot be opened.
    pub async fn open() -> Result<(Self, PoolConnection<Any>), sqlx::Error> {
        sqlx::any::install_default_drivers();
        let open = |max| AnyPoolOptions::new().max_connections(max).connect("sqlite::memory:");
        let (stations, readings) = (open(4).await?, open(2).await?);
        watch_as(&stations, connections(Pool::Stations));
        watch_as(&readings, connections(Pool::Readings));
        Ok((Stations { stations }, readings.acquire().await?))
    }

    /// The HTTP interface.
    pub fn routes(&self) -> Router {
        let families = HttpFamilies {
            requests_total: http::requests_total,
            request_duration_seconds: http::request_duration_seconds,
        };
        Router::new()
            .route("/stations/{city}", get(station))
            .with_state(self.stations.clone())
            .layer(HttpLayer::with_families(&["/stations/{city}"], families))
    }
}

fn connections(pool: Pool) -> Connections {
    Connections {
        active: database::connections_active(pool),
        idle: database::connections_idle(pool),
        max: database::connections_max(pool),
    }
}

async fn station(State(pool): State<AnyPool>, Path(city): Path<String>) -> Result<String, StatusCode> {
    service::lookups_total(City(city.clone())).inc();
    match city.as_str() {
        "Atlantis" => Err(StatusCode::NOT_FOUND),
        "Delphi" => Err(StatusCode::INTERNAL_SERVER_ERROR),
        _ => {
            let query = sqlx::query("SELECT 1").execute(&pool).await;
            query.map(|_| format!("a station in {city}\n")).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
