//! Answers that the SDK replaces by an error once a handler has given them, because the client would not understand them.
//!
//! What is looked at here is what the SDK looks at, in `Service::handle_request` of its servers.

use std::{any::Any, sync::Arc};

use rmcp::{
    RoleServer,
    model::{
        CallToolResponse, ClientCapabilities, ErrorCode, GetPromptResponse, GetSkillResult, InitializeRequestParams,
        ListSkillsResult, ProtocolVersion, ReadResourceResponse, validate_skills,
    },
    service::RequestContext,
};
use serde::Deserialize;
use serde_json::Value;

/// What a client understands.
#[derive(Debug)]
pub(super) struct Client {
    /// It has protocol version 2026-07-28 or a newer one.
    is_current: bool,
    /// The capabilities that the request declares, not read yet: few answers depend on them.
    declared: Option<Value>,
    /// What the client said when it opened its session.
    introduction: Option<Arc<InitializeRequestParams>>,
}

impl Client {
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Self {
        let current = ProtocolVersion::V_2026_07_28;
        Client {
            is_current: context.protocol_version().is_some_and(|version| version.as_str() >= current.as_str()),
            declared: context.meta.get("io.modelcontextprotocol/clientCapabilities").cloned(),
            introduction: context.peer.peer_info(),
        }
    }

    pub(super) fn is_current(&self) -> bool {
        self.is_current
    }

    fn has_tasks(&self) -> bool {
        let declared = self.declared.as_ref().and_then(|declared| ClientCapabilities::deserialize(declared).ok());
        let capabilities = declared.as_ref().or(self.introduction.as_ref().map(|client| &client.capabilities));
        capabilities.is_some_and(ClientCapabilities::supports_tasks)
    }

    /// The code of the error that the client gets instead of this answer, if it does not get the answer.
    pub(super) fn error_instead_of(&self, answer: &dyn Any) -> Option<ErrorCode> {
        let asks = |asks: bool| (asks && !self.is_current).then_some(ErrorCode::INVALID_REQUEST);
        let invalid = |is_valid: bool| (!is_valid).then_some(ErrorCode::INTERNAL_ERROR);
        if let Some(response) = answer.downcast_ref::<CallToolResponse>() {
            match response {
                CallToolResponse::Task(_) if !self.has_tasks() => Some(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY),
                response => asks(matches!(response, CallToolResponse::InputRequired(_))),
            }
        } else if let Some(response) = answer.downcast_ref::<GetPromptResponse>() {
            asks(matches!(response, GetPromptResponse::InputRequired(_)))
        } else if let Some(response) = answer.downcast_ref::<ReadResourceResponse>() {
            asks(matches!(response, ReadResourceResponse::InputRequired(_)))
        } else if let Some(result) = answer.downcast_ref::<ListSkillsResult>() {
            invalid(validate_skills(&result.skills).is_ok())
        } else if let Some(result) = answer.downcast_ref::<GetSkillResult>() {
            invalid(result.skill.validate().is_ok())
        } else {
            None
        }
    }

    /// The code that the client gets of an error with this one.
    pub(super) fn code(&self, code: ErrorCode) -> ErrorCode {
        if self.is_current && code == ErrorCode::RESOURCE_NOT_FOUND { ErrorCode::INVALID_PARAMS } else { code }
    }
}
