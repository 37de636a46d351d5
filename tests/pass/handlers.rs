#![allow(deprecated)]
use cryptofunk_metrics::mcp_server;

use cryptofunk_metrics::mcp::rmcp::{ErrorData, RoleServer, model::*, service::{NotificationContext, RequestContext, SubscriptionContext}};

struct Library;

/// Lends books.
#[mcp_server(name = "library", port = 9300)]
impl Library {
    #[mcp_handler]
    async fn list_resources(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::default())
    }

    #[mcp_handler]
    async fn read_resource(&self, request: ReadResourceRequestParams) -> Result<ReadResourceResponse, ErrorData> {
        Err(ErrorData::resource_not_found(request.uri, None))
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::default())
    }

    #[mcp_handler]
    async fn complete(&self, context: RequestContext<RoleServer>, request: CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
        let _ = (context, request);
        Ok(CompleteResult::default())
    }

    #[mcp_handler]
    async fn set_level(&self, _request: SetLevelRequestParams) -> Result<(), ErrorData> {
        Ok(())
    }

    #[mcp_handler]
    async fn subscribe(&self, _request: SubscribeRequestParams) -> Result<(), ErrorData> {
        Ok(())
    }

    #[mcp_handler]
    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    #[mcp_handler]
    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        context.cancelled().await;
        Ok(())
    }

    #[mcp_handler]
    async fn on_custom_request(&self, request: CustomRequest) -> Result<CustomResult, ErrorData> {
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, request.method, None))
    }

    #[mcp_handler]
    async fn on_initialized(&self, _context: NotificationContext<RoleServer>) {}

    #[mcp_handler]
    fn get_info(&self) -> ServerConfig {
        ServerConfig::default()
    }
}

pub fn main() {}
