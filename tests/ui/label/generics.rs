use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 10)]
struct Symbol<const N: usize>(String);

fn main() {}
