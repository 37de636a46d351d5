//! Messages without a broker: the orchestrator passes them on.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use cryptofunk_metrics::Label;
use futures_util::{StreamExt, stream, stream::BoxStream};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::{Bus, BusError, Subject};

/// Messages that a slow listener may be behind.
const BEHIND: usize = 4_096;
/// What messages are.
const JSON: &str = "application/json";
/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(5);

const SUBJECTS: [Subject; 4] = [Subject::Signals, Subject::Decisions, Subject::Heartbeats, Subject::Control];

/// The orchestrator's side: takes messages from agents, and passes them on to all who listen.
#[derive(Debug)]
pub struct Hub {
    channels: [broadcast::Sender<Vec<u8>>; 4],
    stop: CancellationToken,
}

impl Hub {
    /// A hub whose streams end when `stop` is cancelled.
    pub fn new(stop: CancellationToken) -> Arc<Self> {
        Arc::new(Hub { channels: SUBJECTS.map(|_| broadcast::Sender::new(BEHIND)), stop })
    }

    /// `POST /bus/{subject}` takes a message, `GET /bus/{subject}` is the stream of them, one a line.
    pub fn routes(self: &Arc<Self>) -> Router {
        Router::new().route("/bus/{subject}", get(listen).post(take)).with_state(Arc::clone(self))
    }

    fn channel(&self, subject: Subject) -> &broadcast::Sender<Vec<u8>> {
        &self.channels[subject as usize]
    }
}

#[async_trait]
impl Bus for Hub {
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError> {
        // Rounds begin whether or not an agent is there yet.
        let _ = self.channel(subject).send(message);
        Ok(())
    }

    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError> {
        let messages = stream::unfold(self.channel(subject).subscribe(), |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok(message) => return Some((message, receiver)),
                    Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "messages were lost"),
                    Err(RecvError::Closed) => return None,
                }
            }
        });
        Ok(messages.take_until(self.stop.clone().cancelled_owned()).boxed())
    }

    async fn check(&self) -> Result<(), BusError> {
        Ok(())
    }
}

fn subject(word: &str) -> Option<Subject> {
    SUBJECTS.into_iter().find(|subject| subject.label_value() == word)
}

async fn take(State(hub): State<Arc<Hub>>, Path(word): Path<String>, headers: HeaderMap, message: Bytes) -> Response {
    let Some(subject) = subject(&word) else { return unknown() };
    // A web page cannot send this without asking first, and nobody says yes.
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != JSON) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "messages are application/json\n").into_response();
    }
    match hub.channel(subject).send(message.to_vec()) {
        Ok(_) => StatusCode::ACCEPTED.into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "nobody listens\n").into_response(),
    }
}

async fn listen(State(hub): State<Arc<Hub>>, Path(word): Path<String>) -> Response {
    let Some(subject) = subject(&word) else { return unknown() };
    match hub.subscribe(subject).await {
        Ok(messages) => Body::from_stream(messages.map(|mut message| {
            message.push(b'\n');
            Ok::<_, std::convert::Infallible>(message)
        }))
        .into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "the subjects are signals, decisions, heartbeats and control\n").into_response()
}

/// An agent's side.
#[derive(Debug)]
pub struct Loopback {
    url: String,
    client: reqwest::Client,
}

impl Loopback {
    /// The bus of the orchestrator at this URL.
    pub fn new(orchestrator: String) -> Self {
        Loopback { url: orchestrator, client: reqwest::Client::new() }
    }

    fn fails(&self, reason: &dyn std::fmt::Display) -> BusError {
        BusError::Loopback { url: self.url.clone(), reason: reason.to_string() }
    }
}

#[async_trait]
impl Bus for Loopback {
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError> {
        let request = self.client.post(format!("{}/bus/{}", self.url, subject.label_value()));
        let answer = request
            .timeout(PATIENCE)
            .header(CONTENT_TYPE, JSON)
            .body(message)
            .send()
            .await
            .map_err(|error| self.fails(&error))?;
        match answer.status() {
            StatusCode::SERVICE_UNAVAILABLE => Err(BusError::NobodyListens(subject)),
            status if status.is_success() => Ok(()),
            status => Err(self.fails(&status)),
        }
    }

    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError> {
        let request = self.client.get(format!("{}/bus/{}", self.url, subject.label_value()));
        let answer = tokio::time::timeout(PATIENCE, request.send())
            .await
            .map_err(|error| self.fails(&error))?
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| self.fails(&error))?;
        // One message a line, wherever the network cuts the stream into pieces.
        let lines = stream::unfold((answer, Vec::new()), |(mut answer, mut rest)| async move {
            loop {
                if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let mut line: Vec<u8> = rest.drain(..=end).collect();
                    line.pop();
                    return Some((line, (answer, rest)));
                }
                rest.extend(answer.chunk().await.ok().flatten()?);
            }
        });
        Ok(lines.boxed())
    }

    async fn check(&self) -> Result<(), BusError> {
        let request = self.client.get(format!("{}/health", self.url)).timeout(PATIENCE);
        request.send().await.map(drop).map_err(|error| self.fails(&error))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    /// A hub that answers, and its URL.
    async fn hub() -> (Arc<Hub>, CancellationToken, String) {
        let stop = CancellationToken::new();
        let hub = Hub::new(stop.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let routes = hub.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (hub, stop, url)
    }

    #[tokio::test]
    async fn messages_go_both_ways_and_end_with_the_hub() {
        let (hub, stop, url) = hub().await;
        let agent = Loopback::new(url);
        let nobody = agent.publish(Subject::Signals, b"1".to_vec()).await.expect_err("nobody listens");
        assert_eq!(nobody.to_string(), "nobody listens to `signals`");
        let mut signals = hub.subscribe(Subject::Signals).await.expect("the hub listens");
        let mut control = agent.subscribe(Subject::Control).await.expect("the agent listens");
        for number in 0..100u8 {
            agent.publish(Subject::Signals, vec![b'a', number % 10]).await.expect("it is sent");
            hub.publish(Subject::Control, vec![b'x'; usize::from(number) * 100]).await.expect("it is sent");
        }
        for number in 0..100u8 {
            assert_eq!(signals.next().await, Some(vec![b'a', number % 10]));
            assert_eq!(control.next().await.map(|message| message.len()), Some(usize::from(number) * 100));
        }
        stop.cancel();
        assert_eq!(control.next().await, None);
        assert_eq!(signals.next().await, None);
    }

    #[tokio::test]
    async fn a_web_page_cannot_send_messages() {
        let hub = Hub::new(CancellationToken::new());
        let _listener = hub.subscribe(Subject::Control).await;
        let send = async |path: &str, kind: &str| {
            let request = Request::post(path).header(CONTENT_TYPE, kind).body(Body::from("{}")).expect("a request");
            hub.routes().oneshot(request).await.expect("an answer").status()
        };
        assert_eq!(send("/bus/control", "text/plain").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(send("/bus/control", JSON).await, StatusCode::ACCEPTED);
        assert_eq!(send("/bus/gossip", JSON).await, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn an_orchestrator_that_is_not_there_is_named() {
        let error = Loopback::new("http://127.0.0.1:1".to_owned()).publish(Subject::Signals, Vec::new()).await;
        let error = error.expect_err("nobody is there").to_string();
        assert!(error.starts_with("the orchestrator does not take messages at http://127.0.0.1:1: "), "{error}");
    }
}
