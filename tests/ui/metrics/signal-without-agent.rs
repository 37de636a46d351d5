use cryptofunk_metrics::{Label, metrics};

#[derive(Label, Clone, Copy)]
enum Advice { Stay, Leave }

#[metrics(namespace = "weather", convention = "mcp")]
#[convention(signal = Advice)]
mod families {}

fn main() {
    let _ = (Advice::Stay, Advice::Leave);
}
