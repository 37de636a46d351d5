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

type Text = std::sync::Arc<str>;

#[derive(Label)]
#[label(open, limit = 10)]
pub struct Tenant(Text);

#[derive(Label)]
#[label(open, limit = 10)]
pub struct Borrowed<'a>(&'a str);

#[derive(Label)]
#[label(open, limit = 10)]
pub struct Either<'text>(std::borrow::Cow<'text, str>);

type Number = i64;

#[derive(Label)]
#[label(open, limit = u8::MAX as usize)]
pub struct Shard(Number);

#[cryptofunk_metrics::metrics(namespace = "shop", subsystem = "labels")]
pub mod labels {
    /// Orders.
    pub fn orders_total(
        paid: bool,
        tenant: &Tenant,
        symbol: Borrowed,
        either: &super::Either<'_>,
        shard: Shard,
    ) -> Counter;
}

pub fn main() {
    let (tenant, symbol) = (Tenant("acme".into()), String::from("BTC"));
    labels::orders_total(true, &tenant, Borrowed(&symbol), &Either(symbol.as_str().into()), Shard(-1)).inc();
}
