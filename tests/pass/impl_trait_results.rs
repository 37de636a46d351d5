use cryptofunk_metrics::mcp_server;

struct Lists;

/// Lists.
#[mcp_server(name = "lists", port = 9300)]
impl Lists {
    /// Numbers.
    #[mcp_tool]
    async fn numbers(&self) -> impl serde::Serialize + use<> {
        vec![1, 2, 3]
    }

    /// Words, or none.
    #[mcp_tool]
    async fn words(&self) -> Result<impl serde::Serialize + use<>, std::fmt::Error> {
        Ok(vec!["a", "b"])
    }
}

pub fn main() {}
