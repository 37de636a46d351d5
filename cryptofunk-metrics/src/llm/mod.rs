//! Calls of language models, counted and timed, with their tokens.
//!
//! [`#[llm_call]`](macro@crate::llm_call) marks a method of an [`#[agent]`](macro@crate::agent), an
//! [`#[mcp_server]`](macro@crate::mcp_server) or a [`#[component]`](macro@crate::component). Every call is recorded: `success` for `Ok`,
//! with its tokens; `error` for `Err`, a panic and a timeout; `cancelled` if it is dropped. Its duration is observed in every case. A panic
//! reaches the caller.
//!
//! An agent records into the families of its convention `agent`. Every component records into those of `llm` and `otel-gen-ai`, if its
//! `families` have them.
//!
//! ```
//! use cryptofunk_metrics::{component, llm::LlmUsage, metrics};
//!
//! #[metrics(namespace = "mail", convention = "llm")]
//! pub mod families {}
//!
//! struct Answer { text: String, tokens: (u64, u64) }
//!
//! impl LlmUsage for Answer {
//!     fn prompt_tokens(&self) -> u64 { self.tokens.0 }
//!     fn completion_tokens(&self) -> u64 { self.tokens.1 }
//! }
//!
//! struct Sorter { model: String }
//!
//! /// Sorts support mail.
//! #[component(name = "sorter", port = 8097, families = families)]
//! impl Sorter {
//!     #[llm_call(provider = "openai", model = self.model)]
//!     async fn ask(&self, mail: &str) -> Result<Answer, std::convert::Infallible> {
//!         Ok(Answer { text: format!("urgent: {mail}"), tokens: (120, 8) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! Sorter { model: "gpt-5-mini".to_owned() }.ask("The server is down").await.unwrap();
//! let text = cryptofunk_metrics::encode_text();
//! assert!(text.contains(
//!     r#"mail_llm_calls_total{component="sorter",provider="openai",model="gpt-5-mini",status="success"} 1"#
//! ));
//! # }
//! ```

mod call;
mod usage;

#[doc(hidden)]
pub use call::{Call, expose, measure, measure_within};
pub use usage::{LlmUsage, TimedOut};
