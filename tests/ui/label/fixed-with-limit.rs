use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(fixed, limit = 100)]
struct Server(&'static str);

fn main() {}
