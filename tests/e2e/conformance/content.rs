//! Tools that answer content of every kind, and tools with schemas of their own.

use std::time::Duration;

use cryptofunk_metrics::{
    mcp::rmcp::{
        ErrorData, Peer, RoleServer,
        handler::server::wrapper::Parameters,
        model::{
            AudioContent, ClientCapabilities, ContentBlock, EmbeddedResource, ImageContent, LoggingLevel,
            LoggingMessageNotificationParam, ProgressNotificationParam, ProgressToken, RequestMetaObject,
            ResourceContents,
        },
    },
    mcp_tools,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use super::{Conformance, IMAGE, text};

/// A WAV file without a sample.
const SOUND: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";
const PAUSE: Duration = Duration::from_millis(50);

/// Keywords of JSON Schema 2020-12, as the suite looks for them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    extend("allOf" = [{"anyOf": [{"required": ["name"]}, {"required": ["address"]}]}]),
    extend("if" = {"required": ["address"]}),
    extend("then" = {"properties": {"address": {"required": ["street"]}}}),
    extend("else" = {"required": ["name"]}),
)]
struct Person {
    #[serde(default)]
    name: String,
    #[serde(default)]
    address: Address,
}

#[derive(Deserialize, JsonSchema, Default)]
#[schemars(rename = "address", extend("$anchor" = "address"))]
struct Address {
    #[serde(default)]
    street: String,
    #[serde(default)]
    city: String,
}

#[mcp_tools]
impl Conformance {
    /// Answers a text.
    #[mcp_tool]
    async fn test_simple_text(&self) -> &'static str {
        "This is a simple text response for testing."
    }

    /// Answers a picture.
    #[mcp_tool]
    async fn test_image_content(&self) -> ImageContent {
        ImageContent::new(IMAGE, "image/png")
    }

    /// Answers a sound.
    #[mcp_tool]
    async fn test_audio_content(&self) -> AudioContent {
        AudioContent::new(SOUND, "audio/wav")
    }

    /// Answers a resource.
    #[mcp_tool]
    async fn test_embedded_resource(&self) -> EmbeddedResource {
        EmbeddedResource::new(text("test://embedded-resource", "text/plain", "This is an embedded resource content."))
    }

    /// Answers content of several kinds.
    #[mcp_tool]
    async fn test_multiple_content_types(&self) -> Vec<ContentBlock> {
        let resource: ResourceContents =
            text("test://mixed-content-resource", "application/json", r#"{"test":"data","value":123}"#);
        vec![
            ContentBlock::text("Multiple content types test:"),
            ContentBlock::image(IMAGE, "image/png"),
            ContentBlock::resource(resource),
        ]
    }

    /// Always fails.
    #[mcp_tool]
    async fn test_error_handling(&self) -> Result<String, &'static str> {
        Err("This tool intentionally returns an error for testing")
    }

    /// Logs to the client while it runs.
    #[mcp_tool]
    async fn test_tool_with_logging(&self, peer: Peer<RoleServer>) -> Result<&'static str, ErrorData> {
        for message in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
            self.log(&peer, LoggingLevel::Info, message).await?;
            sleep(PAUSE).await;
        }
        Ok("Logging test completed")
    }

    /// Logs to a client that asks for it.
    #[mcp_tool]
    async fn test_logging_tool(
        &self,
        meta: RequestMetaObject,
        peer: Peer<RoleServer>,
    ) -> Result<&'static str, ErrorData> {
        if let Some(level) = meta.log_level() {
            self.log(&peer, level, "the client asked for it").await?;
        }
        Ok("Logging tool completed")
    }

    /// Reports progress.
    #[mcp_tool]
    async fn test_tool_with_progress(
        &self,
        token: Option<ProgressToken>,
        peer: Peer<RoleServer>,
    ) -> Result<&'static str, ErrorData> {
        for progress in [0.0, 50.0, 100.0] {
            if let Some(token) = &token {
                let report = ProgressNotificationParam::new(token.clone(), progress).with_total(100.0);
                peer.notify_progress(report).await.map_err(lost)?;
            }
            sleep(PAUSE).await;
        }
        Ok("Progress test completed")
    }

    /// Takes its time, so that a client can lose its connection.
    #[mcp_tool]
    async fn test_reconnection(&self) -> &'static str {
        sleep(2 * PAUSE).await;
        "Reconnection test completed"
    }

    /// A schema with keywords of JSON Schema 2020-12.
    #[mcp_tool(name = "json_schema_2020_12_tool")]
    async fn json_schema(&self, Parameters(Person { name, address }): Parameters<Person>) -> String {
        format!("Hello, {name} of {} in {}!", address.street, address.city)
    }

    /// An argument that is also in a header.
    #[mcp_tool]
    async fn test_custom_header(&self, #[schemars(extend("x-mcp-header" = "Value"))] value: String) -> String {
        value
    }

    /// Needs a client that can sample.
    #[mcp_tool]
    async fn test_missing_capability(&self, meta: RequestMetaObject) -> Result<&'static str, ErrorData> {
        match meta.client_capabilities().unwrap_or_default().sampling {
            Some(_) => Ok("Required capability declared"),
            None => {
                let sampling = ClientCapabilities::builder().enable_sampling().build();
                Err(ErrorData::missing_required_client_capability(sampling))
            }
        }
    }
}

impl Conformance {
    /// Tells the client, unless it has asked for graver messages alone.
    async fn log(&self, peer: &Peer<RoleServer>, level: LoggingLevel, message: &str) -> Result<(), ErrorData> {
        let least = *self.level.lock().expect("no panic");
        if (level as u8) < least as u8 {
            return Ok(());
        }
        peer.notify_logging_message(LoggingMessageNotificationParam::new(level, json!(message))).await.map_err(lost)
    }
}

fn lost(error: impl ToString) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}
