use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(fixed)]
struct Server(String);

fn main() {}
