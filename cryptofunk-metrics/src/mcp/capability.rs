use rmcp::model::ServerCapabilities;

/// What a server announces that it can do, as its handlers say.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the capabilities of the protocol")]
pub enum Capability {
    Completions,
    Prompts,
    Resources,
    Subscriptions,
    Logging,
    Tasks,
}

/// These capabilities, as the SDK writes them.
pub(super) fn announced(capabilities: &[Capability], has_tools: bool) -> ServerCapabilities {
    let has = |any: &[Capability]| capabilities.iter().any(|one| any.contains(one));
    let mut all = ServerCapabilities::default();
    all.tools = has_tools.then(Default::default);
    all.completions = has(&[Capability::Completions]).then(Default::default);
    all.prompts = has(&[Capability::Prompts]).then(Default::default);
    all.resources = has(&[Capability::Resources, Capability::Subscriptions]).then(Default::default);
    if let Some(resources) = &mut all.resources {
        resources.subscribe = has(&[Capability::Subscriptions]).then_some(true);
    }
    all.logging = has(&[Capability::Logging]).then(Default::default);
    if has(&[Capability::Tasks]) {
        all.extensions = ServerCapabilities::builder().enable_tasks().build().extensions;
    }
    all
}
