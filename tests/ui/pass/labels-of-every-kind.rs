use cryptofunk_metrics::Label;

#[derive(Label, Clone, Copy)]
pub enum Side { Buy, Sell }

#[derive(Label)]
#[label(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Status {
    TimedOut,
    #[label(rename = "it's \"fine\"")]
    Fine,
    r#Try,
}

#[derive(Label)]
#[label(fixed)]
pub struct Server(pub &'static str);

#[derive(Label)]
#[label(open, limit = 1_000)]
pub struct Symbol(pub std::string::String);

fn main() {}
