//! The exporter: `/metrics`, `/health` and `/` over HTTP.
//!
//! | path | answers |
//! |---|---|
//! | `/metrics` | every family, in the format that the `Accept` header asks for; gzip when asked for |
//! | `/health` | JSON, 200 while every check passes and 503 otherwise |
//! | `/` | a page for people |
//!
//! If a bearer token is set, `/metrics` and `/` ask for it. `/health` stays open for probes.
//!
//! # The page
//!
//! It shows every family of `/metrics`, grouped by convention and subsystem, with its help text and its last five minutes as a plot. Values have
//! units: `12.3 MB`, `40 ms`, a date for a timestamp.
//!
//! - A **counter** is shown by its rate over the last 15 to 30 seconds, with the total beside it.
//! - A **histogram** is shown by the p50, p95 and p99 of the last five minutes, calculated from its buckets as PromQL does
//!   ([`histogram_quantile`](crate::exposition::histogram_quantile)), and by a strip with a cell for each bucket, the darker the more
//!   observations lie in it. `> 5 min` means above the last bound.
//! - A **gauge** is shown by its value, or by the range of its values.
//!
//! A click on a family shows its label sets. Those of histograms cover the time since the start of the process. A search finds families and
//! label values; the key `/` moves to it. A family shows the 50 label sets with the greatest values, and the page about 1,000 rows.
//! `/?family=NAME` shows up to 10,000 label sets of one family.
//!
//! An open page renews its values every three seconds. It is dark if the browser prefers that, and loads nothing from other hosts. Its
//! `Content-Security-Policy` lets only its own script run. [`Exporter::home`] replaces it by a page of yours, and [`html`] has style and
//! plots for that.
//!
//! ```
//! use cryptofunk_metrics::{descriptor::{ComponentDescriptor, ComponentKind}, exporter::Exporter};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), cryptofunk_metrics::Error> {
//! const SHOP: ComponentDescriptor =
//!     ComponentDescriptor::new("shop", ComponentKind::Service, 8099, "Sells coffee.");
//!
//! let bound = Exporter::new(SHOP, env!("CARGO_PKG_VERSION"))
//!     .check("database", || async { Ok(()) })
//!     .bind("127.0.0.1:0")
//!     .await?;
//! println!("http://{}/metrics", bound.local_addr());
//! let running = bound.spawn();
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod announce;
mod clashes;
mod families;
mod groups;
mod half_closed;
pub(crate) mod health;
mod history;
pub mod html;
mod listen;
pub(crate) mod origins;
mod page;
mod places;
mod presence;
mod scrapes;
mod settings;
mod shutdown;
pub(crate) mod token;

#[cfg(feature = "mcp")]
use std::net::SocketAddr;
use std::{path::PathBuf, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use cryptofunk_metrics_catalog::descriptor::ComponentDescriptor;
use tokio::{net::ToSocketAddrs, task};

#[cfg(feature = "mcp")]
pub(crate) use announce::announce;
#[doc(hidden)]
pub use health::HealthCheck;
use history::History;
#[cfg(feature = "mcp")]
pub(crate) use listen::Limits;
pub use listen::{Bound, Running};
use origins::Origins;
use page::Page;
#[cfg(feature = "mcp")]
pub(crate) use places::Keeping;
use presence::Presence;
#[cfg(feature = "mcp")]
pub(crate) use presence::{PresenceSettings, Present};
use scrapes::{Encoding, Scrapes};
pub use settings::Settings;
pub use shutdown::shutdown_signal;
use token::TokenFile;

#[cfg(feature = "mcp")]
use crate::linked;
use crate::{
    catalog,
    component::Component,
    constant_labels,
    conventions::Families,
    error::Error,
    exposition::{self, Accepted, Format},
    gzip, registry,
};

/// An HTTP server for one component's metrics and health. The [module](self) has an example.
///
/// Servers and agents that are served by this library have one already. Make one for other components, and for a router of yours.
#[derive(Debug)]
pub struct Exporter {
    health: health::Health,
    token_file: Option<TokenFile>,
    origins: Origins,
    more: Router,
    /// Routes that check origins themselves.
    checked: Router,
    home: Option<MethodRouter>,
    change: Option<&'static str>,
    presence: Presence,
}

impl Exporter {
    /// An exporter for a component that no macro describes. `version` is the component's version.
    ///
    /// From here on the process exposes the component's uptime, health and build: `cryptofunk_component_uptime_seconds`,
    /// `cryptofunk_component_healthy` and `cryptofunk_build_info`.
    pub fn new(component: ComponentDescriptor, version: &'static str) -> Self {
        Self::with_families(component, version, catalog::FAMILIES)
    }

    /// The same as [`new`](Self::new), with uptime, health and build in the families of a `#[metrics]` module with a convention: its
    /// constant `FAMILIES`.
    pub fn with_families(component: ComponentDescriptor, version: &'static str, families: Families) -> Self {
        #[cfg(feature = "mcp")]
        linked::exported(component.name);
        Exporter {
            health: health::Health::new(component, version, families.component),
            token_file: None,
            origins: Origins::default(),
            more: Router::new(),
            checked: Router::new(),
            home: None,
            change: None,
            presence: Presence {
                component: component.name,
                transport: None,
                settings: None,
                #[cfg(any(feature = "otlp", feature = "push"))]
                health: None,
            },
        }
    }

    /// An exporter for a component that a macro describes. It has the component's health checks, and exposes every series that the
    /// component has from its start.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use cryptofunk_metrics::{Component, component, exporter::{Exporter, Settings}};
    ///
    /// struct Shop;
    ///
    /// /// Sells coffee.
    /// #[component(name = "shop", port = 8098)]
    /// impl Shop {
    ///     #[health_check]
    ///     async fn beans(&self) -> Result<(), String> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cryptofunk_metrics::Error> {
    /// let settings = Settings::from_env(Shop::PORT)?;
    /// let exporter = Exporter::of(&Arc::new(Shop)).settings(&settings).bind(settings.address).await?;
    /// // exporter.run().await
    /// # Ok(())
    /// # }
    /// ```
    pub fn of<C: Component + Send + Sync + 'static>(component: &Arc<C>) -> Self {
        C::__register();
        let mut exporter = Exporter::with_families(C::DESCRIPTOR, C::VERSION, C::FAMILIES);
        C::__checks(component).into_iter().for_each(|check| exporter.health.add(check));
        exporter
    }

    /// Adds a health check: `/health` answers 503 while it returns an error or takes longer than two seconds.
    #[must_use]
    pub fn check<F, Fut>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.health.add(HealthCheck::of(name, check));
        self
    }

    /// Applies what the environment says of the token, discovery, pushing and exporting; see [`Settings`].
    #[must_use]
    pub fn settings(mut self, settings: &Settings) -> Self {
        self.token_file = settings.token_file.clone().map(token_file);
        self.origins.origins.extend(origins::from_env());
        self.presence.settings = Some(settings.presence.clone());
        self
    }

    /// Says how clients reach an MCP server, and how others learn of it.
    #[cfg(feature = "mcp")]
    pub(crate) fn reached_over(mut self, transport: &'static str, settings: Option<PresenceSettings>) -> Self {
        self.presence = Presence { transport: Some(transport), settings, ..self.presence };
        self
    }

    /// Asks for the bearer token in this file at `/metrics` and `/`. The file is read at each request, so the token can be renewed.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.token_file = Some(token_file(path.into()));
        self
    }

    /// Serves these routes on the same port. Web pages cannot change anything: their `POST`, `PUT`, `PATCH` and `DELETE` requests get 403.
    /// Pages of this machine may, and those of [allowed](Self::allow_origins) origins.
    #[must_use]
    pub fn merge(mut self, routes: Router) -> Self {
        self.more = self.more.merge(routes);
        self
    }

    /// Serves routes that check hosts and origins themselves.
    #[cfg_attr(not(feature = "mcp"), allow(dead_code))]
    pub(crate) fn merge_checked(mut self, routes: Router) -> Self {
        self.checked = self.checked.merge(routes);
        self
    }

    /// Serves a page of yours at `/`, behind the token if one is set. The component's own page moves to `/component`.
    ///
    /// ```
    /// use cryptofunk_metrics::{axum::routing::get, descriptor::{ComponentDescriptor, ComponentKind}, exporter::{Exporter, html::Document}};
    ///
    /// # const SHOP: ComponentDescriptor =
    /// #     ComponentDescriptor::new("shop", ComponentKind::Service, 8099, "Sells coffee.");
    /// async fn overview() -> Document {
    ///     let mut page = Document::new("shop");
    ///     page.push(format_args!("<h1>Coffee</h1><p>This process: <a href=component>its metrics</a>"));
    ///     page
    /// }
    ///
    /// let exporter = Exporter::new(SHOP, env!("CARGO_PKG_VERSION")).home(get(overview));
    /// ```
    #[must_use]
    pub fn home(mut self, page: MethodRouter) -> Self {
        self.home = Some(page);
        self
    }

    /// Names the flag or variable that changes the address. The message about a taken port shows it.
    #[must_use]
    pub fn address_from(mut self, change: &'static str) -> Self {
        self.change = Some(change);
        self
    }

    /// Lets web pages of these origins change things in the routes of [`merge`](Self::merge). An origin is `scheme://host:port`, and the
    /// port may be `*`.
    #[must_use]
    pub fn allow_origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Listens on the address. When this returns, clients can connect; [`Bound::run`] answers them.
    ///
    /// # Errors
    ///
    /// If the address is taken or cannot be listened on, if the token file cannot be read, if the process declares two metric families
    /// that cannot stand in one exposition, or if one of its constant labels is a family's label too.
    pub async fn bind(self, address: impl ToSocketAddrs + std::fmt::Debug) -> Result<Bound, Error> {
        self.ready().await?;
        let (change, (router, presence)) = (self.change, self.parts());
        Ok(Bound::new(address, change, router).await?.present(presence))
    }

    /// Listens as [`bind`](Self::bind) does, but on the next free port if that of `address` is taken, and leaves it to the caller to tell
    /// others of the process.
    #[cfg(feature = "mcp")]
    pub(crate) async fn bind_near(self, address: SocketAddr) -> (Result<Bound, Error>, Presence) {
        let (change, (router, presence)) = (self.change, self.parts());
        (Bound::near(address, change, router).await, presence)
    }

    /// The routes as a router for a server of yours: `/metrics`, `/health`, `/`, and merged ones. They need a tokio runtime.
    ///
    /// ```
    /// # use cryptofunk_metrics::{axum, descriptor::{ComponentDescriptor, ComponentKind}, exporter::Exporter};
    /// # const SHOP: ComponentDescriptor =
    /// #     ComponentDescriptor::new("shop", ComponentKind::Service, 8099, "Sells coffee.");
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cryptofunk_metrics::Error> {
    /// let metrics = Exporter::new(SHOP, env!("CARGO_PKG_VERSION")).into_router().await?;
    /// let router = axum::Router::new().nest("/internal", metrics); // /internal/metrics
    /// # let _ = router;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind), but for the address.
    pub async fn into_router(self) -> Result<Router, Error> {
        self.ready().await?;
        Ok(self.parts().0)
    }

    /// What is wrong with the process before it listens.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        registry::register_modules();
        clashes::check()?;
        constant_labels::check()?;
        if let Some(file) = &self.token_file {
            file.read().await?;
        }
        Ok(())
    }

    /// What others learn of a process that serves no metrics.
    #[cfg(feature = "mcp")]
    pub(crate) fn unserved(self) -> Presence {
        self.parts().1
    }

    /// What answers, and what others learn of the process.
    fn parts(self) -> (Router, Presence) {
        let health = Arc::new(self.health);
        #[cfg(any(feature = "otlp", feature = "push"))]
        let presence = Presence { health: Some(Arc::clone(&health)), ..self.presence };
        #[cfg(not(any(feature = "otlp", feature = "push")))]
        let presence = self.presence;
        let page = get(page).with_state((Arc::clone(&health), History::start()));
        let metrics = get(metrics).with_state((Arc::clone(&health), Arc::default()));
        let guarded = Router::new().route("/metrics", metrics);
        let mut guarded = match self.home {
            Some(home) => guarded.route("/", home.with_state(())).route("/component", page),
            None => guarded.route("/", page),
        };
        if let Some(file) = self.token_file {
            guarded = guarded.layer(middleware::from_fn_with_state(Arc::new(file), token::require));
        }
        let checked = middleware::from_fn_with_state(Arc::new(self.origins), origins::check_changes);
        let more = self.more.layer(checked);
        let router = guarded
            .route("/health", get(health::answer))
            .with_state(health)
            .merge(more)
            .merge(self.checked)
            .fallback(unknown);
        (router, presence)
    }
}

fn token_file(path: PathBuf) -> TokenFile {
    TokenFile { path, variable: "METRICS_TOKEN_FILE" }
}

async fn metrics(State((health, scrapes)): State<(Arc<health::Health>, Arc<Scrapes>)>, headers: HeaderMap) -> Response {
    // Before the health checks: what they occupy themselves, such as a connection, is none of the component's work.
    registry::refresh();
    health.update().await;
    // A family that was used for the first time after the start; the one before it is exposed.
    let _ = clashes::check();
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let encoding = Encoding { format: Accepted::of(accept), is_compressed: gzip::is_accepted(&headers) };
    let content_type =
        [(header::CONTENT_TYPE, encoding.format.content_type()), (header::VARY, "accept, accept-encoding")];
    match scrapes.write(encoding).await {
        Ok(body) if encoding.is_compressed => {
            (content_type, [(header::CONTENT_ENCODING, "gzip")], body).into_response()
        }
        Ok(body) => (content_type, body).into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("cannot write the metrics: {error}\n")).into_response()
        }
    }
}

async fn page(
    State((health, history)): State<(Arc<health::Health>, Arc<History>)>,
    RawQuery(query): RawQuery,
) -> Response {
    registry::refresh();
    let report = health.update().await;
    // Thousands of series take milliseconds, which other requests need not wait for.
    let written = task::spawn_blocking(move || {
        let mut exposition = String::new();
        exposition::encode_refreshed(Format::Text, &mut exposition);
        let families = registry::refreshed();
        let conventions =
            families.iter().filter_map(|core| Some((core.descriptor.name, core.descriptor.convention?))).collect();
        let (past, now) = (&*history.past(), Instant::now());
        let page = Page { report: &report, exposition: &exposition, past, conventions: &conventions, now };
        page.render(page::asked_for(query.as_deref()).as_deref())
    });
    match written.await {
        Ok(Some(page)) => page.into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "this component has no family of this name; / shows all\n").into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("cannot write the page: {error}\n")).into_response(),
    }
}

async fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "not found; this component answers /metrics, /health and /\n").into_response()
}
