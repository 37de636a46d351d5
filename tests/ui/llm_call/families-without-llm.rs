use cryptofunk_metrics::{component, llm::LlmUsage, metrics};

#[metrics(namespace = "mail", convention = "component")]
mod families {}

struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        1
    }
    fn completion_tokens(&self) -> u64 {
        1
    }
}

struct Sorter;

/// Sorts mail.
#[component(name = "sorter", port = 9300, families = families)]
impl Sorter {
    #[llm_call(provider = "openai")]
    async fn ask(&self) -> Result<Answer, String> {
        Ok(Answer)
    }
}

fn main() {}
