use cryptofunk_metrics::Label;

#[derive(Label)]
enum Status {
    Ok,
    #[label(renam = "error")]
    Failed,
}

fn main() {}
