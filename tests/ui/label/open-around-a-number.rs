use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 100)]
struct UserId(u64);

fn main() {}
