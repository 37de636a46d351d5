use cryptofunk_metrics::{mcp_server, metrics};

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(without(errors_total, tool_errors_total))]
mod families {}

struct Weather;

/// Knows the weather.
#[mcp_server(name = "weather", port = 9300, families = families, slo(success = 99.5))]
impl Weather {
    /// The forecast.
    #[mcp_tool(slo(success = 99.5))]
    async fn forecast(&self) -> String {
        String::new()
    }
}

fn main() {}
