use cryptofunk_metrics::Label;

#[derive(Label)]
enum Status {
    Failed,
    #[label(rename = "failed")]
    Error,
}

fn main() {}
