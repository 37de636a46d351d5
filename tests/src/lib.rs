//! What several tests ask about: CryptoFunk's declarations, without its components.

#[path = "../../demo-servers/src/domain/mod.rs"]
pub mod domain;

pub use domain::CATALOG;
