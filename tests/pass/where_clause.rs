use cryptofunk_metrics::mcp_server;

struct Store<T> {
    value: T,
}

/// Keeps a value.
#[mcp_server(name = "store", port = 9300)]
impl<T> Store<T>
where
    T: ToString + Send + Sync + 'static,
{
    /// The value.
    #[mcp_tool]
    async fn value(&self) -> String {
        self.value.to_string()
    }
}

pub fn main() {}
