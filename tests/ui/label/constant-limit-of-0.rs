use cryptofunk_metrics::Label;

const SYMBOLS: usize = 0;

#[derive(Label)]
#[label(open, limit = SYMBOLS)]
struct Symbol(String);

fn main() {}
