//! A handler written by hand, recorded from outside.

use std::borrow::Cow;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::*,
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

use super::{
    call::{Call, Ending, Recorded, SUBSCRIPTION_IS_RECORDED},
    dispatch::tool_of,
    server_metrics::{ServerMetrics, ToolSeries},
};
use crate::{
    catalog,
    conventions::{Families, mcp::Method},
};

/// Records every request and tool call of an SDK handler written by hand, as [`#[mcp_server]`](crate::mcp_server) does for its own.
///
/// The `server` label is the name given to [`named`](Self::named), or else the handler's own, `get_info().server_info.name`.
///
/// The `tool` label has the handler's own tools: those of [`with_tools`](Self::with_tools), those that its `get_tool` knows, and those in
/// its answers to `tools/list`. Every other name counts as `unknown`.
///
/// Panics, cancellation and clients that go away are handled as for [`McpServer`](super::McpServer). A handler made by
/// [`#[mcp_server]`](crate::mcp_server) records by itself. Around such a handler, `Instrumented` records, and the handler does not.
///
/// ```
/// use cryptofunk_metrics::{Instrumented, mcp::rmcp::{ServerHandler, model::ServerConfig}};
///
/// struct ByHand;
///
/// impl ServerHandler for ByHand {
///     fn get_info(&self) -> ServerConfig {
///         let mut info = ServerConfig::default();
///         info.server_info.name = "by-hand".to_owned();
///         info
///     }
/// }
///
/// let handler = Instrumented::new(ByHand).with_tools(["echo"]);
/// // rmcp::serve_server(handler, transport).await
/// assert!(cryptofunk_metrics::encode_text().contains(r#"cryptofunk_mcp_tool_calls_total{server="by-hand",tool="echo""#));
/// ```
#[derive(Debug)]
pub struct Instrumented<H> {
    handler: H,
    metrics: &'static ServerMetrics,
}

impl<H: ServerHandler> Instrumented<H> {
    /// Wraps a handler, and records into the library's own families: `cryptofunk_mcp_…`.
    pub fn new(handler: H) -> Self {
        Self::with_families(handler, catalog::FAMILIES)
    }

    /// Wraps a handler, and records under this name into the library's own families: `cryptofunk_mcp_…`.
    ///
    /// Clients still see the handler's own name. Two handlers with one name share their series.
    ///
    /// ```
    /// use cryptofunk_metrics::{Instrumented, mcp::rmcp::ServerHandler};
    ///
    /// struct ByHand;
    ///
    /// impl ServerHandler for ByHand {}
    ///
    /// let handler = Instrumented::named("billing", ByHand).with_tools(["refund"]);
    /// assert!(cryptofunk_metrics::encode_text().contains(r#"cryptofunk_mcp_tool_calls_total{server="billing",tool="refund""#));
    /// ```
    pub fn named(name: impl Into<String>, handler: H) -> Self {
        Self::named_with_families(name, handler, catalog::FAMILIES)
    }

    /// Wraps a handler, and records into the families of a module with a convention: its constant `FAMILIES`.
    ///
    /// # Panics
    ///
    /// If the module has no family that a server records into.
    #[track_caller]
    pub fn with_families(handler: H, families: Families) -> Self {
        Self::named_with_families(handler.get_info().server_info.name, handler, families)
    }

    /// Wraps a handler, and records under this name into the families of a module with a convention: its constant `FAMILIES`.
    ///
    /// # Panics
    ///
    /// If the module has no family that a server records into.
    #[track_caller]
    pub fn named_with_families(name: impl Into<String>, handler: H, families: Families) -> Self {
        assert!(
            families.has_mcp(),
            "a server records into families of the convention `mcp` or `otel-mcp`, which these do not have; declare them with \
             `#[metrics(namespace = \"…\", convention = \"mcp\")]`",
        );
        let metrics = ServerMetrics::by_hand(name.into(), families);
        Instrumented { handler, metrics }
    }

    /// Names the handler's tools, so that their series exist before the first call.
    #[must_use]
    pub fn with_tools<N: AsRef<str>>(self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            self.metrics.learn(name.as_ref());
        }
        self
    }

    /// The handler inside.
    pub fn into_inner(self) -> H {
        self.handler
    }

    fn tool(&self, name: &str) -> &'static ToolSeries {
        if let Some(tool) = self.metrics.learnt(name) {
            return tool;
        }
        match self.handler.get_tool(name) {
            Some(tool) => self.metrics.learn(&tool.name),
            None => self.metrics.tool(None),
        }
    }

    fn start(&self, method: Method, context: &mut RequestContext<RoleServer>) -> Call {
        let call = Call::start(self.metrics, method, context);
        context.extensions.insert(Recorded);
        call.with_context(true)
    }
}

impl<H: ServerHandler> ServerHandler for Instrumented<H> {
    cryptofunk_metrics_macros::__forward!();

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        mut context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let call = self.start(Method::ToolsCall, &mut context).asks_for_tool(&request.name);
        let mut call = call.of_tool(self.tool(&request.name));
        call.look_at_client(&context);
        let ending = call.watch(self.handler.call_tool(request, context), None).await;
        if let Ending::Finished(Ok(response)) = &ending {
            call.answered(response);
        }
        call.end(ending)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        mut context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let call = self.start(Method::ToolsList, &mut context);
        let result = call.run(self.handler.list_tools(request, context)).await;
        if let Ok(result) = &result {
            for tool in &result.tools {
                self.metrics.learn(&tool.name);
            }
        }
        result
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        mut context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let mut call = self.start(Method::from_name(&request.method), &mut context);
        if let Some(tool) = tool_of(&request) {
            call = call.asks_for_tool(tool).of_tool(self.tool(tool));
        }
        call.run(self.handler.on_custom_request(request, context)).await
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let call = Call::start(self.metrics, Method::SubscriptionsListen, context.request_context()).with_context(true);
        call.run(SUBSCRIPTION_IS_RECORDED.scope((), self.handler.listen(context))).await
    }

    fn get_info(&self) -> ServerConfig {
        self.handler.get_info()
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.handler.get_tool(name)
    }

    fn negotiate_initialize(&self, request: &InitializeRequestParams) -> Result<InitializeResult, ErrorData> {
        self.handler.negotiate_initialize(request)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.handler.supported_protocol_versions()
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.handler.accepted_subscription_filter(requested)
    }

    async fn on_cancelled(&self, notification: CancelledNotificationParam, context: NotificationContext<RoleServer>) {
        self.handler.on_cancelled(notification, context).await;
    }

    async fn on_progress(&self, notification: ProgressNotificationParam, context: NotificationContext<RoleServer>) {
        self.handler.on_progress(notification, context).await;
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.handler.on_initialized(context).await;
    }

    async fn on_roots_list_changed(&self, context: NotificationContext<RoleServer>) {
        self.handler.on_roots_list_changed(context).await;
    }

    async fn on_custom_notification(&self, notification: CustomNotification, context: NotificationContext<RoleServer>) {
        self.handler.on_custom_notification(notification, context).await;
    }
}
