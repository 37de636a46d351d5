//! Tools that go on as tasks, for clients that know tasks.

use std::time::Duration;

use cryptofunk_metrics::{
    mcp::rmcp::{
        ErrorData,
        handler::server::tool::InputResponses,
        model::{
            CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock, CreateTaskResult, RequestMetaObject,
        },
        task_manager::{TaskContext, TaskExit, TaskOptions},
    },
    mcp_tools,
};
use tokio::time::sleep;

use super::{
    Conformance,
    input::{ask, question, response},
};

type Answer = Result<CallToolResponse, ErrorData>;

#[mcp_tools]
impl Conformance {
    /// Greets at once.
    #[mcp_tool]
    async fn greet(&self, #[default("friend")] name: String) -> String {
        format!("Hello, {name}!")
    }

    /// Computes for some seconds.
    #[mcp_tool]
    async fn slow_compute(
        &self,
        meta: RequestMetaObject,
        #[default(1.0)] seconds: f64,
        #[default("compute")] label: String,
    ) -> Answer {
        let duration = Duration::from_secs_f64(seconds);
        let answer = CallToolResult::success(vec![ContentBlock::text(format!("{label} done after {seconds}s"))]);
        if !knows_tasks(&meta) {
            sleep(duration).await;
            return Ok(answer.into());
        }
        self.task(move |task| async move {
            tokio::select! {
                () = task.cancelled() => Err(TaskExit::Cancelled),
                () = sleep(duration) => Ok(answer),
            }
        })
    }

    /// Answers a tool error.
    #[mcp_tool]
    async fn failing_job(&self, meta: RequestMetaObject) -> Answer {
        needs_tasks(&meta)?;
        self.task(|_| async {
            sleep(Duration::from_secs(1)).await;
            Ok(CallToolResult::error(vec![ContentBlock::text("the job failed on purpose")]))
        })
    }

    /// Answers an error of the protocol.
    #[mcp_tool]
    async fn protocol_error_job(&self, meta: RequestMetaObject) -> Answer {
        let error = ErrorData::internal_error("the protocol failed on purpose", None);
        if !knows_tasks(&meta) {
            return Err(error);
        }
        self.task(|_| async {
            sleep(Duration::from_millis(200)).await;
            Err(TaskExit::Error(error))
        })
    }

    /// Deletes a file, if the user agrees.
    #[mcp_tool]
    async fn confirm_delete(&self, meta: RequestMetaObject, #[default("file.txt")] filename: String) -> Answer {
        needs_tasks(&meta)?;
        self.task(move |task| async move {
            let answer = task.request_input("confirm", question("confirm")).await?;
            Ok(CallToolResult::success(vec![ContentBlock::text(format!(
                "{filename}: confirmed = {}",
                answer["content"]["confirm"] == true
            ))]))
        })
    }

    /// Needs two answers at once.
    #[mcp_tool]
    async fn multi_input(&self, meta: RequestMetaObject) -> Answer {
        needs_tasks(&meta)?;
        self.task(|task| async move {
            let inputs =
                (task.request_input("input-a", question("value")), task.request_input("input-b", question("value")));
            let (a, b) = tokio::join!(inputs.0, inputs.1);
            let text = format!("{} {}", a?["content"]["value"], b?["content"]["value"]);
            Ok(CallToolResult::success(vec![ContentBlock::text(text)]))
        })
    }

    /// Needs a name, and goes on as a task.
    #[mcp_tool]
    async fn test_tool_with_task(&self, meta: RequestMetaObject, responses: InputResponses) -> Answer {
        needs_tasks(&meta)?;
        let Some(answer) = response(&responses, "user_name") else {
            return ask([("user_name", question("name"))], None);
        };
        let text = format!("Hello, {}!", answer["content"]["name"].as_str().unwrap_or("friend"));
        self.task(|_| async {
            sleep(Duration::from_millis(200)).await;
            Ok(CallToolResult::success(vec![ContentBlock::text(text)]))
        })
    }
}

impl Conformance {
    fn task<F>(&self, run: impl FnOnce(TaskContext) -> F) -> Answer
    where
        F: Future<Output = Result<CallToolResult, TaskExit>> + Send + 'static,
    {
        Ok(CreateTaskResult::new(self.tasks.spawn(TaskOptions::default(), |task| Box::pin(run(task)))).into())
    }
}

fn knows_tasks(meta: &RequestMetaObject) -> bool {
    meta.client_capabilities().is_some_and(|client| client.supports_tasks())
}

fn needs_tasks(meta: &RequestMetaObject) -> Result<(), ErrorData> {
    let tasks = ClientCapabilities::builder().enable_tasks().build();
    if knows_tasks(meta) { Ok(()) } else { Err(ErrorData::missing_required_client_capability(tasks)) }
}
