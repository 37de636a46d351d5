//! What a start says about its addresses.

use std::io::{self, Write};

use tracing::{dispatcher, subscriber::NoSubscriber};

#[cfg(feature = "trace")]
use crate::trace;

/// Tells where a component can be reached: in the log, or on standard error in a program that logs nowhere.
pub(crate) fn announce(component: &str, text: &str) {
    if logs_nowhere() {
        // A host may have closed standard error.
        _ = writeln!(io::stderr(), "{component}: {text}");
    } else {
        tracing::info!(component, "{text}");
    }
}

/// Whether the program has no subscriber, or one that only sends spans.
fn logs_nowhere() -> bool {
    #[cfg(feature = "trace")]
    if trace::is_ours() {
        return true;
    }
    dispatcher::get_default(|log| log.is::<NoSubscriber>())
}
