use cryptofunk_metrics::mcp_server;

#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
struct Box;
#[allow(dead_code, non_camel_case_types)]
struct core;
#[allow(dead_code)]
enum Result {
    Ok,
}

struct Greeter;

/// Greets.
#[mcp_server(name = "greeter", port = 9300)]
impl Greeter {
    /// Says hello.
    #[mcp_tool]
    async fn hello(&self, name: std::option::Option<String>) -> std::string::String {
        name.unwrap_or_default()
    }
}

pub fn main() {}
