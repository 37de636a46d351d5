use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 10)]
struct Pair(String, String);

fn main() {}
