use cryptofunk_metrics::mcp_server;

struct Finder;

/// Finds.
#[mcp_server(name = "finder", port = 9300)]
impl Finder {
    /// Finds by type.
    #[mcp_tool]
    async fn r#match(&self, r#type: String, r#in: Option<u8>) -> String {
        format!("{} {:?}", r#type, r#in)
    }
}

pub fn main() {}
