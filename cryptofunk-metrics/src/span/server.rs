//! The span of a request that a server answers.

use axum::http::{HeaderMap, Version, request::Parts};
use opentelemetry::{Context, trace::TraceContextExt};
use rmcp::{
    RoleServer,
    model::{ProtocolVersion, RequestId},
    service::RequestContext,
};
use tracing::{Span, field::Empty, info_span, instrument::Instrumented};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{kept::Kept, recorded::CallSpan};
use crate::{
    conventions::mcp::Method,
    exemplar::Sampled,
    label::Label,
    trace::{Carrier, TARGET, extracted},
};

/// The longest text of a client's that is an attribute.
const LONGEST: usize = 256;

/// A span by the conventions for servers. Nothing is evaluated unless somebody wants it.
macro_rules! server_span {
    ($name:expr, version: $version:expr, session: $session:expr, id: $id:expr, http: $http:expr) => {
        info_span!(
            target: TARGET,
            "mcp.server",
            "otel.name" = $name,
            "otel.kind" = "server",
            "mcp.method.name" = $name,
            "mcp.protocol.version" = $version,
            "mcp.session.id" = $session,
            "mcp.resource.uri" = Empty,
            "jsonrpc.request.id" = %$id,
            "gen_ai.operation.name" = Empty,
            "gen_ai.tool.name" = Empty,
            "gen_ai.prompt.name" = Empty,
            "network.transport" = if $http.is_some() { "tcp" } else { "pipe" },
            "network.protocol.name" = $http.map(|_| "http"),
            "network.protocol.version" = $http.map(version),
            "error.type" = Empty,
            "rpc.response.status_code" = Empty,
        )
    };
}

#[derive(Debug)]
pub(crate) struct ServerSpan {
    span: CallSpan,
    /// The prompt that the client asks for. The span's name has it if there is such a prompt: names are few.
    prompt: Option<String>,
}

impl ServerSpan {
    /// Of a request that the layer around this one records.
    pub(crate) fn none() -> Self {
        ServerSpan { span: CallSpan::none(), prompt: None }
    }

    /// Begins with the request.
    pub(crate) fn start(method: Method, context: &RequestContext<RoleServer>) -> Self {
        let name = method.label_value();
        let parts = || context.extensions.get::<Parts>();
        let span = server_span!(
            name,
            version: agreed(method, context).as_ref().map(|version| version.as_str()),
            session: parts().and_then(|parts| session(&parts.headers)),
            id: context.id,
            http: parts().map(|parts| parts.version)
        );
        if !span.is_disabled() {
            continue_from(parts().map(|parts| &parts.headers), &context.meta, &span);
        }
        ServerSpan { span: CallSpan::new(span), prompt: None }
    }

    /// Of a request that no handler had, over HTTP if something of that is kept. It begins with its refusal.
    pub(super) fn of_refused(method: Method, id: &RequestId, http: Option<&Kept>, meta: &dyn Carrier) -> Self {
        let name = method.label_value();
        let span = server_span!(
            name,
            // What the client asks for is not agreed on.
            version: None::<&str>,
            session: http.and_then(|kept| session(&kept.headers)).map(excerpt),
            id: id,
            http: http.map(|kept| kept.version)
        );
        if !span.is_disabled() {
            continue_from(http.map(|kept| &kept.headers), meta, &span);
        }
        ServerSpan { span: CallSpan::new(span), prompt: None }
    }

    /// The request calls the tool that the client gives this name.
    pub(crate) fn asks_for_tool(&self, name: &str) {
        if self.span.wanted().is_some() {
            self.span.set("gen_ai.operation.name", "execute_tool");
            self.span.set("gen_ai.tool.name", excerpt(name));
        }
    }

    /// The tool is one of the server's own.
    pub(crate) fn is_tool(&self, name: &'static str) {
        self.rename(Method::ToolsCall, name);
    }

    /// The request asks for the prompt that the client gives this name.
    pub(crate) fn asks_for_prompt(&mut self, name: &str) {
        if self.span.wanted().is_some() {
            self.span.set("gen_ai.prompt.name", excerpt(name));
            self.prompt = Some(excerpt(name).to_owned());
        }
    }

    /// The request is about this resource.
    pub(crate) fn is_about(&self, uri: &str) {
        if self.span.wanted().is_some() {
            self.span.set("mcp.resource.uri", excerpt(uri));
        }
    }

    fn rename(&self, method: Method, target: &str) {
        if let Some(span) = self.span.wanted() {
            let name = format!("{} {target}", method.label_value());
            span.record("otel.name", &*name);
            // A span that has begun takes no field for its name.
            span.context().span().update_name(name);
        }
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> Instrumented<F> {
        self.span.around(work)
    }

    /// Both sides have agreed on this version of the protocol.
    pub(crate) fn agreed_on(&self, version: &str) {
        self.span.set("mcp.protocol.version", version);
    }

    /// The request has a result.
    pub(crate) fn succeeded(&self) {
        if let Some(prompt) = &self.prompt {
            self.rename(Method::PromptsGet, prompt);
        }
    }

    /// The request failed; a JSON-RPC code is the type, if there is one.
    pub(crate) fn failed(&self, kind: &str, code: Option<i32>, description: &str) {
        self.span.fail(kind, code, description);
    }

    pub(crate) fn sampled(&self) -> Sampled {
        self.span.sampled()
    }
}

/// Makes the client's span the parent: that of `_meta`, else that of the HTTP request, else the one that is current. Another one is linked.
fn continue_from(headers: Option<&HeaderMap>, meta: &dyn Carrier, span: &Span) {
    let current = Context::current();
    let of_transport = headers.map_or_else(|| current.clone(), |headers| extracted(&current, headers));
    let parent = extracted(&of_transport, meta);
    let (transport, told) = (of_transport.span().span_context().clone(), parent.span().span_context().clone());
    if transport.is_valid() && transport != told {
        span.add_link(transport);
    }
    // It fails where no layer of OpenTelemetry's has the span.
    let _ = span.set_parent(parent);
}

/// The version of the protocol that both sides have. What a client asks for when it opens a session, it may not get.
fn agreed(method: Method, context: &RequestContext<RoleServer>) -> Option<ProtocolVersion> {
    context.protocol_version().filter(|_| method != Method::Initialize)
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get("mcp-session-id")?.to_str().ok()
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

fn excerpt(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}
