use cryptofunk_metrics::mcp_tools;

struct Weather;

#[mcp_tools]
impl Weather {
    async fn tomorrow(&self) {}
}

fn main() {}
