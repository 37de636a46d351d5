use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(fixed)]
enum Side { Buy, Sell }

fn main() {}
