//! What several tests ask about: CryptoFunk's declarations, without its components.

#[path = "../../demo-servers/src/domain/mod.rs"]
pub mod domain;

pub use domain::CATALOG;

/// The blocks of the book's pages compile, and run unless they serve.
#[cfg(doctest)]
mod book {
    macro_rules! pages {
        ($($name:ident: $path:literal,)*) => { $(#[doc = include_str!(concat!("../../docs/how-to/", $path))] mod $name {})* };
    }

    pages! {
        alerts: "alerts.md",
        axum: "axum.md",
        from_autometrics: "from-autometrics.md",
        from_prometheus: "from-prometheus.md",
        from_rmcp: "from-rmcp.md",
        names: "names.md",
        native_histograms: "native-histograms.md",
        objectives: "objectives.md",
        traces: "traces.md",
    }
}
