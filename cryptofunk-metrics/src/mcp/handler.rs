//! The methods of the SDK's `ServerHandler` as a table: what each is called in the protocol, takes and returns.
//!
//! Three kinds of handlers are written from it: the answers of a server to requests that its block has a method for, its
//! answers to those that it has none for, and the forwarding of [`Instrumented`](super::Instrumented).

use rmcp::{
    ServerHandler,
    model::{ServerCapabilities, ServerConfig},
};

/// The SDK's own answers to requests that a server has no method for.
#[doc(hidden)]
pub struct Absent {
    config: ServerConfig,
}

impl Absent {
    /// Of a server that says this of itself.
    pub fn of(server: &impl ServerHandler) -> Self {
        Absent { config: server.get_info() }
    }
}

impl ServerHandler for Absent {
    fn get_info(&self) -> ServerConfig {
        self.config.clone()
    }
}

/// The capabilities that follow from the methods that a server has, by their names.
pub(super) fn capabilities(tools: bool, methods: &[&str]) -> ServerCapabilities {
    let has = |any: &[&str]| methods.iter().any(|method| any.contains(method));
    let mut all = ServerCapabilities::default();
    all.tools = tools.then(Default::default);
    all.completions = has(&["complete"]).then(Default::default);
    all.prompts = has(&["list_prompts", "get_prompt"]).then(Default::default);
    all.resources =
        has(&["list_resources", "list_resource_templates", "read_resource", "subscribe"]).then(Default::default);
    if let Some(resources) = &mut all.resources {
        resources.subscribe = has(&["subscribe"]).then_some(true);
    }
    all.logging = has(&["set_level"]).then(Default::default);
    if has(&["get_task"]) {
        all.extensions = ServerCapabilities::builder().enable_tasks().build().extensions;
    }
    all
}

/// Calls the macro `$then` with the signature of a request handler and what else it was given.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    (ping $($then:tt)+) => { $crate::__row! { (ping: Ping() -> Nothing) $($then)+ } };
    (initialize $($then:tt)+) => { $crate::__row! { (initialize: Initialize(InitializeRequestParams) -> InitializeResult) $($then)+ } };
    (discover $($then:tt)+) => { $crate::__row! { (discover: ServerDiscover() -> DiscoverResult) $($then)+ } };
    (complete $($then:tt)+) => { $crate::__row! { (complete: CompletionComplete(CompleteRequestParams) -> CompleteResult) $($then)+ } };
    (set_level $($then:tt)+) => { $crate::__row! { (set_level: LoggingSetLevel(SetLevelRequestParams) -> Nothing) $($then)+ } };
    (get_prompt $($then:tt)+) => { $crate::__row! { (get_prompt: PromptsGet(GetPromptRequestParams) -> GetPromptResponse) $($then)+ } };
    (list_prompts $($then:tt)+) => { $crate::__row! { (list_prompts: PromptsList(Page) -> ListPromptsResult) $($then)+ } };
    (list_resources $($then:tt)+) => { $crate::__row! { (list_resources: ResourcesList(Page) -> ListResourcesResult) $($then)+ } };
    (list_resource_templates $($then:tt)+) => { $crate::__row! { (list_resource_templates: ResourcesTemplatesList(Page) -> ListResourceTemplatesResult) $($then)+ } };
    (read_resource $($then:tt)+) => { $crate::__row! { (read_resource: ResourcesRead(ReadResourceRequestParams) -> ReadResourceResponse) $($then)+ } };
    (subscribe $($then:tt)+) => { $crate::__row! { (subscribe: ResourcesSubscribe(SubscribeRequestParams) -> Nothing) $($then)+ } };
    (unsubscribe $($then:tt)+) => { $crate::__row! { (unsubscribe: ResourcesUnsubscribe(UnsubscribeRequestParams) -> Nothing) $($then)+ } };
    (list_tools $($then:tt)+) => { $crate::__row! { (list_tools: ToolsList(Page) -> ListToolsResult) $($then)+ } };
    (get_task $($then:tt)+) => { $crate::__row! { (get_task: TasksGet(GetTaskParams) -> GetTaskResult) $($then)+ } };
    (update_task $($then:tt)+) => { $crate::__row! { (update_task: TasksUpdate(UpdateTaskParams) -> Nothing) $($then)+ } };
    (cancel_task $($then:tt)+) => { $crate::__row! { (cancel_task: TasksCancel(CancelTaskParams) -> Nothing) $($then)+ } };
    (list_skills $($then:tt)+) => { $crate::__row! { (list_skills: SkillsList(Page) -> ListSkillsResult) $($then)+ } };
    (get_skill $($then:tt)+) => { $crate::__row! { (get_skill: SkillsGet(GetSkillRequestParams) -> GetSkillResult) $($then)+ } };
    (read_resource_directory $($then:tt)+) => { $crate::__row! { (read_resource_directory: ResourcesDirectoryRead(ReadResourceDirectoryRequestParams) -> ReadResourceDirectoryResult) $($then)+ } };
    (listen $($then:tt)+) => { $crate::__row! { (listen: SubscriptionsListen(SubscriptionContext) -> Nothing) $($then)+ } };
}

/// Hands one row of the table on: `{ [path::to::then] arguments }` becomes `path::to::then! { (row) arguments }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __row {
    ($row:tt [$($then:tt)+] $($arguments:tt)*) => { $($then)+! { $row $($arguments)* } };
}

/// Methods of a generated handler: `list_prompts` gives the SDK's own answer, `list_prompts[context]` calls the method of
/// the user's block with these arguments. Both are recorded.
#[doc(hidden)]
#[macro_export]
macro_rules! __handlers {
    // The one request whose method the client names.
    (@one on_custom_request) => {
        async fn on_custom_request(&self, request: $crate::__private::mcp::sdk::CustomRequest, context: $crate::__private::mcp::sdk::Context) -> ::core::result::Result<$crate::__private::mcp::sdk::CustomResult, $crate::__private::mcp::sdk::ErrorData> {
            $crate::__private::mcp::call_custom(self, request, context).await
        }
    };
    (@one on_custom_request [$($argument:ident)*]) => {
        #[allow(unused_variables)]
        async fn on_custom_request(&self, request: $crate::__private::mcp::sdk::CustomRequest, context: $crate::__private::mcp::sdk::Context) -> ::core::result::Result<$crate::__private::mcp::sdk::CustomResult, $crate::__private::mcp::sdk::ErrorData> {
            let call = $crate::__private::mcp::start_custom::<Self>(&request, &context);
            call.run(Self::on_custom_request(self $(, $crate::__argument!($argument request context))*)).await
        }
    };
    (@one $method:ident $($arguments:tt)?) => {
        $crate::__request! { $method [$crate::__handler] $($arguments)? }
    };
    ($($method:ident $([$($argument:ident)*])?)*) => {
        $($crate::__handlers! { @one $method $([$($argument)*])? })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __handler {
    // A subscription has its request's context inside its own.
    ((listen: $name:ident($params:ident) -> $result:ident) [$($argument:ident)*]) => {
        #[allow(unused_variables)]
        async fn listen(&self, context: $crate::__private::mcp::sdk::$params) -> ::core::result::Result<(), $crate::__private::mcp::sdk::ErrorData> {
            let call = $crate::__private::mcp::Call::start(<Self as $crate::McpServer>::__series(), $crate::catalog::mcp::Method::$name, context.request_context());
            call.run(Self::listen(self $(, $crate::__argument!($argument context context))*)).await
        }
    };
    (($method:ident: $name:ident($($params:ident)?) -> $result:ident)) => {
        #[allow(deprecated)]
        async fn $method(&self, $(request: $crate::__private::mcp::sdk::$params,)? context: $crate::__private::mcp::sdk::Context) -> ::core::result::Result<$crate::__private::mcp::sdk::$result, $crate::__private::mcp::sdk::ErrorData> {
            let call = $crate::__private::mcp::Call::start(<Self as $crate::McpServer>::__series(), $crate::catalog::mcp::Method::$name, &context);
            let absent = $crate::__private::mcp::Absent::of(self);
            call.run($crate::__private::mcp::rmcp::ServerHandler::$method(&absent, $($crate::__second!($params request),)? context)).await
        }
    };
    (($method:ident: $name:ident($($params:ident)?) -> $result:ident) [$($argument:ident)*]) => {
        #[allow(deprecated, unused_variables)]
        async fn $method(&self, $(request: $crate::__private::mcp::sdk::$params,)? context: $crate::__private::mcp::sdk::Context) -> ::core::result::Result<$crate::__private::mcp::sdk::$result, $crate::__private::mcp::sdk::ErrorData> {
            let call = $crate::__private::mcp::Call::start(<Self as $crate::McpServer>::__series(), $crate::catalog::mcp::Method::$name, &context);
            call.run(Self::$method(self $(, $crate::__argument!($argument request context))*)).await
        }
    };
}

/// Of two variables, the one that a word names.
#[doc(hidden)]
#[macro_export]
macro_rules! __argument {
    (request $request:ident $context:ident) => {
        $request
    };
    (context $request:ident $context:ident) => {
        $context
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __second {
    ($first:ident $second:ident) => {
        $second
    };
}
