use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(fixed)]
struct Server<'a>(&'a str);

fn main() {}
