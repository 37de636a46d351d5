//! The API at work.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use cryptofunk_metrics::{
    Component,
    adapters::http::HttpLayer,
    exporter::{Exporter, Settings},
};

use super::{
    routes::{PATHS, routes},
    service::Api,
};
use crate::{
    access::{Places, Token},
    orchestrator::Orchestrator,
    order_executor::OrderExecutor,
    settings,
};

/// Runs the API until `stop` completes.
pub(crate) async fn run(stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let settings = Settings::from_env(Api::PORT)?;
    let token = settings::api_token_file();
    let api = Arc::new(Api {
        executor: settings::client_of::<OrderExecutor>()?,
        orchestrator: settings::url_of::<Orchestrator>()?,
        client: reqwest::Client::new(),
        token: token.clone(),
    });
    let places = from_fn_with_state(Places::from_env()?, Places::require);
    let routes = routes(&api, Token::new(token)).layer(places).layer(HttpLayer::new(&PATHS));
    let bound = Exporter::of(&api).settings(&settings).merge(routes).bind(settings.address).await?;
    cryptofunk_metrics::adapters::tokio::watch();
    tracing::info!("API on http://{}/api/v1/", bound.local_addr());
    bound.run_until(stop).await;
    Ok(())
}
