//! Completion of a prompt's arguments, which depends on those that are filled in.
//!
//! ```sh
//! cargo build -p cryptofunk-metrics --example completion --features macros
//! ```
//!
//! Let an MCP host start `target/debug/examples/completion`. While it runs, its metrics are
//! on <http://127.0.0.1:9283/metrics>.

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
struct SqlQuery {
    /// SELECT, INSERT, UPDATE or DELETE.
    operation: String,
    /// The table.
    table: String,
    /// Columns, of a SELECT or an UPDATE.
    columns: Option<String>,
    /// A condition.
    where_clause: Option<String>,
    /// Values, of an INSERT.
    values: Option<String>,
}

impl SqlQuery {
    fn sql(&self) -> String {
        let SqlQuery { operation, table, .. } = self;
        let given = |part: &Option<String>, otherwise: &str| {
            part.clone().filter(|part| !part.is_empty()).unwrap_or_else(|| otherwise.to_owned())
        };
        let condition = self.where_clause.as_ref().map(|condition| format!(" WHERE {condition}")).unwrap_or_default();
        match operation.to_uppercase().as_str() {
            "SELECT" => format!("SELECT {} FROM {table}{condition}", given(&self.columns, "*")),
            "INSERT" if self.values.is_none() => format!("INSERT INTO {table} (...) VALUES (...)"),
            "INSERT" => format!("INSERT INTO {table} VALUES ({})", given(&self.values, "...")),
            "UPDATE" => format!("UPDATE {table} SET {}{condition}", given(&self.columns, "...")),
            "DELETE" => format!("DELETE FROM {table}{condition}"),
            _ => format!("{operation} FROM {table}"),
        }
    }
}

/// How well a candidate fits what was typed; nothing if it does not.
fn score(typed: &str, candidate: &str) -> Option<u32> {
    let (typed, lower) = (typed.to_lowercase(), candidate.to_lowercase());
    let mut rest = lower.chars();
    // Of "js" and "JavaScript": the initials of words, or the capitals of one word.
    let words = candidate.split_whitespace();
    let initials: String = match words.clone().count() {
        0 | 1 => candidate.chars().filter(|letter| letter.is_uppercase()).collect(),
        _ => words.filter_map(|word| word.chars().next()).collect(),
    };
    match () {
        () if lower == typed => Some(1000),
        () if lower.starts_with(&typed) => Some(900),
        () if lower.contains(&typed) => Some(800),
        () if initials.to_lowercase() == typed => Some(700),
        // Of "rs" and "Rust": its letters in their order.
        () if typed.chars().all(|letter| rest.any(|other| other == letter)) => Some(680),
        () => None,
    }
}

struct SqlServer;

#[prompt_router]
impl SqlServer {
    /// Builds an SQL query.
    #[prompt]
    async fn sql_query(&self, Parameters(query): Parameters<SqlQuery>) -> GetPromptResult {
        let SqlQuery { operation, table, .. } = &query;
        let (question, answer) = if operation.is_empty() {
            let choices = "SELECT (read data), INSERT (add data), UPDATE (change data) or DELETE (remove data)";
            ("Where do I start?".to_owned(), format!("What do you want to do? Choose {choices}."))
        } else if table.is_empty() {
            (format!("I want to {operation} data. What next?"), format!("Which table do you want to {operation}?"))
        } else {
            let sql = format!("This is your query:\n\n```sql\n{}\n```", query.sql());
            let does = format!("It will {} the table {table}.", operation.to_lowercase());
            ("Write the query, and say what it does.".to_owned(), format!("{sql}\n\n{does}"))
        };
        let operation = if operation.is_empty() { "unknown" } else { operation };
        let table = if table.is_empty() { "a table" } else { table };
        GetPromptResult::new(vec![PromptMessage::new_text(User, question), PromptMessage::new_text(Assistant, answer)])
            .with_description(format!("SQL query: {operation} on {table}"))
    }
}

/// Builds SQL queries, step by step: first the operation (`sel` completes to SELECT), then the table, then what the operation needs:
/// columns of SELECT and UPDATE, values of INSERT, and a condition of all.
#[mcp_server(name = "completion", port = 9283)]
impl SqlServer {
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

    #[mcp_handler]
    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
        let filled = request.context.unwrap_or_default();
        let operation = filled.get_argument("operation").map(|operation| operation.to_uppercase());
        let is_ours = matches!(&request.r#ref, Reference::Prompt(prompt) if prompt.name == "sql_query");
        let candidates: &[&str] = match (request.argument.name.as_str(), operation.as_deref()) {
            _ if !is_ours => &[],
            ("operation", _) => &["SELECT", "INSERT", "UPDATE", "DELETE"],
            ("table", _) => &["users", "orders", "products", "categories", "reviews"],
            ("columns" | "values", None) => &["Choose operation first"],
            ("columns", Some("SELECT" | "UPDATE")) => &["id", "name", "email", "created_at", "updated_at", "*"],
            ("values", Some("INSERT")) => &["'John Doe'", "'jane@example.com'", "123", "NOW()"],
            ("columns" | "values", _) => &["Not applicable for this operation"],
            ("where_clause", _) if filled.argument_names().count() < 2 => &["Complete operation and table first"],
            ("where_clause", _) => &["id = 1", "name = 'example'", "created_at > '2023-01-01'", "status = 'active'"],
            _ => &[],
        };
        let typed = &request.argument.value;
        let mut fitting: Vec<_> =
            candidates.iter().filter_map(|candidate| Some((score(typed, candidate)?, candidate))).collect();
        if !typed.is_empty() {
            fitting.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.cmp(second)));
        }
        let values = fitting.iter().take(10).map(|(_, candidate)| candidate.to_string()).collect();
        let completion = CompletionInfo::with_pagination(values, None, false);
        Ok(CompleteResult::new(completion.map_err(|error| ErrorData::internal_error(error, None))?))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    SqlServer.serve().await
}
