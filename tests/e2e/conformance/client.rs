//! Tools that ask the client while they run, as protocol versions before 2026-07-28 do.

use cryptofunk_metrics::{
    mcp::rmcp::{
        Peer, RoleServer,
        model::{CreateMessageRequestParams, ElicitRequestParams, ElicitResult, SamplingMessage},
        service::ServiceError,
    },
    mcp_tools,
};
use serde_json::{Value, json};

use super::Conformance;

#[mcp_tools]
impl Conformance {
    /// Asks the client's model.
    #[mcp_tool]
    async fn test_sampling(&self, prompt: String, peer: Peer<RoleServer>) -> Result<String, ServiceError> {
        let request = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(prompt)], 100);
        let answer = peer.create_message(request).await?.message;
        let text = answer.content.first().and_then(|content| content.as_text());
        Ok(format!("LLM response: {}", text.map_or("none", |text| text.text.as_str())))
    }

    /// Asks the user.
    #[mcp_tool]
    async fn test_elicitation(&self, message: String, peer: Peer<RoleServer>) -> Result<String, ServiceError> {
        let properties = json!({
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"},
        });
        let answer = ask(&peer, &message, properties, &["username", "email"]).await?;
        Ok(format!("User response: {:?} {:?}", answer.action, answer.content))
    }

    /// Asks the user, and suggests answers.
    #[mcp_tool]
    async fn test_elicitation_sep1034_defaults(&self, peer: Peer<RoleServer>) -> Result<String, ServiceError> {
        let properties = json!({
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": true},
        });
        let answer = ask(&peer, "Please provide values", properties, &[]).await?;
        Ok(format!("Elicitation completed: {:?} {:?}", answer.action, answer.content))
    }

    /// Asks the user to choose.
    #[mcp_tool]
    async fn test_elicitation_sep1330_enums(&self, peer: Peer<RoleServer>) -> Result<String, ServiceError> {
        let titled = json!([
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"},
        ]);
        let options = ["option1", "option2", "option3"];
        let properties = json!({
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        });
        let answer = ask(&peer, "Please choose", properties, &[]).await?;
        Ok(format!("Elicitation completed: {:?} {:?}", answer.action, answer.content))
    }
}

async fn ask(
    peer: &Peer<RoleServer>,
    message: &str,
    properties: Value,
    required: &[&str],
) -> Result<ElicitResult, ServiceError> {
    peer.create_elicitation(form(message, properties, required)).await
}

/// A form for the user.
pub(super) fn form(message: &str, properties: Value, required: &[&str]) -> ElicitRequestParams {
    let schema = json!({"type": "object", "properties": properties, "required": required});
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message.to_owned(),
        requested_schema: serde_json::from_value(schema).expect("a schema of the protocol"),
    }
}
