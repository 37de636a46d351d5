//! Prompts with arguments, by the SDK's `#[prompt_router]`.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example prompts --features macros
//! ```
//!
//! Let an MCP host start `target/debug/examples/prompts`. While it runs, its metrics are
//! on <http://127.0.0.1:9282/metrics>.

use cryptofunk_metrics::{Error, McpServer, mcp_server};
use rmcp::{
    ErrorData, RoleServer,
    handler::server::{prompt::PromptContext, wrapper::Parameters},
    model::{Role::*, *},
    prompt, prompt_router,
    schemars::JsonSchema,
    service::RequestContext,
};
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct CodeReview {
    /// The programming language.
    language: String,
    /// The file.
    file_path: String,
    /// What to look at.
    focus_areas: Option<Vec<String>>,
}

#[derive(Deserialize, JsonSchema)]
struct DataAnalysis {
    /// Such as `csv`, `json` or `logs`.
    data_type: String,
    /// What to find out.
    analysis_type: String,
    /// What else is known.
    context: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Writing {
    /// Such as `email` or `blog`.
    content_type: String,
    /// Who reads it.
    audience: String,
    /// Such as `formal` or `casual`.
    tone: Option<String>,
    /// What it says.
    key_points: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Debugging {
    /// The message or the symptom.
    error_message: String,
    /// The technologies.
    stack: Vec<String>,
    /// What was tried already.
    tried_solutions: Option<Vec<String>>,
}

struct Prompts {
    language: &'static str,
    level: &'static str,
}

#[prompt_router]
impl Prompts {
    /// Starts a conversation.
    #[prompt]
    async fn greeting(&self) -> Vec<PromptMessage> {
        vec![
            PromptMessage::new_text(User, "Hello! I would like to talk."),
            PromptMessage::new_text(Assistant, "Hello! What would you like to talk about?"),
        ]
    }

    /// Reviews code.
    #[prompt]
    async fn code_review(&self, Parameters(args): Parameters<CodeReview>) -> GetPromptResult {
        let CodeReview { language, file_path, focus_areas } = args;
        let focus = focus_areas.unwrap_or_else(|| vec!["correctness".to_owned(), "performance".to_owned()]);
        let (list, words) = (focus.join(", "), focus.join(" and "));
        let (role, level) = (format!("You are an expert {language} code reviewer."), self.level);
        GetPromptResult::new(vec![
            PromptMessage::new_text(Assistant, format!("{role} The user's level is {level}.")),
            PromptMessage::new_text(User, format!("Please review the {language} code at `{file_path}`: {list}")),
            PromptMessage::new_text(Assistant, format!("I look at the {words} of the code at `{file_path}` ...")),
        ])
        .with_description(format!("Review of {language} code: {list}"))
    }

    /// Analyses data.
    #[prompt]
    async fn data_analysis(&self, Parameters(args): Parameters<DataAnalysis>) -> Vec<PromptMessage> {
        let DataAnalysis { data_type, analysis_type, context } = args;
        let context = context.unwrap_or_else(|| "none".to_owned());
        vec![
            PromptMessage::new_text(User, format!("My {data_type} data needs {analysis_type}. Context: {context}")),
            PromptMessage::new_text(Assistant, format!("I analyse your {data_type} data by {analysis_type}.")),
        ]
    }

    /// Helps to write, point by point.
    #[prompt]
    async fn writing_assistant(&self, Parameters(args): Parameters<Writing>) -> GetPromptResult {
        let Writing { content_type, audience, tone, key_points } = args;
        let tone = tone.unwrap_or_else(|| "professional".to_owned());
        let points = key_points.join(", ");
        let mut messages = vec![
            PromptMessage::new_text(Assistant, format!("You write {content_type} for {audience} in a {tone} tone.")),
            PromptMessage::new_text(User, format!("I write {content_type} for {audience}, about: {points}")),
            PromptMessage::new_text(Assistant, "I go through your points."),
        ];
        for (place, point) in key_points.iter().enumerate() {
            let question = format!("What do you suggest for point {}: {point}?", place + 1);
            messages.push(PromptMessage::new_text(User, question));
            messages.push(PromptMessage::new_text(Assistant, format!("For `{point}`, I suggest ...")));
        }
        GetPromptResult::new(messages).with_description(format!("{content_type} for {audience}, {tone}"))
    }

    /// Helps to find a mistake.
    #[prompt]
    async fn debug_assistant(&self, Parameters(args): Parameters<Debugging>) -> Result<GetPromptResult, ErrorData> {
        let Debugging { error_message, stack, tried_solutions } = args;
        let Some(first) = stack.first() else { return Err(ErrorData::invalid_params("`stack` is empty", None)) };
        let all = stack.join(", ");
        let mut messages = vec![
            PromptMessage::new_text(Assistant, format!("You find mistakes in {all}.")),
            PromptMessage::new_text(User, format!("I see this error: {error_message}\nStack: {all}")),
        ];
        if let Some(tried) = tried_solutions.filter(|tried| !tried.is_empty()) {
            messages.push(PromptMessage::new_text(User, format!("I have tried: {}", tried.join(", "))));
            messages.push(PromptMessage::new_text(Assistant, "Then I suggest something else."));
        }
        messages.push(PromptMessage::new_text(Assistant, "First, let me understand where the error comes from."));
        let start: String = error_message.chars().take(50).collect();
        Ok(GetPromptResult::new(messages).with_description(format!("Debugging {start} in {first}")))
    }

    /// What to learn next.
    #[prompt]
    async fn learning_path(&self) -> Vec<PromptMessage> {
        let Prompts { language, level } = self;
        vec![
            PromptMessage::new_text(Assistant, format!("You plan what a user of {level} level learns, in {language}.")),
            PromptMessage::new_text(User, "What should I learn next to program better?"),
            PromptMessage::new_text(Assistant, format!("At {level} level, I recommend ...")),
        ]
    }
}

/// Prompts for reviews of code, analyses of data, writing, debugging and learning.
#[mcp_server(name = "prompts", port = 9282)]
impl Prompts {
    #[mcp_handler]
    async fn list_prompts(&self) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(Self::prompt_router().list_all()))
    }

    #[mcp_handler]
    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let context = PromptContext::new(self, request.name, request.arguments, context);
        Self::prompt_router().get_prompt(context).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    Prompts { language: "English", level: "intermediate" }.serve().await
}
