use cryptofunk_metrics::Label;

#[derive(Label)]
enum Status {}

fn main() {}
