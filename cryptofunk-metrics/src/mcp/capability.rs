use rmcp::model::{ExtensionCapabilities, ServerCapabilities, SubscriptionFilter};

use super::server::McpServer;

/// What a server announces that it can do, as its handlers say.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the capabilities of the protocol")]
pub enum Capability {
    Tools,
    Completions,
    Prompts,
    Resources,
    Subscriptions,
    Logging,
    Tasks,
    Skills,
    SkillsDirectory,
}

/// The capabilities of a server, as the SDK writes them.
pub(super) fn announced<S: McpServer>(server: &S, capabilities: &[Capability]) -> ServerCapabilities {
    let has = |any: &[Capability]| capabilities.iter().any(|one| any.contains(one));
    let mut all = ServerCapabilities::default();
    all.tools = (!S::TOOLS.is_empty() || has(&[Capability::Tools])).then(Default::default);
    all.completions = has(&[Capability::Completions]).then(Default::default);
    all.prompts = has(&[Capability::Prompts]).then(Default::default);
    // The SDK takes skills for resources.
    let resources = [Capability::Resources, Capability::Subscriptions, Capability::Skills, Capability::SkillsDirectory];
    all.resources = has(&resources).then(Default::default);
    if let Some(resources) = &mut all.resources {
        resources.subscribe = has(&[Capability::Subscriptions]).then_some(true);
    }
    all.logging = has(&[Capability::Logging]).then(Default::default);
    all.extensions = extensions(has);
    notified(server, &mut all);
    all
}

fn extensions(has: impl Fn(&[Capability]) -> bool) -> Option<ExtensionCapabilities> {
    let mut all = ServerCapabilities::builder().build();
    if has(&[Capability::Tasks]) {
        all.extensions = ServerCapabilities::builder().enable_tasks().build().extensions;
    }
    let skills = if has(&[Capability::SkillsDirectory]) {
        ServerCapabilities::builder().enable_skills_with_directory_read().build().extensions
    } else if has(&[Capability::Skills]) {
        ServerCapabilities::builder().enable_skills().build().extensions
    } else {
        None
    };
    match (all.extensions, skills) {
        (Some(mut all), Some(skills)) => {
            all.extend(skills);
            Some(all)
        }
        (all, skills) => all.or(skills),
    }
}

/// Announces the notifications that the server accepts subscriptions to.
fn notified<S: McpServer>(server: &S, all: &mut ServerCapabilities) {
    let everything = SubscriptionFilter::builder()
        .tools_list_changed()
        .prompts_list_changed()
        .resources_list_changed()
        .resource_subscriptions([""; 0])
        .build();
    let Some(accepted) = server.accepted_subscription_filter(&everything) else { return };
    if let Some(tools) = &mut all.tools {
        tools.list_changed = accepted.tools_list_changed;
    }
    if let Some(prompts) = &mut all.prompts {
        prompts.list_changed = accepted.prompts_list_changed;
    }
    if let Some(resources) = &mut all.resources {
        resources.list_changed = accepted.resources_list_changed;
        resources.subscribe = resources.subscribe.or(accepted.resource_subscriptions.map(|_| true));
    }
}
