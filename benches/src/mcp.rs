//! Calls a second of an echo tool, through this library and through the SDK's own macros, over a pipe in memory.

use std::time::Instant;

use rmcp::{
    RoleClient, ServerHandler, ServiceExt,
    handler::server::wrapper::Parameters,
    model::{CallToolRequestParams, JsonObject},
    service::RunningService,
    tool, tool_handler, tool_router,
};

use crate::median::median;

pub(crate) struct Ours;

/// Echoes.
#[cryptofunk_metrics::mcp_server(name = "echo", port = 9300)]
impl Ours {
    /// Echoes.
    #[mcp_tool]
    async fn echo(&self, text: String) -> String {
        text
    }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Text {
    text: String,
}

#[derive(Clone)]
pub(crate) struct Theirs;

#[tool_router]
impl Theirs {
    /// Echoes.
    #[tool]
    async fn echo(&self, Parameters(Text { text }): Parameters<Text>) -> String {
        text
    }
}

#[tool_handler]
impl ServerHandler for Theirs {}

pub(crate) type Client = RunningService<RoleClient, ()>;

pub(crate) async fn connect(server: impl ServerHandler) -> Client {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let running = server.serve(there).await.expect("a session");
        running.waiting().await.expect("a good end");
    });
    ().serve(here).await.expect("a session")
}

const ROUNDS: usize = 101;
pub(crate) const CALLS: usize = 500;

/// Calls a second of one round.
pub(crate) async fn round(client: &Client) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        let arguments = JsonObject::from_iter([("text".to_owned(), "hello, world".into())]);
        let result =
            client.call_tool(CallToolRequestParams::new("echo").with_arguments(arguments)).await.expect("an echo");
        assert_eq!(result.content[0].as_text().expect("text").text, "hello, world");
    }
    CALLS as f64 / start.elapsed().as_secs_f64()
}

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (ours, theirs) = (connect(Ours).await, connect(Theirs).await);
        let (mut fast, mut plain) = (Vec::new(), Vec::new());
        round(&ours).await;
        round(&theirs).await;
        for i in 0..ROUNDS {
            eprint!("\rMCP: round {} of {ROUNDS}", i + 1);
            if i % 2 == 0 {
                fast.push(round(&ours).await);
                plain.push(round(&theirs).await);
            } else {
                plain.push(round(&theirs).await);
                fast.push(round(&ours).await);
            }
        }
        eprintln!();
        let ratio = median(fast.iter().zip(&plain).map(|(ours, theirs)| ours / theirs));
        println!("| server | calls a second | of rmcp alone |");
        println!("|---|---:|---:|");
        println!("| rmcp's own macros, nothing recorded | {:.0} | 100 % |", median(plain));
        println!("| `#[mcp_server]`, everything recorded | {:.0} | {:.1} % |", median(fast), ratio * 100.0);
    });
}
