//! The same server on rmcp alone, unmeasured.

use rmcp::{
    ServerHandler, ServiceExt,
    handler::server::wrapper::Parameters,
    tool, tool_handler, tool_router,
    transport::{
        stdio,
        streamable_http_server::{StreamableHttpService, session::local::LocalSessionManager},
    },
};

#[derive(Clone)]
struct Greeter;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Hello {
    /// Whom to greet.
    name: String,
}

#[tool_router]
impl Greeter {
    /// Says hello.
    #[tool]
    async fn hello(&self, Parameters(Hello { name }): Parameters<Hello>) -> String {
        format!("Hello, {name}!")
    }
}

#[tool_handler]
impl ServerHandler for Greeter {}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "--stdio") {
        Greeter.serve(stdio()).await?.waiting().await?;
    } else {
        let service =
            StreamableHttpService::new(|| Ok(Greeter), LocalSessionManager::default().into(), Default::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:9299").await?;
        axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await?;
    }
    Ok(())
}
