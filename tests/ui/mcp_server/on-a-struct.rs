use cryptofunk_metrics::mcp_server;

#[mcp_server(name = "greeter", port = 9300)]
struct Greeter;

fn main() {}
