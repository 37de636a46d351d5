use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 0)]
struct Symbol(String);

fn main() {}
