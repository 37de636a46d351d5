use cryptofunk_metrics::Label;

#[derive(Label)]
#[label(rename_all = "snakecase")]
enum Status { Ok, Failed }

fn main() {}
