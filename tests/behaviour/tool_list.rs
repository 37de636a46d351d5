//! Tool lists that change at run time.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use cryptofunk_metrics::{
    McpServer,
    catalog::mcp::{self, ErrorType, Method, Server, Status, Tool},
    encode_text, mcp_server,
    testing::Recording,
};
use rmcp::{
    ClientHandler, ErrorData, Peer, RoleClient, RoleServer, ServerHandler, ServiceError, ServiceExt,
    model::{Tool as Described, *},
    service::NotificationContext,
};
use serde_json::json;
use tokio::sync::Notify;

use super::everything::{Client, call, connect, text};

const SHOP: Server = Server("shop");

#[derive(Default)]
struct Shop {
    is_open: AtomicBool,
    added: Mutex<Vec<String>>,
}

/// Sells while it is open.
#[mcp_server(name = "shop", port = 9396)]
impl Shop {
    /// Opens.
    #[mcp_tool]
    async fn open(&self, peer: Peer<RoleServer>) {
        self.is_open.store(true, SeqCst);
        peer.notify_tool_list_changed().await.expect("the client is there");
    }

    /// Sells.
    #[mcp_tool]
    async fn buy(&self) -> &'static str {
        "bought"
    }

    /// Puts a tool on the list, or takes it off.
    #[mcp_tool]
    async fn change(&self, name: String) {
        let mut added = self.added.lock().expect("nothing panics");
        match added.iter().position(|other| *other == name) {
            Some(place) => drop(added.remove(place)),
            None => added.push(name),
        }
    }

    /// A tool a page.
    #[mcp_handler]
    async fn list_tools(&self, page: Option<PaginatedRequestParams>) -> Result<ListToolsResult, ErrorData> {
        let mut tools = Self::tools();
        tools.retain(|tool| tool.name != "buy" || self.is_open.load(SeqCst));
        for name in &*self.added.lock().expect("nothing panics") {
            assert_ne!(name, "cursed", "the list has a tool that it cannot describe");
            tools.push(Described::new(name.clone(), "Was added.", JsonObject::new()));
        }
        let place: usize = page.and_then(|page| page.cursor).map_or(0, |cursor| cursor.parse().expect("our cursor"));
        let next = (place + 1 < tools.len()).then(|| (place + 1).to_string());
        let mut result = ListToolsResult::with_all_items(vec![tools.swap_remove(place)]);
        result.next_cursor = next;
        Ok(result)
    }

    #[mcp_handler]
    async fn call_tool(&self, request: CallToolRequestParams) -> Result<CallToolResult, ErrorData> {
        match &*request.name {
            "broken" => panic!("on purpose"),
            "failing" => Ok(CallToolResult::error(vec![ContentBlock::text("no luck")])),
            name => Ok(CallToolResult::success(vec![ContentBlock::text(name)])),
        }
    }

    #[mcp_handler]
    fn accepted_subscription_filter(&self, asked: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(asked.clone())
    }
}

fn calls(recording: &Recording, tool: &'static str) -> [u64; 2] {
    [Status::Success, Status::Error]
        .map(|status| recording.increase_of(mcp::tool_calls_total(SHOP, Tool(tool), status)))
}

async fn refused(client: &Client, tool: &'static str) -> ErrorData {
    match client.call_tool(CallToolRequestParams::new(tool)).await {
        Err(ServiceError::McpError(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn names(client: &Client) -> Vec<String> {
    let tools = client.list_all_tools().await.expect("tools");
    tools.into_iter().map(|tool| tool.name.into_owned()).collect()
}

#[tokio::test]
async fn a_tool_that_is_not_listed_is_unknown() {
    let client = connect(Shop::default()).await;
    let recording = Recording::start();
    assert_eq!(names(&client).await, ["open", "change"]);
    let error = refused(&client, "buy").await;
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert_eq!(error.message, "unknown tool `buy`; `tools/list` says which tools shop has now");
    assert_eq!((calls(&recording, "buy"), calls(&recording, "unknown")), ([0, 0], [0, 1]));
    call(&client, "open", json!({})).await;
    assert_eq!(text(&call(&client, "buy", json!({})).await), "bought");
    assert_eq!((calls(&recording, "buy"), calls(&recording, "unknown")), ([1, 0], [0, 1]));
    // Each page is a request; what a call looks up is none.
    assert_eq!(recording.increase_of(mcp::requests_total(SHOP, Method::ToolsList, Status::Success)), 2);
}

#[tokio::test]
async fn tools_that_are_added_are_called_and_counted_while_they_are_listed() {
    let client = connect(Shop::default()).await;
    let recording = Recording::start();
    refused(&client, "gift").await;
    assert!(!encode_text().contains("\"gift\""), "a name that a client made up is a label value");
    call(&client, "change", json!({ "name": "gift" })).await;
    assert_eq!(names(&client).await, ["open", "change", "gift"]);
    assert_eq!(text(&call(&client, "gift", json!({ "any": 1 })).await), "gift");
    call(&client, "change", json!({ "name": "gift" })).await;
    refused(&client, "gift").await;
    assert_eq!((calls(&recording, "gift"), calls(&recording, "unknown")), ([1, 0], [0, 2]));
}

#[tokio::test]
async fn added_tools_fail_as_others_do() {
    let client = connect(Shop::default()).await;
    for name in ["broken", "failing"] {
        call(&client, "change", json!({ "name": name })).await;
    }
    let recording = Recording::start();
    let error = |kind| recording.increase_of(mcp::errors_total(SHOP, Method::ToolsCall, kind));
    let broken = call(&client, "broken", json!({})).await;
    assert_eq!(text(&broken), "the tool `broken` failed inside the server; its log says more");
    assert_eq!(text(&call(&client, "failing", json!({})).await), "no luck");
    assert_eq!((calls(&recording, "broken"), calls(&recording, "failing")), ([0, 1], [0, 1]));
    assert_eq!((error(ErrorType::Panic), error(ErrorType::ToolError)), (1, 1));
    // A list that fails fails the call, and the server lives on.
    call(&client, "change", json!({ "name": "cursed" })).await;
    assert_eq!(refused(&client, "open").await.code, ErrorCode::INTERNAL_ERROR);
    assert_eq!(error(ErrorType::Panic), 2);
}

#[derive(Clone)]
struct Listener(Arc<Notify>);

impl ClientHandler for Listener {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn clients_are_told_of_changes() {
    let tools = Shop::default().get_info().capabilities.tools.expect("it has tools");
    assert_eq!(tools.list_changed, Some(true));
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move { ServiceExt::serve(Shop::default(), there).await.expect("a client").waiting().await });
    let told = Arc::new(Notify::new());
    let client = Listener(told.clone()).serve(here).await.expect("a session");
    client.call_tool(CallToolRequestParams::new("open")).await.expect("it opens");
    told.notified().await;
}

struct Many;

/// Has only tools that it makes up.
#[mcp_server(name = "many", port = 9395)]
impl Many {
    #[mcp_handler]
    async fn list_tools(&self) -> Result<ListToolsResult, ErrorData> {
        let tool = |place| Described::new(format!("made_up_{place}"), "Made up.", JsonObject::new());
        Ok(ListToolsResult::with_all_items((0..1_001).map(tool).collect()))
    }

    #[mcp_handler]
    async fn call_tool(&self) -> Result<CallToolResult, ErrorData> {
        Ok(CallToolResult::success(Vec::new()))
    }
}

#[tokio::test]
async fn the_names_of_added_tools_are_bounded() {
    assert!(Many.get_info().capabilities.tools.is_some() && Many::TOOLS.is_empty());
    let client = connect(Many).await;
    let recording = Recording::start();
    for place in 0..1_001 {
        client.call_tool(CallToolRequestParams::new(format!("made_up_{place}"))).await.expect("a result");
    }
    let calls = |tool| recording.increase_of(mcp::tool_calls_total(Server("many"), Tool(tool), Status::Success));
    assert_eq!((calls("made_up_999"), calls("unknown")), (1, 1));
    assert!(!encode_text().contains("made_up_1000"));
}
