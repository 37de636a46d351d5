use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 100)]
struct Price(f64);

fn main() {}
