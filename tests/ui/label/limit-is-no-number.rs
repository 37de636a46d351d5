use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(open, limit = "many")]
struct Symbol(String);

fn main() {}
