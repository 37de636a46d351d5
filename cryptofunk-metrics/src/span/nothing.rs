//! The same spans without the feature `trace`: no state, and no instruction.

use crate::exemplar::Sampled;

macro_rules! nothing {
    ($($(#[$attribute:meta])* $span:ident { $($name:ident($($parameter:ident: $ty:ty),*)),* $(,)? })*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone)]
        pub(crate) struct $span;

        $(#[$attribute])*
        impl $span {
            $(
                #[inline(always)]
                pub(crate) fn $name(&self, $(_: $ty),*) {}
            )*

            #[inline(always)]
            pub(crate) fn around<F: Future>(&self, work: F) -> F {
                work
            }

            #[inline(always)]
            pub(crate) fn sampled(&self) -> Sampled {
                Sampled::NONE
            }
        }
    )*};
}

nothing! {
    #[cfg(feature = "mcp")]
    ServerSpan {
        asks_for_tool(name: &str),
        is_tool(name: &'static str),
        agreed_on(version: &str),
        succeeded(),
        is_about(uri: &str),
        failed(kind: &str, code: Option<i32>, description: &str),
    }
    #[cfg(feature = "mcp-client")]
    ClientSpan {
        inject(meta: &mut Option<rmcp::model::RequestMetaObject>),
        of_version(version: &str),
        failed(kind: &str, code: Option<i32>, description: &str),
    }
    AgentSpan { failed(kind: &str) }
    LlmSpan {
        used(prompt: u64, completion: u64),
        failed(kind: &str),
    }
}

/// Nothing is kept of a request.
#[cfg(feature = "mcp")]
#[derive(Debug)]
pub(crate) struct Kept;

#[cfg(feature = "mcp")]
impl Kept {
    #[inline(always)]
    pub(crate) fn of<B>(_: &axum::http::Request<B>) -> Option<Self> {
        None
    }
}

#[cfg(feature = "mcp")]
impl ServerSpan {
    #[inline(always)]
    pub(crate) fn refused(_: &Kept, _: &[u8]) -> Self {
        ServerSpan
    }

    #[inline(always)]
    pub(crate) fn refused_line(_: Option<&rmcp::model::RequestId>) -> Self {
        ServerSpan
    }

    #[inline(always)]
    pub(crate) fn asks_for_prompt(&mut self, _: &str) {}

    #[inline(always)]
    pub(crate) fn none() -> Self {
        ServerSpan
    }

    #[inline(always)]
    pub(crate) fn start(
        _: crate::conventions::mcp::Method,
        _: &rmcp::service::RequestContext<rmcp::RoleServer>,
    ) -> Self {
        ServerSpan
    }
}

#[cfg(feature = "mcp-client")]
impl ClientSpan {
    #[inline(always)]
    pub(crate) fn call(_: &str, _: &'static str) -> Self {
        ClientSpan
    }

    #[inline(always)]
    pub(crate) fn initialize(_: &str) -> Self {
        ClientSpan
    }
}

impl AgentSpan {
    #[inline(always)]
    pub(crate) fn start(_: &'static str) -> Self {
        AgentSpan
    }
}

impl LlmSpan {
    #[inline(always)]
    pub(crate) fn start(_: &str, _: &str, _: &str) -> Self {
        LlmSpan
    }
}
