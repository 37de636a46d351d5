//! Headlines, their local reader, and a real HTTP server that speaks the format of chat completions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::post};
use cryptofunk_metrics::{
    catalog::{
        agent::{Agent, Provider, TokenType, llm_calls_total, llm_duration_seconds, llm_tokens_total},
        mcp::Status,
    },
    testing::Recording,
};
use serde_json::{Value, json};

use super::{llm::verdict, *};
use crate::domain::agents::Advice;

#[test]
fn the_lexicon_by_hand() {
    // Good: rallies, strong, growth. Bad: fear.
    let reading = read(&["BTC rallies on strong growth", "A little fear remains"]);
    assert_eq!(reading, Reading { sentiment: 0.5, words: 9 });
    assert_eq!(read(&["Nothing happened"]).sentiment, 0.0);
    assert_eq!(decide(reading.sentiment, "x").advice, Advice::Buy);
    assert_eq!(decide(-1.0, "x").advice, Advice::Sell);
    assert_eq!(decide(0.1, "x").advice, Advice::Hold);
}

#[test]
fn headlines_follow_from_the_seed_and_stay_a_while() {
    assert_eq!(headlines(3, "BTC-USD", 30), headlines(3, "BTC-USD", 44));
    assert_ne!(headlines(3, "BTC-USD", 30), headlines(4, "BTC-USD", 30));
    let moods: Vec<f64> = (0..400).map(|window| read(&headlines(1, "ETH-USD", window * LIFETIME)).sentiment).collect();
    let share = |wanted: fn(&f64) -> bool| moods.iter().filter(|mood| wanted(mood)).count();
    assert!(share(|mood| *mood >= 0.2) > 80 && share(|mood| *mood <= -0.2) > 80, "news are good, bad and in between");
}

#[test]
fn verdicts_are_found_between_words() {
    assert_eq!(verdict(r#"{"sentiment": 0.4}"#), Some(0.4));
    assert_eq!(verdict("Sure! ```json\n{\"sentiment\": -3}\n```"), Some(-1.0));
    for nothing in ["", "very good", "{}", "}{", r#"{"sentiment": "good"}"#] {
        assert_eq!(verdict(nothing), None, "{nothing}");
    }
}

/// An endpoint on a free port whose every answer is made by `answer`.
async fn endpoint<R: IntoResponse + 'static>(answer: impl Fn(Value) -> R + Clone + Send + Sync + 'static) -> Endpoint {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let routes = Router::new().route(
        "/v1/chat/completions",
        post(move |Json(request): Json<Value>| {
            let answer = answer(request).into_response();
            async move { answer }
        }),
    );
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Endpoint::new(&base, None, "test-model".to_owned()).expect("a URL")
}

const OPENAI: Provider = Provider("openai");
const AGENT: Agent = Agent("sentiment-agent");

#[tokio::test]
async fn a_model_is_asked_once_for_the_same_headlines_and_its_tokens_are_counted() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let endpoint = endpoint(move |request| {
        count.fetch_add(1, Ordering::SeqCst);
        assert_eq!(request["model"], "test-model");
        assert!(request["messages"][1]["content"].as_str().is_some_and(|text| text.contains("BTC-USD")));
        Json(json!({
            "choices": [{ "message": { "role": "assistant", "content": "{\"sentiment\": 0.7}" } }],
            "usage": { "prompt_tokens": 120, "completion_tokens": 8 },
        }))
    })
    .await;
    let agent = SentimentAgent::new(1, Some(endpoint));
    let recording = Recording::start();
    for tick in 0..3 {
        let opinion = agent.opinion("BTC-USD", 1_500 + tick).await.expect("an opinion");
        assert_eq!((opinion.advice, opinion.confidence), (Advice::Buy, 0.7));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(recording.increase_of(llm_calls_total(AGENT, OPENAI, Status::Success)), 1);
    assert_eq!(recording.increase_of(llm_tokens_total(AGENT, OPENAI, TokenType::Prompt)), 120);
    assert_eq!(recording.increase_of(llm_tokens_total(AGENT, OPENAI, TokenType::Completion)), 8);
    assert_eq!(recording.increase_of(llm_duration_seconds(AGENT, OPENAI)).count(), 1);
}

/// What is recorded, and said, when the model does not answer as it should: the lexicon reads instead.
async fn falls_back(endpoint: Endpoint) {
    let agent = SentimentAgent::new(1, Some(endpoint));
    let recording = Recording::start();
    let opinion = agent.opinion("BTC-USD", 1_500).await.expect("an opinion");
    assert!(opinion.reason.ends_with("read by the lexicon"), "{}", opinion.reason);
    assert_eq!(recording.increase_of(llm_calls_total(AGENT, OPENAI, Status::Error)), 1);
    assert_eq!(recording.increase_of(llm_calls_total(AGENT, OPENAI, Status::Success)), 0);
    assert_eq!(recording.increase_of(llm_calls_total(AGENT, Provider("lexicon"), Status::Success)), 1);
    assert!(recording.increase_of(llm_tokens_total(AGENT, Provider("lexicon"), TokenType::Prompt)) > 10);
}

#[tokio::test]
async fn errors_of_the_endpoint_are_counted() {
    falls_back(endpoint(|_| (StatusCode::TOO_MANY_REQUESTS, "slow down")).await).await;
    falls_back(endpoint(|_| "no JSON").await).await;
    falls_back(endpoint(|_| Json(json!({ "choices": [{ "message": { "content": "good" } }] }))).await).await;
    let nobody = Endpoint::new("http://127.0.0.1:1/v1", None, "m".to_owned()).expect("a URL");
    falls_back(nobody).await;
    let no_key = Endpoint::new("http://127.0.0.1:1/v1", Some("/does/not/exist".into()), "m".to_owned()).expect("a URL");
    for wrong in ["api.example.com", "ftp://example.com", "http://"] {
        let error = Endpoint::new(wrong, None, "m".to_owned()).expect_err("no URL").to_string();
        assert!(error.starts_with(&format!("LLM_BASE_URL is `{wrong}`, but should be a URL")), "{error}");
    }
    assert!(no_key.key().expect_err("no file").to_string().contains("LLM_API_KEY_FILE"));
    falls_back(no_key).await;
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let silent = Endpoint::new(&base, None, "m".to_owned()).expect("a URL");
    // Time passes as soon as everybody waits.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    falls_back(silent).await;
    assert!(began.elapsed() >= Duration::from_secs(8));
    drop(listener);
}
