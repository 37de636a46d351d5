//! A tool that needs more input: it answers with a question and a sealed state, and the client calls it again with both.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example request_state --features request-state
//! ```
//!
//! Let an MCP host start `target/debug/examples/request_state`. While it runs, its metrics are
//! on <http://127.0.0.1:9279/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData,
    handler::server::tool::{InputResponses, RequestState},
    model::*,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A real server reads its key from where it keeps secrets.
const KEY: &[u8] = b"example-request-state-signing-key-32b!";

#[derive(Serialize, Deserialize)]
enum Awaiting {
    City,
}

struct Weather {
    codec: RequestStateCodec,
}

/// The weather; it asks for the city.
#[mcp_server(name = "request-state", port = 9279)]
impl Weather {
    /// The weather of a city.
    #[mcp_tool]
    async fn weather(
        &self,
        RequestState(state): RequestState,
        InputResponses(responses): InputResponses,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(sealed) = state else { return self.ask() };
        let Awaiting::City = self.codec.open_json(&sealed).map_err(|_| invalid("tampered or unknown request state"))?;
        let responses = responses.unwrap_or_default();
        let response = responses.get("city").ok_or_else(|| invalid("the response about the city is missing"))?;
        let response = ElicitResult::deserialize(response).map_err(|_| invalid("the response is no elicitation's"))?;
        let city = response.content.as_ref().and_then(|content| content["city"].as_str());
        let text = match response.action {
            ElicitationAction::Accept => {
                format!("It is sunny in {}.", city.ok_or_else(|| invalid("the response has no city"))?)
            }
            ElicitationAction::Decline => "There is no weather without a city.".to_owned(),
            ElicitationAction::Cancel => "Cancelled.".to_owned(),
            _ => return Err(invalid("unknown elicitation action")),
        };
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }

    fn ask(&self) -> Result<CallToolResponse, ErrorData> {
        let sealed = self.codec.seal_json(&Awaiting::City);
        let sealed = sealed.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] });
        let question = ElicitRequest::new(ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: "Which city?".to_owned(),
            requested_schema: serde_json::from_value(schema).expect("a schema"),
        });
        let questions = InputRequests::from_iter([("city".to_owned(), InputRequest::Elicitation(question))]);
        Ok(InputRequiredResult::new(Some(questions), Some(sealed)).into())
    }
}

fn invalid(text: &'static str) -> ErrorData {
    ErrorData::invalid_params(text, None)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let codec = RequestStateCodec::try_new(KEY).expect("a key of 32 bytes or more");
    Weather { codec }.serve().await
}
