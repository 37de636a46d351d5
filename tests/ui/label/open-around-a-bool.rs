use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = 2)]
struct Paid(bool);

fn main() {}
