use cryptofunk_metrics::mcp_server;

struct Ring<const N: usize>([f64; N]);

/// Keeps the last values.
#[mcp_server(name = "ring", port = 9300)]
impl<const N: usize> Ring<N> {
    /// The values.
    #[mcp_tool]
    async fn values(&self) -> Vec<f64> {
        self.0.to_vec()
    }
}

pub fn main() {}
