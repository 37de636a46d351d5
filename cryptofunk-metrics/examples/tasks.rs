//! A tool that runs as a task, for clients that know tasks.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example tasks
//! ```
//!
//! Let an MCP host start `target/debug/examples/tasks`. While it runs, its metrics are
//! on <http://127.0.0.1:9280/metrics>.

use std::time::Duration;

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData, RoleServer,
    model::*,
    service::RequestContext,
    task_manager::{TaskExit, TaskManager, TaskOptions},
};

struct Tasks(TaskManager);

/// Runs `slow_sum` as a task, for clients that know tasks.
#[mcp_server(name = "tasks", port = 9280)]
impl Tasks {
    /// Adds two numbers, which takes two seconds.
    #[mcp_tool]
    async fn slow_sum(&self, context: RequestContext<RoleServer>, a: i32, b: i32) -> CallToolResponse {
        let sum = async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            CallToolResult::success(vec![ContentBlock::text((a + b).to_string())])
        };
        if !context.client_capabilities().is_some_and(|client| client.supports_tasks()) {
            return sum.await.into();
        }
        let task = self.0.spawn(TaskOptions::default(), |task| {
            Box::pin(async move {
                tokio::select! {
                    () = task.cancelled() => Err(TaskExit::Cancelled),
                    result = sum => Ok(result),
                }
            })
        });
        CreateTaskResult::new(task).into()
    }

    /// Repeats a message at once.
    #[mcp_tool]
    async fn quick_echo(&self, message: String) -> String {
        message
    }

    #[mcp_handler]
    async fn get_task(&self, request: GetTaskParams) -> Result<GetTaskResult, ErrorData> {
        Ok(GetTaskResult::new(self.0.get_task(&request.task_id)?))
    }

    #[mcp_handler]
    async fn update_task(&self, request: UpdateTaskParams) -> Result<(), ErrorData> {
        self.0.update_task(&request.task_id, request.input_responses)
    }

    #[mcp_handler]
    async fn cancel_task(&self, request: CancelTaskParams) -> Result<(), ErrorData> {
        self.0.cancel_task(&request.task_id)
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    Tasks(TaskManager::new()).serve().await
}
