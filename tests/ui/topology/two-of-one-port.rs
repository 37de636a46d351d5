use cryptofunk_metrics::{Component, component, descriptor::{ComponentDescriptor, topology}};

struct Shop;

/// Sells coffee.
#[component(name = "shop", port = 9300)]
impl Shop {}

struct Bar;

/// Sells other drinks.
#[component(name = "bar", port = 9300)]
impl Bar {}

const STREET: &[ComponentDescriptor] = topology(&[Shop::DESCRIPTOR, Bar::DESCRIPTOR]);

fn main() {
    println!("{STREET:?}");
}
