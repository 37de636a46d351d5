use cryptofunk_metrics::analysis;

struct Patient;

impl Patient {
    #[analysis]
    async fn analyze(&self) {}
}

fn main() {}
