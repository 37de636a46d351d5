use cryptofunk_metrics::{Catalog, metrics};

#[metrics(namespace = "shop")]
mod web {
    /// Orders over the web.
    pub fn orders_total() -> Counter;
}

#[metrics(namespace = "shop")]
mod phone {
    /// Orders over the phone.
    pub fn orders_total() -> Counter;
}

const ALL: Catalog = Catalog::new(&[web::METRICS, phone::METRICS]);

fn main() {
    let _ = ALL;
}
