use cryptofunk_metrics::Label;

#[derive(Label)]
union Both {
    a: u8,
    b: u8,
}

fn main() {}
