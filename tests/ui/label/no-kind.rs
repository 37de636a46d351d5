use cryptofunk_metrics::Label;

#[derive(Label)]
struct Symbol(String);

fn main() {}
