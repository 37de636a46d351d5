use cryptofunk_metrics::llm_call;

#[llm_call(provider = "openai")]
async fn ask() {}

fn main() {}
