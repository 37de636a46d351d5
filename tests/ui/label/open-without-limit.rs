use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open)]
struct Symbol(String);

fn main() {}
