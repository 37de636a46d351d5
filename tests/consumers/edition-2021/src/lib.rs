//! Every macro in edition 2021, under lints that a strict house turns on; `cargo clippy` is the test.

use cryptofunk_metrics::{mcp_server, metrics, Label};

/// How an order ended.
#[derive(Label, Debug, Clone, Copy)]
pub enum Status {
    /// Well.
    Success,
    /// Badly.
    Error,
}

/// A customer.
#[derive(Label, Debug, Clone)]
#[label(open, limit = 10)]
pub struct Customer(pub String);

#[metrics(namespace = "strict", subsystem = "orders")]
pub mod orders {
    /// Orders by customer and status.
    pub fn placed_total(customer: Customer, status: Status) -> Counter;

    /// Time to answer.
    #[metric(buckets = [0.1, 1, 10])]
    pub fn latency_seconds() -> Histogram;

    /// Orders that wait.
    pub fn waiting() -> IntGauge;
}

/// Takes orders.
#[derive(Debug, Default)]
pub struct Shop {
    open: bool,
}

/// A receipt.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
pub struct Receipt {
    /// What was ordered.
    pub item: String,
}

/// Why there was no receipt.
#[derive(Debug)]
pub struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed")
    }
}

/// Takes orders.
#[mcp_server(name = "strict-shop", port = 9300)]
impl Shop {
    /// Orders something.
    ///
    /// # Errors
    ///
    /// If the shop is closed.
    #[mcp_tool(timeout = "1s", read_only = false)]
    pub async fn order(
        &self,
        /// What to order.
        item: String,
        /// Who orders it.
        #[default("nobody")]
        customer: String,
        note: Option<String>,
    ) -> Result<Receipt, Closed> {
        let _timer = orders::latency_seconds().start_timer();
        std::future::ready(()).await;
        let status = if self.open { Status::Success } else { Status::Error };
        orders::placed_total(Customer(customer), status).inc();
        drop(note);
        if self.open {
            Ok(Receipt { item })
        } else {
            Err(Closed)
        }
    }
}
