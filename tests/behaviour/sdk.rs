//! What a server says of itself, and what it answers for what it does not have.

use std::borrow::Cow;

use cryptofunk_metrics::{McpServer, mcp_server};
use rmcp::{
    ErrorData, RoleClient, ServerHandler, ServiceError, ServiceExt,
    model::*,
    service::{ClientLifecycleMode, RunningService, SubscriptionContext, serve_client_with_lifecycle},
};
use serde_json::json;

/// Serves on one end, and connects on the other.
async fn connect<S: McpServer>(server: S) -> RunningService<RoleClient, ()> {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move { ServiceExt::serve(server, there).await.expect("a client").waiting().await });
    ().serve(here).await.expect("it opens a session")
}

fn code(error: ServiceError) -> ErrorCode {
    match error {
        ServiceError::McpError(error) => error.code,
        other => panic!("an error of the protocol, not {other}"),
    }
}

struct Old;

/// Knows old versions alone.
#[mcp_server(name = "old", port = 9310, title = "Old")]
impl Old {
    /// Echoes.
    #[mcp_tool]
    async fn echo(&self) -> &'static str {
        "echo"
    }

    #[mcp_handler]
    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(&[ProtocolVersion::V_2025_03_26])
    }

    #[mcp_handler]
    fn get_info(&self) -> ServerConfig {
        let mut info = self.default_info();
        info.server_info.website_url = Some("https://example.com".to_owned());
        info
    }
}

#[tokio::test]
async fn the_versions_that_a_server_supports_are_obeyed_and_its_info_is_changed_in_part() {
    let client = connect(Old).await;
    let info = client.peer_info().expect("it has opened a session");
    assert_eq!(info.protocol_version, ProtocolVersion::V_2025_03_26);
    let server = info.server_info.as_ref().expect("it says who it is");
    assert_eq!((server.name.as_str(), server.title.as_deref()), ("old", Some("Old")));
    assert_eq!(server.website_url.as_deref(), Some("https://example.com"));
    assert_eq!(info.instructions.as_deref(), Some("Knows old versions alone."));
    assert!(info.capabilities.tools.is_some());

    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move { ServiceExt::serve(Old, there).await });
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    assert!(serve_client_with_lifecycle((), here, lifecycle).await.is_err(), "it does not support that version");
}

struct Choosy;

/// Chooses the version itself.
#[mcp_server(name = "choosy", port = 9311)]
impl Choosy {
    /// Echoes.
    #[mcp_tool]
    async fn echo(&self) -> &'static str {
        "echo"
    }

    #[mcp_handler]
    fn negotiate_initialize(&self, _: &InitializeRequestParams) -> Result<InitializeResult, ErrorData> {
        let mut info = self.get_info();
        info.protocol_version = ProtocolVersion::V_2024_11_05;
        Ok(info)
    }
}

#[tokio::test]
async fn a_server_may_choose_the_version_itself() {
    let client = connect(Choosy).await;
    assert_eq!(client.peer_info().expect("a session").protocol_version, ProtocolVersion::V_2024_11_05);
}

#[tokio::test]
async fn a_malformed_request_of_a_method_that_is_not_there_is_one_that_is_not_there() {
    let client = connect(Choosy).await;
    for (method, params, expected) in [
        ("prompts/get", json!({"name": 1}), ErrorCode::METHOD_NOT_FOUND),
        ("completion/complete", json!({}), ErrorCode::METHOD_NOT_FOUND),
        ("resources/subscribe", json!({"uri": []}), ErrorCode::METHOD_NOT_FOUND),
        ("no/such", json!({}), ErrorCode::METHOD_NOT_FOUND),
        ("tools/call", json!({"name": "echo", "arguments": 1}), ErrorCode::INVALID_PARAMS),
    ] {
        let request = ClientRequest::CustomRequest(CustomRequest::new(method, Some(params)));
        assert_eq!(code(client.send_request(request).await.expect_err(method)), expected, "{method}");
    }
}

struct Skilled;

/// Has skills, and subscriptions.
#[mcp_server(name = "skilled", port = 9312)]
impl Skilled {
    /// Echoes.
    #[mcp_tool]
    async fn echo(&self) -> &'static str {
        "echo"
    }

    #[mcp_handler]
    async fn list_skills(&self) -> Result<ListSkillsResult, ErrorData> {
        Err(ErrorData::internal_error("none yet", None))
    }

    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::default())
    }

    #[mcp_handler]
    fn accepted_subscription_filter(&self, asked: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        let mut accepted = asked.clone();
        accepted.prompts_list_changed = None;
        Some(accepted)
    }

    #[mcp_handler]
    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        context.cancelled().await;
        Ok(())
    }
}

#[test]
fn capabilities_follow_from_what_a_server_has() {
    let all = Skilled.get_info().capabilities;
    assert!(all.supports_skills() && !all.supports_directory_read());
    assert_eq!(all.tools.expect("it has tools").list_changed, Some(true));
    assert_eq!(all.prompts.expect("it has prompts").list_changed, None);
    let resources = all.resources.expect("skills are resources");
    assert_eq!((resources.list_changed, resources.subscribe), (Some(true), Some(true)));
    let none = Choosy.get_info().capabilities;
    assert!(none.prompts.is_none() && none.resources.is_none() && !none.supports_skills());
    assert_eq!(none.tools.expect("it has tools").list_changed, None);
}

struct Pictured;

/// Has a tool with a face.
#[mcp_server(name = "pictured", port = 9311)]
impl Pictured {
    /// Smiles.
    #[mcp_tool(icons = vec![Icon::new("https://example.com/smile.svg").with_mime_type("image/svg+xml")],
               meta = MetaObject(rmcp::object!({ "example.com/mood": "glad" })))]
    fn smile(&self) -> &'static str {
        ":-)"
    }

    /// Has none.
    #[mcp_tool]
    fn plain(&self) -> &'static str {
        "-"
    }
}

#[tokio::test]
async fn icons_and_meta_of_a_tool_reach_the_client() {
    let tools = connect(Pictured).await.list_all_tools().await.expect("a list");
    let [smile, plain] = ["smile", "plain"].map(|name| {
        let tool = tools.iter().find(|tool| tool.name == name).expect("it is listed");
        (serde_json::to_value(&tool.icons).expect("JSON"), tool.meta.clone())
    });
    assert_eq!(smile.0, json!([{ "src": "https://example.com/smile.svg", "mimeType": "image/svg+xml" }]));
    assert_eq!(smile.1, Some(MetaObject(rmcp::object!({ "example.com/mood": "glad" }))));
    assert_eq!(plain, (json!(null), None));
}
