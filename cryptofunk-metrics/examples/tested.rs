//! Tests of a server: what its tools answer, and what they record.
//!
//! ```sh
//! cargo test -p cryptofunk-metrics --example tested
//! ```
//!
//! Three tests pass. `testing::call` calls a tool as a client does, without a transport. A `Recording` sees what the test itself has
//! recorded, whatever other tests record at the same time.

use cryptofunk_metrics::{McpServer, mcp_server, metrics};

#[metrics(namespace = "library", convention = "mcp")]
pub mod families {
    /// Books that were lent.
    pub fn lent_total() -> Counter;
}

struct Library;

/// Lends books.
#[mcp_server(name = "library", port = 9289, families = families)]
impl Library {
    /// Lends a book.
    #[mcp_tool]
    async fn lend(&self, title: String) -> Result<String, String> {
        match title.as_str() {
            "Dune" => {
                families::lent_total().inc();
                Ok(format!("{title} is yours for two weeks"))
            }
            _ => Err(format!("there is no book {title}")),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), cryptofunk_metrics::Error> {
    Library.serve_http(Library::address()?).await
}

#[cfg(test)]
mod tests {
    use cryptofunk_metrics::{
        conventions::mcp::{ErrorType, Method, Server, Status, Tool},
        testing::{self, Recording},
    };
    use serde_json::json;

    use super::*;

    const CALLED: (Server, Tool) = (Server("library"), Tool("lend"));

    #[tokio::test]
    async fn a_loan_is_counted() {
        let recording = Recording::start();
        let result = testing::call(&Library, "lend", json!({ "title": "Dune" })).await.expect("a result");
        assert_eq!(result.content[0].as_text().expect("a text").text, "Dune is yours for two weeks");
        assert_eq!(recording.increase_of(families::lent_total()), 1);
        let calls = families::tool_calls_total(CALLED.0, CALLED.1, Status::Success);
        assert_eq!(recording.increase_of(calls), 1);
    }

    #[tokio::test]
    async fn a_missing_book_is_an_error_of_the_tool() {
        let recording = Recording::start();
        let result = testing::call(&Library, "lend", json!({ "title": "Emma" })).await.expect("a result");
        assert_eq!(result.is_error, Some(true));
        assert_eq!(recording.increase_of(families::lent_total()), 0);
        let errors = families::errors_total(CALLED.0, Method::ToolsCall, ErrorType::ToolError);
        assert_eq!(recording.increase_of(errors), 1);
    }

    #[tokio::test]
    async fn a_title_that_is_no_text_is_refused() {
        let recording = Recording::start();
        let answer = testing::call(&Library, "lend", json!({ "title": 7 })).await;
        assert!(answer.is_err() || answer.is_ok_and(|result| result.is_error == Some(true)));
        let errors = families::errors_total(CALLED.0, Method::ToolsCall, ErrorType::InvalidParams);
        assert_eq!(recording.increase_of(errors), 1);
    }
}
