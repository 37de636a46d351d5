//! Objectives of servers and tools, however they are written.

#![deny(warnings)]

use std::time::Duration;

use cryptofunk_metrics::{
    Component, McpServer,
    descriptor::{LatencyObjective, Objective},
    mcp_server, metrics,
};

const GOAL: f64 = 99.5;
const SOON: Duration = Duration::from_millis(200);

macro_rules! server {
    ($ty:ident, $name:literal, $port:literal, $success:expr, $percent:literal < $bound:expr) => {
        pub struct $ty;

        /// Made by a macro.
        #[mcp_server(name = $name, port = $port, slo(success = $success, latency($percent < $bound)))]
        impl $ty {
            /// Promises something else.
            #[mcp_tool(slo(success = $success))]
            async fn tool(&self) {}
        }
    };
}

server!(Constants, "constants", 9300, GOAL, 99 < SOON);
server!(Literals, "literals", 9301, 99.5, 99 < "200ms");

#[metrics(namespace = "", convention = ["mcp", "otel-mcp"], lazy)]
#[convention(buckets(tool_call_duration_seconds = [0.25], mcp_server_operation_duration_seconds = [7]))]
pub mod both {}

#[metrics(namespace = "weather", convention = "otel-mcp", lazy)]
pub mod otel {}

pub mod parts {
    use cryptofunk_metrics::mcp_tools;

    #[mcp_tools]
    impl super::Several {
        /// Stricter than the server.
        #[mcp_tool(slo(success = 99.9, latency(50 < "250ms")))]
        async fn strict(&self) {}
    }
}

pub struct Several;

/// In several blocks, with both conventions: the guide's families are what counts.
#[mcp_server(name = "several", port = 9302, families = both, tools = [parts], slo(success = 99))]
impl Several {
    /// Promises nothing.
    #[mcp_tool]
    async fn idle(&self) {}

    /// Of which there are two forms.
    #[cfg(not(windows))]
    #[mcp_tool(slo(latency(99.9 < "250ms")))]
    async fn form(&self) {}

    /// Of which there are two forms.
    #[cfg(any())]
    #[mcp_tool(slo(latency(99.9 < "7s")))]
    async fn form(&self) {}
}

pub struct Generic<T>(T);

/// Of any type, under OpenTelemetry's names.
#[mcp_server(name = "generic", port = 9303, families = otel, slo(latency(95 < "1m")))]
impl<T: Send + Sync + 'static> Generic<T> {
    /// Promises more.
    #[mcp_tool(slo(success = 75, latency(95 < "10s")))]
    async fn tool(&self) {
        let _ = &self.0;
    }
}

pub fn main() {
    let latency = Some(LatencyObjective { percent: 99.0, seconds: 0.2 });
    assert_eq!(Constants::DESCRIPTOR.objective, Objective::new(Some(99.5), latency));
    assert_eq!(Literals::OBJECTIVE, Constants::OBJECTIVE);
    assert_eq!(Constants::TOOLS[0].objective, Objective::new(Some(99.5), None));
    let of = |name: &str| Several::DESCRIPTOR.tools.iter().find(|tool| tool.name == name).map(|tool| tool.objective);
    assert_eq!(of("idle"), Some(Objective::NONE));
    assert_eq!(of("form").and_then(|form| form.latency), Some(LatencyObjective { percent: 99.9, seconds: 0.25 }));
    assert_eq!(of("strict").and_then(|strict| strict.success), Some(99.9));
    assert_eq!(Generic::<u8>::DESCRIPTOR.tools[0].objective.success, Some(75.0));
}
