//! What `#[mcp_server]` implements.

use std::net::SocketAddr;

use rmcp::{
    RoleServer, ServerHandler,
    model::{CallToolRequestParams, CallToolResponse, ListToolsResult, PaginatedRequestParams, ServerConfig, Tool},
    service::RequestContext,
};
use tokio::net::ToSocketAddrs;

use super::{
    arguments::Arguments,
    entry::{HandlerFuture, ToolEntry, ToolFuture, ToolInfo},
    http::{self, BoundHttp, HttpSettings, McpService},
    server_metrics::ServerMetrics,
    stdio,
};
use cryptofunk_metrics_catalog::descriptor::ToolDescriptor;

use crate::{component::Component, conventions::mcp::Method, error::Error, exporter::Settings};

/// An instrumented MCP server. [`#[mcp_server]`](crate::mcp_server) implements it.
///
/// The type is a [`rmcp::ServerHandler`] too, and records every request. So the SDK can serve it on any transport.
///
/// ```
/// use cryptofunk_metrics::{Component, McpServer, mcp_server};
///
/// struct Greeter;
///
/// /// Greets.
/// #[mcp_server(name = "greeter", port = 9299)]
/// impl Greeter {
///     /// Says hello.
///     #[mcp_tool]
///     async fn hello(
///         &self,
///         /// Whom to greet.
///         name: String,
///     ) -> String {
///         format!("Hello, {name}!")
///     }
/// }
///
/// assert_eq!((Greeter::NAME, Greeter::PORT), ("greeter", 9299));
/// assert_eq!(Greeter::TOOLS[0].name, "hello");
/// assert_eq!(Greeter::TOOLS[0].description, "Says hello.");
/// ```
pub trait McpServer: ServerHandler + Component {
    /// The tools, in the order of the block.
    const TOOLS: &'static [ToolDescriptor];

    /// Serves one client over standard input and output, and metrics on the component's port. Ends when the client goes away, or at Ctrl-C
    /// or `SIGTERM`.
    ///
    /// Standard output belongs to the protocol: write logs to standard error. `METRICS_BIND` and `METRICS_PORT` change the address of the
    /// metrics, see [`Settings`](crate::exporter::Settings). Several hosts may start the same server, so a taken port is no error. The next
    /// free one is used, and a line on standard error names it. `METRICS_PORT=off` serves no metrics.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value, two declarations of metrics clash, or the client does not open its session as the protocol says.
    fn serve(self) -> impl Future<Output = Result<(), Error>> + Send {
        async move { stdio::serve(self, Self::__ready()).await }
    }

    /// The same as [`serve`](Self::serve), under a name that the SDK's `ServiceExt` does not have.
    ///
    /// A server is a handler of the SDK too. So with both traits in scope, `server.serve()` is ambiguous (error E0034):
    ///
    /// ```no_run
    /// use cryptofunk_metrics::{Error, McpServer, mcp_server};
    /// use rmcp::ServiceExt;
    ///
    /// struct Greeter;
    ///
    /// /// Greets.
    /// #[mcp_server(name = "greeter", port = 9299)]
    /// impl Greeter {
    ///     /// Says hello.
    ///     #[mcp_tool]
    ///     async fn hello(&self) {}
    /// }
    ///
    /// async fn on_standard_input_and_output() -> Result<(), Error> {
    ///     Greeter.serve_stdio().await // or McpServer::serve(Greeter)
    /// }
    ///
    /// async fn on_another_transport(there: tokio::io::DuplexStream) {
    ///     _ = ServiceExt::serve(Greeter, there).await;
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`serve`](Self::serve).
    fn serve_stdio(self) -> impl Future<Output = Result<(), Error>> + Send {
        async move { stdio::serve(self, Self::__ready()).await }
    }

    /// Serves any number of clients over streamable HTTP at `/mcp`, with `/metrics`, `/health` and `/` beside it. Ends at Ctrl-C or
    /// `SIGTERM`. The settings come from the environment: [`HttpSettings::from_env`].
    ///
    /// # Errors
    ///
    /// If the address is taken, or a variable has an invalid value.
    fn serve_http(
        self,
        address: impl ToSocketAddrs + std::fmt::Debug + Send,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        async move { self.bind_http(address, HttpSettings::from_env()?).await?.run().await }
    }

    /// Listens for clients over streamable HTTP with these settings. [`BoundHttp::run`] then answers them. A test can bind port 0, and ask
    /// for the address.
    ///
    /// # Errors
    ///
    /// If the address is taken.
    fn bind_http(
        self,
        address: impl ToSocketAddrs + std::fmt::Debug + Send,
        settings: HttpSettings,
    ) -> impl Future<Output = Result<BoundHttp, Error>> + Send {
        async move { http::bind_http(self, Self::__ready(), address, settings).await }
    }

    /// The server as a tower service, for a router of yours. It speaks streamable HTTP. Its series exist from now on, and its requests and
    /// sessions are recorded as with [`serve_http`](Self::serve_http). It needs a tokio runtime.
    ///
    /// ```
    /// use cryptofunk_metrics::{McpServer, axum::Router, exporter::Exporter, mcp::HttpSettings, mcp_server};
    ///
    /// struct Greeter;
    ///
    /// /// Greets.
    /// #[mcp_server(name = "greeter", port = 9295)]
    /// impl Greeter {
    ///     /// Says hello.
    ///     #[mcp_tool]
    ///     async fn hello(&self) -> &'static str {
    ///         "Hello!"
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cryptofunk_metrics::Error> {
    /// let greeter = std::sync::Arc::new(Greeter);
    /// let metrics = Exporter::of(&greeter).into_router().await?; // /metrics, /health and /
    /// let service = Greeter.into_service(HttpSettings::from_env()?).await?;
    /// let router: Router = Router::new().nest_service("/mcp", service.clone()).merge(metrics);
    /// // axum::serve(listener, router).with_graceful_shutdown(async move { … service.stop().await })
    /// # let _ = router;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the file of the bearer token cannot be read.
    fn into_service(self, settings: HttpSettings) -> impl Future<Output = Result<McpService, Error>> + Send {
        async move {
            Self::__register();
            McpService::new(std::sync::Arc::new(self), Self::__ready(), settings).await
        }
    }

    /// The address for [`serve_http`](Self::serve_http): the server's port at `127.0.0.1`, unless the environment says otherwise.
    ///
    /// `MCP_BIND` and `METRICS_PORT` change it, and so does `METRICS_BIND`. With `MCP_PORT`, this is the address of the metrics only, and
    /// `MCP_BIND` that of `/mcp`.
    ///
    /// # Errors
    ///
    /// If a variable has an invalid value.
    fn address() -> Result<SocketAddr, Error> {
        Settings::address_of_server(Self::PORT)
    }

    /// What the server says of itself: name, version, title, instructions and capabilities, as its block has them. A `get_info` of yours
    /// can start from it, and change a part.
    ///
    /// ```
    /// use cryptofunk_metrics::{McpServer, mcp::rmcp::{ServerHandler, model::ServerConfig}, mcp_server};
    ///
    /// struct Greeter;
    ///
    /// /// Greets.
    /// #[mcp_server(name = "greeter", port = 9296)]
    /// impl Greeter {
    ///     /// Says hello.
    ///     #[mcp_tool]
    ///     async fn hello(&self) -> &'static str {
    ///         "Hello!"
    ///     }
    ///
    ///     #[mcp_handler]
    ///     fn get_info(&self) -> ServerConfig {
    ///         let mut info = self.default_info();
    ///         info.server_info.website_url = Some("https://example.com".to_owned());
    ///         info
    ///     }
    /// }
    ///
    /// let info = Greeter.get_info();
    /// assert_eq!(info.server_info.name, "greeter");
    /// assert_eq!(info.instructions.as_deref(), Some("Greets."));
    /// assert!(info.server_info.website_url.is_some() && info.capabilities.tools.is_some());
    /// ```
    fn default_info(&self) -> ServerConfig;

    /// The tools of the block and its parts, as `tools/list` returns them. A `list_tools` of yours can start from it; see
    /// [`#[mcp_handler]`](crate::mcp_handler#tools-that-change).
    fn tools() -> Vec<Tool> {
        Self::__metrics().described(Self::__tools).to_vec()
    }

    #[doc(hidden)]
    fn __metrics() -> &'static ServerMetrics;

    /// The methods that handlers of the block answer.
    #[doc(hidden)]
    fn __handlers() -> &'static [Method];

    /// The series of the server. Finds a tool whose arguments cannot be described before a client does.
    #[doc(hidden)]
    fn __ready() -> &'static ServerMetrics {
        let metrics = Self::__metrics();
        metrics.described(Self::__tools);
        metrics
    }

    /// The tools of the block itself.
    #[doc(hidden)]
    fn __entries() -> &'static [ToolEntry<Self>];

    /// What is known of a tool, by its place in `TOOLS`.
    #[doc(hidden)]
    fn __info(tool: usize) -> ToolInfo {
        Self::__entries()[tool].info
    }

    #[doc(hidden)]
    fn __run<'a>(&'a self, tool: usize, arguments: Arguments<'a, Self>) -> ToolFuture<'a> {
        (Self::__entries()[tool].call)(arguments)
    }

    /// The user's handler of `tools/list`, if there is one.
    #[doc(hidden)]
    fn __list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Option<HandlerFuture<'_, ListToolsResult>> {
        None
    }

    /// The user's handler of calls of tools that are not in `TOOLS`, if there is one.
    #[doc(hidden)]
    fn __call_tool(
        &self,
        _: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Option<HandlerFuture<'_, CallToolResponse>> {
        None
    }

    #[doc(hidden)]
    fn __tools() -> Vec<Tool> {
        (0..Self::TOOLS.len()).map(|tool| (Self::__info(tool).describe)()).collect()
    }
}
