use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(fixed, open, limit = 100)]
struct Symbol(String);

fn main() {}
