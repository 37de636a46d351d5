use cryptofunk_metrics::mcp_server;

struct Store<T> {
    value: T,
}

/// Keeps a value.
#[mcp_server(name = "store", port = 9300)]
impl<T: Clone + serde::Serialize + schemars::JsonSchema + Send + Sync + 'static> Store<T> {
    /// The value.
    #[mcp_tool]
    async fn value(&self) -> Vec<T> {
        vec![self.value.clone()]
    }
}

pub fn main() {}
