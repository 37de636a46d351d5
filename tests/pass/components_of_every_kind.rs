//! Components with and without health checks, and a server with one.

#![deny(warnings)]

use std::sync::Arc;

use cryptofunk_metrics::{
    Component, component,
    descriptor::{ComponentDescriptor, ComponentKind, topology},
    exporter::Exporter,
    mcp_server,
};

struct Plain;

/// Does nothing.
#[component(name = "plain", port = 9301)]
impl Plain {}

pub struct Shop<T>(T);

/// Sells coffee.
#[component(name = "shop", port = 9302)]
impl<T> Shop<T>
where
    T: Send + Sync + 'static,
{
    /// Whether there are beans.
    #[health_check]
    pub async fn beans(&self) -> Result<(), String> {
        let _ = &self.0;
        Err("no beans are left".to_owned())
    }
}

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9303)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self) -> String {
        "hello".to_owned()
    }

    #[health_check]
    async fn voice(&self) -> Result<(), &'static str> {
        Err("hoarse")
    }
}

const STREET: &[ComponentDescriptor] = topology(&[Plain::DESCRIPTOR, <Shop<u8>>::DESCRIPTOR, Greeter::DESCRIPTOR]);

pub fn main() {
    assert_eq!(STREET.len(), 3);
    assert_eq!(STREET[1].description, "Sells coffee.");
    assert_eq!(Plain::KIND, ComponentKind::Service);
    Exporter::of(&Arc::new(Plain));
    Exporter::of(&Arc::new(Shop(1u8)));
    Exporter::of(&Arc::new(Greeter));
}
