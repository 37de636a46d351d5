//! Spans of agents: their analyses, LLM calls and calls of servers.

use std::time::Duration;

use cryptofunk_metrics::{
    Label, McpServer, agent,
    agent::{AgentSignal, CallError, LlmUsage, McpClient, TimedOut},
    mcp::HttpSettings,
    trace::TraceContext,
};
use opentelemetry::trace::{SpanKind, Status};
use serde_json::json;
use tracing::Instrument;

use super::{everything::Everything, spans::Spans};

#[derive(Label, Debug, Clone, Copy)]
#[allow(dead_code, reason = "the families of CryptoFunk have all three")]
enum Kind {
    Buy,
    Sell,
    Hold,
}

struct Opinion(Kind);

impl AgentSignal for Opinion {
    type Kind = Kind;
    fn kind(&self) -> Kind {
        self.0
    }
    fn confidence(&self) -> f64 {
        0.5
    }
}

struct Answer;

impl LlmUsage for Answer {
    fn prompt_tokens(&self) -> u64 {
        30
    }
    fn completion_tokens(&self) -> u64 {
        4
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("unsure")]
    Unsure,
    #[error(transparent)]
    Late(#[from] TimedOut),
    #[error(transparent)]
    Call(#[from] CallError),
}

#[derive(Clone, Copy)]
enum Mood {
    Calm(Kind),
    Unsure,
    Angry,
    Endless,
}

/// Thinks, asks a model and calls a server.
struct Curious {
    model: &'static str,
    server: Option<McpClient>,
}

/// Does what its mood says.
#[agent(name = "curious-agent", port = 9391)]
impl Curious {
    #[analysis(timeout = "2s")]
    async fn analyze(&self, mood: Mood) -> Result<Opinion, Trouble> {
        if let Some(server) = &self.server {
            let _: serde_json::Value = server.call("undescribed", json!({})).await?;
            server.call::<serde_json::Value>("session", json!({"id": "b"})).await.expect_err("no such session");
        }
        match mood {
            Mood::Calm(kind) => {
                self.ask(Mood::Calm(kind)).await?;
                Ok(Opinion(kind))
            }
            Mood::Unsure => Err(Trouble::Unsure),
            Mood::Angry => panic!("on purpose"),
            Mood::Endless => std::future::pending().await,
        }
    }

    #[llm_call(provider = "openai", model = self.model, timeout = "2s")]
    async fn ask(&self, mood: Mood) -> Result<Answer, Trouble> {
        match mood {
            Mood::Calm(_) => Ok(Answer),
            Mood::Unsure => Err(Trouble::Unsure),
            Mood::Angry => panic!("on purpose"),
            Mood::Endless => std::future::pending().await,
        }
    }
}

impl Curious {
    fn alone() -> Self {
        Curious { model: "gpt-5-mini", server: None }
    }
}

#[tokio::test]
async fn an_analysis_has_what_it_does_within_it() {
    let spans = Spans::collect();
    let bound = Everything::default().bind_http("127.0.0.1:0", HttpSettings::default()).await.expect("a free port");
    let address = bound.local_addr();
    tokio::spawn(bound.run_until(std::future::pending()));
    let server = McpClient::new("everything", format!("http://{address}/mcp")).recorded_by::<Curious>();
    let curious = Curious { server: Some(server), ..Curious::alone() };
    let round = tracing::info_span!("round");
    curious.analyze(Mood::Calm(Kind::Buy)).instrument(round).await.expect("an opinion");

    let round = spans.only("round");
    let analysis = spans.only("invoke_agent curious-agent");
    assert_eq!((analysis.kind(), analysis.status()), (SpanKind::Internal, Status::Unset));
    analysis.has(&[("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", "curious-agent")]);
    assert_eq!((analysis.parent(), analysis.trace()), (round.id(), round.trace()));

    let asked = spans.only("chat gpt-5-mini");
    assert_eq!((asked.kind(), asked.parent()), (SpanKind::Client, analysis.id()));
    asked.has(&[
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "gpt-5-mini"),
        ("gen_ai.usage.input_tokens", "30"),
        ("gen_ai.usage.output_tokens", "4"),
    ]);

    // Client and server have a span each, of one name.
    let port = address.port().to_string();
    for (name, failed) in [("tools/call undescribed", false), ("tools/call session", true), ("initialize", false)] {
        let both: Vec<_> = spans.all().into_iter().filter(|span| span.is(name)).collect();
        let [server, client] = &both[..] else { panic!("{name}: {:?}", spans.names()) };
        assert_eq!((client.kind(), server.kind()), (SpanKind::Client, SpanKind::Server), "{name}");
        assert_eq!((server.parent(), server.trace()), (client.id(), round.trace()), "{name}");
        assert!(server.is_remote_child(), "{name}");
        let method = name.split(' ').next().expect("a word");
        client.has_among(&[
            ("mcp.method.name", method),
            ("mcp.protocol.version", "2025-11-25"),
            ("network.transport", "tcp"),
            ("server.address", "127.0.0.1"),
            ("server.port", &port),
        ]);
        let error = failed.then(|| "tool_error".to_owned());
        assert_eq!((client.attribute("error.type"), server.attribute("error.type")), (error.clone(), error), "{name}");
        let parent = if name == "initialize" { first_call(&spans) } else { analysis.id() };
        assert_eq!(client.parent(), parent, "{name}");
    }
}

/// The client's span of the call that opened the session.
fn first_call(spans: &Spans) -> String {
    let calls = spans.all().into_iter().filter(|span| span.is("tools/call undescribed"));
    calls.filter(|span| span.kind() == SpanKind::Client).map(|span| span.id()).next().expect("a call")
}

#[tokio::test(start_paused = true)]
async fn analyses_and_calls_of_models_fail_in_every_way() {
    let spans = Spans::collect();
    let curious = Curious::alone();
    for (mood, analysis, asked) in [(Mood::Unsure, "_OTHER", "_OTHER"), (Mood::Endless, "timeout", "timeout")] {
        assert!(curious.analyze(mood).await.is_err() && curious.ask(mood).await.is_err());
        check(&spans, analysis, asked);
    }
    let limit = Duration::from_millis(1);
    assert!(tokio::time::timeout(limit, curious.analyze(Mood::Endless)).await.is_err());
    assert!(tokio::time::timeout(limit, curious.ask(Mood::Endless)).await.is_err());
    check(&spans, "cancelled", "cancelled");
    let analysis = tokio::spawn(async { Curious::alone().analyze(Mood::Angry).await.is_ok() });
    assert!(analysis.await.is_err_and(|error| error.is_panic()));
    let asked = tokio::spawn(async { Curious::alone().ask(Mood::Angry).await.is_ok() });
    assert!(asked.await.is_err_and(|error| error.is_panic()));
    check(&spans, "panic", "_OTHER");
}

#[track_caller]
fn check(spans: &Spans, analysis: &str, asked: &str) {
    for (name, error) in [("invoke_agent curious-agent", analysis), ("chat gpt-5-mini", asked)] {
        let span = spans.only(name);
        assert_eq!(
            (span.status(), span.attribute("error.type")),
            (Status::error(""), Some(error.to_owned())),
            "{name}"
        );
    }
    spans.forget();
}

#[tokio::test]
async fn a_call_of_nobody_is_a_span_that_failed() {
    let spans = Spans::collect();
    let client = McpClient::new("shop", "http://me:secret@127.0.0.1:1/mcp?key=secret");
    client.call::<()>("buy", json!({})).await.expect_err("nobody is there");
    let span = spans.only("tools/call buy");
    assert_eq!(span.attribute("error.type").as_deref(), Some("_OTHER"));
    span.has_among(&[("server.address", "127.0.0.1"), ("server.port", "1")]);
    assert!(!spans.debug().contains("secret"));
}

#[tokio::test]
async fn a_message_carries_the_trace() {
    let spans = Spans::collect();
    let sent = tracing::info_span!("sender").in_scope(|| serde_json::to_string(&TraceContext::current()));
    let received: TraceContext = serde_json::from_str(&sent.expect("a text")).expect("the same");
    let span = tracing::info_span!("receiver");
    received.continue_in(&span);
    drop(span);
    let (sender, receiver) = (spans.only("sender"), spans.only("receiver"));
    assert_eq!((receiver.trace(), receiver.parent()), (sender.trace(), sender.id()));
    assert!(TraceContext::current().is_empty());
}
