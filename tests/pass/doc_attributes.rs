use cryptofunk_metrics::mcp_server;

struct Greeter;

#[doc = "Greets, "]
/// in two lines.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    #[doc = concat!("Says", " hello.")]
    /// In `code`, "quotes" and \\ backslashes.
    #[mcp_tool]
    async fn hello(
        &self,
        #[doc = "Whom to greet."]
        name: String,
    ) -> String {
        name
    }
}

pub fn main() {}
