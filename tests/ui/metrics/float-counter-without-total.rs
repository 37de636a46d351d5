use cryptofunk_metrics::metrics;

#[metrics(namespace = "shop")]
mod orders {
    /// Money that was taken.
    pub fn revenue_eur() -> FloatCounter;
}

fn main() {}
