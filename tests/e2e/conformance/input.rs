//! Tools that answer what they need from the client first, as protocol version 2026-07-28 does.

use cryptofunk_metrics::{
    mcp::rmcp::{
        ErrorData,
        handler::server::tool::{InputResponses, RequestState},
        model::{
            CallToolResponse, CallToolResult, ContentBlock, CreateMessageRequest, CreateMessageRequestParams,
            ElicitRequest, InputRequest, InputRequests, InputRequiredResult, JsonObject, ListRootsRequest,
            RequestMetaObject, SamplingMessage,
        },
    },
    mcp_tools,
};
use serde_json::{Value, json};

use super::{Conformance, client::form};

type Answer = Result<CallToolResponse, ErrorData>;

#[mcp_tools]
impl Conformance {
    /// Needs a name.
    #[mcp_tool]
    async fn test_input_required_result_elicitation(&self, responses: InputResponses) -> Answer {
        match response(&responses, "user_name") {
            Some(answer) => done(format!("Hello, {}!", answer["content"]["name"])),
            None => ask([("user_name", question("name"))], None),
        }
    }

    /// Needs the client's model.
    #[mcp_tool]
    async fn test_input_required_result_sampling(&self, responses: InputResponses) -> Answer {
        match response(&responses, "capital_question") {
            Some(answer) => done(format!("The model says: {}", answer["content"]["text"])),
            None => ask([("capital_question", sample("What is the capital of France?"))], None),
        }
    }

    /// Needs the client's roots.
    #[mcp_tool]
    async fn test_input_required_result_list_roots(&self, responses: InputResponses) -> Answer {
        match response(&responses, "client_roots") {
            Some(answer) => done(format!("Roots: {}", answer["roots"])),
            None => ask([("client_roots", roots())], None),
        }
    }

    /// Keeps its state with the client.
    #[mcp_tool]
    async fn test_input_required_result_request_state(&self, state: RequestState) -> Answer {
        self.confirmed(state)
    }

    /// Refuses a state that it has not written.
    #[mcp_tool]
    async fn test_input_required_result_tampered_state(&self, state: RequestState) -> Answer {
        self.confirmed(state)
    }

    /// Needs several answers at once.
    #[mcp_tool]
    async fn test_input_required_result_multiple_inputs(
        &self,
        state: RequestState,
        responses: InputResponses,
    ) -> Answer {
        let is_ours = self.open(&state)?.is_some();
        let names = ["user_name", "greeting", "client_roots"];
        if is_ours && names.iter().all(|name| response(&responses, name).is_some()) {
            return done("All inputs received");
        }
        let [user, greeting, client_roots] = names;
        let requests = [(user, question("name")), (greeting, sample("Generate a greeting")), (client_roots, roots())];
        ask(requests, Some(self.seal(0)?))
    }

    /// Needs one answer after another.
    #[mcp_tool]
    async fn test_input_required_result_multi_round(&self, state: RequestState) -> Answer {
        match self.open(&state)? {
            None => ask([("step1", question("name"))], Some(self.seal(1)?)),
            Some(1) => ask([("step2", question("color"))], Some(self.seal(2)?)),
            Some(_) => done("Multi-round flow complete"),
        }
    }

    /// Asks for what the client can answer.
    #[mcp_tool]
    async fn test_input_required_result_capabilities(
        &self,
        meta: RequestMetaObject,
        responses: InputResponses,
    ) -> Answer {
        let client = meta.client_capabilities().unwrap_or_default();
        let requests = [
            client.elicitation.is_some().then(|| ("user_name", question("name"))),
            client.sampling.is_some().then(|| ("greeting", sample("Generate a greeting"))),
            client.roots.is_some().then(|| ("client_roots", roots())),
        ];
        let requests: Vec<_> = requests.into_iter().flatten().collect();
        if responses.0.is_some() || requests.is_empty() { done("Nothing more to ask") } else { ask(requests, None) }
    }

    /// Needs a value, whoever asks.
    #[mcp_tool]
    async fn test_streaming_elicitation(&self) -> Answer {
        ask([("streaming_elicitation", question("value"))], None)
    }
}

impl Conformance {
    fn confirmed(&self, state: RequestState) -> Answer {
        match self.open(&state)? {
            Some(_) => done("Confirmed: state-ok"),
            None => ask([("confirm", question("ok"))], Some(self.seal(0)?)),
        }
    }

    fn seal(&self, round: u8) -> Result<String, ErrorData> {
        self.states.seal_json(&round).map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    fn open(&self, state: &RequestState) -> Result<Option<u8>, ErrorData> {
        let opened = state.0.as_deref().map(|state| self.states.open_json(state)).transpose();
        opened.map_err(|_| ErrorData::invalid_params("requestState failed integrity verification", None))
    }
}

/// What the client answered; only an object is an answer.
pub(super) fn response<'r>(responses: &'r InputResponses, name: &str) -> Option<&'r Value> {
    responses.0.as_ref()?.get(name).filter(|answer| answer.is_object())
}

pub(super) fn question(field: &str) -> InputRequest {
    let kind = if field == "ok" || field == "confirm" { "boolean" } else { "string" };
    let properties = Value::Object(JsonObject::from_iter([(field.to_owned(), json!({"type": kind}))]));
    InputRequest::Elicitation(ElicitRequest::new(form(&format!("Please say your {field}"), properties, &[field])))
}

fn sample(prompt: &str) -> InputRequest {
    let params = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(prompt)], 100);
    InputRequest::CreateMessage(CreateMessageRequest::new(params))
}

fn roots() -> InputRequest {
    InputRequest::ListRoots(ListRootsRequest::default())
}

pub(super) fn required(requests: impl IntoIterator<Item = (&'static str, InputRequest)>) -> InputRequests {
    requests.into_iter().map(|(name, request)| (name.to_owned(), request)).collect()
}

pub(super) fn ask(requests: impl IntoIterator<Item = (&'static str, InputRequest)>, state: Option<String>) -> Answer {
    Ok(InputRequiredResult::new(Some(required(requests)), state).into())
}

fn done(text: impl Into<String>) -> Answer {
    Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
}
