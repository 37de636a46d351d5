//! A language model behind an endpoint that speaks OpenAI's format of chat completions.

use std::{env, fs, path::PathBuf};

use cryptofunk_metrics::agent::{LlmUsage, TimedOut};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, StatusCode, Uri,
    body::Bytes,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Deserialize;
use serde_json::json;

use crate::settings;

/// An answer of a language model.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// From -1, very bad, to 1, very good.
    pub sentiment: f64,
    /// Tokens of the question.
    pub prompt_tokens: u64,
    /// Tokens of the answer.
    pub completion_tokens: u64,
}

impl LlmUsage for Completion {
    fn prompt_tokens(&self) -> u64 {
        self.prompt_tokens
    }
    fn completion_tokens(&self) -> u64 {
        self.completion_tokens
    }
}

/// The model that is asked for unless LLM_MODEL names another.
const MODEL: &str = "gpt-4o-mini";
/// The longest answer that is read.
const ANSWER_BYTES: usize = 1024 * 1024;

/// Where a model answers.
#[derive(Debug, Clone)]
pub struct Endpoint {
    uri: Uri,
    key_file: Option<PathBuf>,
    model: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum LlmError {
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    #[error("the endpoint cannot be reached: {0}")]
    Unreachable(String),
    #[error("the endpoint answers {status}: {message}")]
    Refused { status: StatusCode, message: String },
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    #[error("cannot read the key from {path}, which LLM_API_KEY_FILE names: {reason}", path = path.display())]
    Key { path: PathBuf, reason: String },
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

#[derive(Deserialize)]
struct Verdict {
    sentiment: f64,
}

const INSTRUCTIONS: &str = "You judge what headlines mean for the price of a cryptocurrency in the next minutes. Answer with \
                            nothing but a JSON object {\"sentiment\": x}, where x goes from -1 (very bad) to 1 (very good).";

impl Endpoint {
    /// The endpoint of LLM_BASE_URL, with the key in LLM_API_KEY_FILE and the model LLM_MODEL; nothing if there is none.
    pub fn from_env() -> anyhow::Result<Option<Self>> {
        let Some(base) = settings::variable::<String>("LLM_BASE_URL", "a URL")? else { return Ok(None) };
        let key_file = env::var_os("LLM_API_KEY_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        let model = env::var("LLM_MODEL").ok().filter(|model| !model.is_empty()).unwrap_or_else(|| MODEL.to_owned());
        Endpoint::new(&base, key_file, model).map(Some)
    }

    /// The endpoint at a base URL, such as `https://api.openai.com/v1`.
    pub fn new(base: &str, key_file: Option<PathBuf>, model: String) -> anyhow::Result<Self> {
        let wrong = |reason: &str| anyhow::anyhow!("LLM_BASE_URL is `{base}`, but should be a URL: {reason}");
        let uri: Uri = format!("{}/chat/completions", base.trim_end_matches('/'))
            .parse()
            .map_err(|error: hyper::http::uri::InvalidUri| wrong(&error.to_string()))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(wrong("it begins with neither http:// nor https://"));
        }
        let https = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        Ok(Endpoint { uri, key_file, model, client: Client::builder(TokioExecutor::new()).build(https) })
    }

    /// The key, which is read each time so that it can be renewed.
    pub fn key(&self) -> Result<Option<String>, LlmError> {
        let Some(path) = &self.key_file else { return Ok(None) };
        let fails = |reason: String| LlmError::Key { path: path.clone(), reason };
        let key = fs::read_to_string(path).map_err(|error| fails(error.to_string()))?;
        match key.trim() {
            "" => Err(fails("the file is empty".to_owned())),
            key => Ok(Some(key.to_owned())),
        }
    }

    /// Asks what headlines mean.
    pub(super) async fn ask(&self, symbol: &str, headlines: &[String]) -> Result<Completion, LlmError> {
        let question = format!("Headlines about {symbol}:\n- {}", headlines.join("\n- "));
        let request = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": INSTRUCTIONS },
                { "role": "user", "content": question },
            ],
            "temperature": 0,
            "max_tokens": 20,
        });
        let mut question = Request::post(self.uri.clone()).header(CONTENT_TYPE, "application/json");
        if let Some(key) = self.key()? {
            question = question.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let question =
            question.body(Full::from(request.to_string())).map_err(|error| LlmError::Unreachable(error.to_string()))?;
        let answer = self.client.request(question).await.map_err(|error| LlmError::Unreachable(chain(&error)))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| LlmError::Unreadable(error.to_string()))?.to_bytes();
        if !status.is_success() {
            let message = String::from_utf8_lossy(&body).chars().take(200).collect();
            return Err(LlmError::Refused { status, message });
        }
        let answer: Answer = serde_json::from_slice(&body).map_err(|error| LlmError::Unreadable(error.to_string()))?;
        let text = answer.choices.first().map(|choice| choice.message.content.as_str()).unwrap_or_default();
        let sentiment = verdict(text).ok_or_else(|| {
            LlmError::Unreadable(format!("no sentiment in `{}`", text.chars().take(100).collect::<String>()))
        })?;
        let Usage { prompt_tokens, completion_tokens } = answer.usage;
        Ok(Completion { sentiment, prompt_tokens, completion_tokens })
    }
}

/// An error with its causes: the outermost says little.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The sentiment in a model's answer; some models put the JSON object between other words.
pub(super) fn verdict(text: &str) -> Option<f64> {
    let object = &text[text.find('{')?..=text.rfind('}')?];
    let Verdict { sentiment } = serde_json::from_str(object).ok()?;
    sentiment.is_finite().then(|| sentiment.clamp(-1.0, 1.0))
}
