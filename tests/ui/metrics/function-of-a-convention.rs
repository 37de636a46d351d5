use cryptofunk_metrics::metrics;

#[metrics(namespace = "weather", convention = "mcp")]
mod families {
    /// Requests to the station.
    pub fn requests_total() -> Counter;
}

fn main() {}
