//! The SDK's own answers to requests that a server has no method for.

use rmcp::{ServerHandler, model::ServerConfig};

cryptofunk_metrics_macros::__absent!();

/// A server that has nothing but what another says of itself.
struct Absent {
    config: ServerConfig,
}

impl Absent {
    /// Of a server that says this of itself.
    fn of(server: &impl ServerHandler) -> Self {
        Absent { config: server.get_info() }
    }
}

impl ServerHandler for Absent {
    fn get_info(&self) -> ServerConfig {
        self.config.clone()
    }
}

/// Answers by the server's own versions, and its own way of choosing one.
mod own {
    use rmcp::{
        ErrorData, RoleServer, ServerHandler,
        model::{DiscoverResult, InitializeRequestParams, InitializeResult},
        service::RequestContext,
    };

    pub(super) async fn initialize<S: ServerHandler>(
        server: &S,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        context.peer.set_peer_info(request.clone());
        server.negotiate_initialize(&request)
    }

    pub(super) async fn discover<S: ServerHandler>(
        server: &S,
        _: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        Ok(DiscoverResult::from_server_info(server.supported_protocol_versions().into_owned(), server.get_info()))
    }
}
