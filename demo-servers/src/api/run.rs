//! The API at work.

use std::sync::Arc;

use axum::{middleware::from_fn_with_state, routing::get};
use cryptofunk_metrics::{
    Component,
    adapters::http::HttpLayer,
    descriptor::ComponentDescriptor,
    exporter::{Exporter, Settings},
};

use super::{
    routes::{PATHS, routes},
    service::Api,
    system::System,
};
use crate::{
    access::{Places, Token},
    orchestrator::Orchestrator,
    order_executor::OrderExecutor,
    settings,
};

/// Runs the API of a system with these components until `stop` completes.
pub(crate) async fn run(
    components: &'static [ComponentDescriptor],
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let settings = Settings::from_env(Api::PORT)?;
    let token = settings::api_token_file();
    let api = Arc::new(Api {
        executor: settings::client_of::<OrderExecutor>()?,
        orchestrator: settings::url_of::<Orchestrator>()?,
        client: reqwest::Client::new(),
        token: token.clone(),
    });
    let places = from_fn_with_state(Places::from_env()?, Places::require);
    let system = Arc::new(System::new(&api, components, settings.token_file.clone())?);
    let page = get(System::page).with_state(system).layer(places.clone());
    let routes = routes(&api, Token::new(token)).layer(places).layer(HttpLayer::new(&PATHS));
    let bound = Exporter::of(&api).settings(&settings).home(page).merge(routes).bind(settings.address).await?;
    cryptofunk_metrics::adapters::tokio::watch();
    tracing::info!("API on http://{}/api/v1/", bound.local_addr());
    bound.run_until(stop).await;
    Ok(())
}
