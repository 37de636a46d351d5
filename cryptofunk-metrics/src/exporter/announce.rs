//! What a start says about its addresses.

use std::io::{self, Write};

use tracing::{dispatcher, subscriber::NoSubscriber};

/// Tells where a component can be reached: in the log, or on standard error in a program that logs nowhere.
pub(crate) fn announce(component: &str, text: &str) {
    if dispatcher::get_default(|log| log.is::<NoSubscriber>()) {
        // A host may have closed standard error.
        _ = writeln!(io::stderr(), "{component}: {text}");
    } else {
        tracing::info!(component, "{text}");
    }
}
