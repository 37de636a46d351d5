use cryptofunk_metrics::mcp_server;

use cryptofunk_metrics::mcp::rmcp::{ErrorData, Json, model::*};

struct Tools;

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Point {
    x: f64,
}

#[derive(serde::Serialize)]
struct Plain {
    x: f64,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Returns everything.
#[mcp_server(name = "tools", port = 9300)]
impl Tools {
    /// A.
    #[mcp_tool]
    async fn described(&self) -> Point {
        Point { x: 1.0 }
    }
    /// B.
    #[mcp_tool]
    async fn plain(&self) -> Plain {
        Plain { x: 1.0 }
    }
    /// C.
    #[mcp_tool]
    async fn through_an_alias(&self) -> Outcome<Point> {
        Err("no".into())
    }
    /// D.
    #[mcp_tool]
    async fn sdk(&self) -> Result<CallToolResult, ErrorData> {
        Ok(CallToolResult::success(vec![]))
    }
    /// E.
    #[mcp_tool]
    async fn response(&self) -> Result<CallToolResponse, ErrorData> {
        Ok(CallToolResult::success(vec![]).into())
    }
    /// F.
    #[mcp_tool]
    async fn json(&self) -> Json<Point> {
        Json(Point { x: 1.0 })
    }
    /// G.
    #[mcp_tool]
    async fn image(&self) -> ImageContent {
        ImageContent::new("aGk=", "image/png")
    }
    /// H.
    #[mcp_tool]
    async fn audio(&self) -> AudioContent {
        AudioContent::new("aGk=", "audio/wav")
    }
    /// I.
    #[mcp_tool]
    async fn resource(&self) -> ContentBlock {
        ContentBlock::embedded_text("file:///a", "text")
    }
    /// J.
    #[mcp_tool]
    async fn mixed(&self) -> Vec<ContentBlock> {
        vec![]
    }
    /// K.
    #[mcp_tool]
    async fn number(&self) -> f64 {
        1.0
    }
    /// L.
    #[mcp_tool]
    async fn flag(&self) -> bool {
        true
    }
    /// M.
    #[mcp_tool]
    async fn perhaps(&self) -> Option<Point> {
        None
    }
    /// N.
    #[mcp_tool]
    async fn pair(&self) -> (String, u8) {
        (String::new(), 0)
    }
    /// O.
    #[mcp_tool]
    async fn value(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
    /// P.
    #[mcp_tool]
    async fn text_error(&self) -> Result<(), String> {
        Err("no".to_owned())
    }
    /// Q.
    #[mcp_tool]
    async fn never(&self) -> Result<&'static str, std::convert::Infallible> {
        Ok("yes")
    }
    /// R.
    #[mcp_tool]
    async fn own_type(&self) -> Result<Self, &'static str>
    where
        Self: Sized,
    {
        Err("no")
    }
}

impl serde::Serialize for Tools {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

pub fn main() {}
