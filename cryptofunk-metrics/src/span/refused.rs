//! The span of a request that was refused before a handler had it.

use rmcp::model::RequestId;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{kept::Kept, server::ServerSpan};
use crate::conventions::mcp::Method;

/// A request of JSON-RPC, as far as a span says something of it.
#[derive(Deserialize)]
struct Asked {
    id: RequestId,
    method: String,
    #[serde(default)]
    params: Value,
}

impl ServerSpan {
    /// Of a request over HTTP with this body; none if that is no request of JSON-RPC.
    pub(crate) fn refused(kept: &Kept, body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(asked) => Self::of_asked(kept, &asked),
            Err(_) => Self::none(),
        }
    }

    /// Of a line of standard input that was no message, or none that the server reads; it has this id.
    pub(crate) fn refused_line(id: Option<&RequestId>) -> Self {
        match id {
            Some(id) => Self::of_refused(Method::Other, id, None, &Map::new()),
            None => Self::none(),
        }
    }

    fn of_asked(kept: &Kept, Asked { id, method, params }: &Asked) -> Self {
        let none = Map::new();
        let meta = params.get("_meta").and_then(Value::as_object).unwrap_or(&none);
        let method = Method::from_name(method);
        let mut span = Self::of_refused(method, id, Some(kept), meta);
        let text = |name: &str| params.get(name).and_then(Value::as_str);
        match (method, text("name"), text("uri")) {
            (Method::ToolsCall, Some(name), _) => span.asks_for_tool(name),
            (Method::PromptsGet, Some(name), _) => span.asks_for_prompt(name),
            (Method::ResourcesRead | Method::ResourcesSubscribe | Method::ResourcesUnsubscribe, _, Some(uri)) => {
                span.is_about(uri);
            }
            _ => {}
        }
        span
    }
}
