//! A server with a type parameter.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example memory
//! ```
//!
//! Let an MCP host start `target/debug/examples/memory`. While it runs, its metrics are
//! on <http://127.0.0.1:9273/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server};

trait DataService: Send + Sync + 'static {
    fn get_data(&self) -> String;
}

struct MemoryDataService {
    data: String,
}

impl DataService for MemoryDataService {
    fn get_data(&self) -> String {
        self.data.clone()
    }
}

struct GenericService<D: DataService> {
    data_service: D,
}

/// Keeps a text.
#[mcp_server(name = "memory", port = 9273)]
impl<D: DataService> GenericService<D> {
    /// Gets the text.
    #[mcp_tool]
    async fn get_data(&self) -> String {
        self.data_service.get_data()
    }

    /// Says what the text would be.
    #[mcp_tool]
    async fn set_data(&self, data: String) -> String {
        format!("Current memory: {data}")
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let data_service = MemoryDataService { data: "initial data".to_owned() };
    GenericService { data_service }.serve().await
}
