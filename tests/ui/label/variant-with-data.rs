use cryptofunk_metrics::Label;

#[derive(Label)]
enum Status { Ok, Failed(String) }

fn main() {}
