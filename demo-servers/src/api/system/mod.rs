//! The system's page at `/`: the portfolio, what was decided and traded, and how each component is.
//!
//! Everything on it is asked for when somebody looks: the account and its trades of order-executor, decisions of the orchestrator, and of each
//! component its metrics. What does not answer is said to be down, and the rest is shown.

mod answers;
mod body;
mod components;

use std::{path::PathBuf, sync::Arc};

use answers::Answers;
use axum::{extract::State, http::HeaderMap};
use components::Components;
use cryptofunk_metrics::{descriptor::ComponentDescriptor, exporter::html::Document};

use super::service::Api;
use crate::{access::without_port, settings::WrongSetting};

/// Whom the page asks.
#[derive(Debug)]
pub(super) struct System {
    api: Arc<Api>,
    components: Components,
}

impl System {
    /// The page of these components, whose metrics ask for the token in the file if there is one.
    pub(super) fn new(
        api: &Arc<Api>,
        components: &'static [ComponentDescriptor],
        token_file: Option<PathBuf>,
    ) -> Result<Self, WrongSetting> {
        let components = Components::new(components, token_file, api.client.clone())?;
        Ok(System { api: Arc::clone(api), components })
    }

    /// The page.
    pub(super) async fn page(State(system): State<Arc<Self>>, headers: HeaderMap) -> Document {
        let host = headers.get("host").and_then(|host| host.to_str().ok()).map_or("127.0.0.1", without_port);
        let (answers, components) = tokio::join!(Answers::ask(&system.api), system.components.look());
        body::page(&answers, &components, host)
    }
}
