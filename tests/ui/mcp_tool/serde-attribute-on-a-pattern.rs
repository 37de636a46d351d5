use cryptofunk_metrics::mcp_server;

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self, #[serde(rename = "name")] Name { name }: Name) {
        let _ = name;
    }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Name {
    name: String,
}

fn main() {}
