use cryptofunk_metrics::metrics;

#[derive(cryptofunk_metrics::Label)]
#[label(open, limit = 10)]
struct Tenant(String);

#[metrics(namespace = "shop")]
mod orders {
    /// Orders that wait.
    #[metric(removable = "yes")]
    pub fn waiting(tenant: &Tenant) -> IntGauge;
}

fn main() {}
