//! Messages without a broker: the orchestrator passes them on.

use std::{path::PathBuf, sync::Arc, time::Duration};

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
use reqwest::{Method, RequestBuilder};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::{Bus, BusError, Subject};
use crate::{
    rest::{ErrorBody, Failure},
    settings::without_password,
};

/// Messages that a slow listener may be behind.
const BEHIND: usize = 4_096;
/// What messages are.
const JSON: &str = "application/json";
/// The code of the answer to a message that nobody hears.
const NOBODY: &str = "nobody_listens";
/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(5);

const SUBJECTS: [Subject; 4] = [Subject::Signals, Subject::Decisions, Subject::Heartbeats, Subject::Control];

/// The orchestrator's side: takes messages from agents, and passes them on to all who listen.
#[derive(Debug)]
pub(crate) struct Hub {
    channels: [broadcast::Sender<Vec<u8>>; 4],
    stop: CancellationToken,
}

impl Hub {
    /// A hub whose streams end when `stop` is cancelled.
    pub(crate) fn new(stop: CancellationToken) -> Arc<Self> {
        Arc::new(Hub { channels: SUBJECTS.map(|_| broadcast::Sender::new(BEHIND)), stop })
    }

    /// `POST /bus/{subject}` takes a message, `GET /bus/{subject}` is the stream of them, one a line. For whoever the caller
    /// of this lets through: see [`access`](crate::access).
    pub(crate) fn routes(self: &Arc<Self>) -> Router {
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
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Failure::new(status, "unsupported_media_type", "messages are application/json").into_response();
    }
    match hub.channel(subject).send(message.to_vec()) {
        Ok(_) => StatusCode::ACCEPTED.into_response(),
        Err(_) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, NOBODY, "nobody listens").into_response(),
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
        Err(error) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", error.to_string()).into_response(),
    }
}

fn unknown() -> Response {
    let subjects = "the subjects are signals, decisions, heartbeats and control";
    Failure::new(StatusCode::NOT_FOUND, "not_found", subjects).into_response()
}

/// An agent's side.
#[derive(Debug)]
pub(crate) struct Loopback {
    url: String,
    token: Option<PathBuf>,
    client: reqwest::Client,
}

impl Loopback {
    /// The bus of the orchestrator at this URL, and the file with the token that it asks for.
    pub(crate) fn new(orchestrator: String, token: Option<PathBuf>) -> Self {
        Loopback { url: orchestrator, token, client: reqwest::Client::new() }
    }

    fn fails(&self, reason: &dyn std::fmt::Display) -> BusError {
        BusError::Loopback { url: without_password(&self.url), reason: reason.to_string() }
    }

    /// A request with the token, if there is one. Without one the orchestrator says what is missing.
    async fn request(&self, method: Method, subject: Subject) -> Result<RequestBuilder, BusError> {
        let request = self.client.request(method, format!("{}/bus/{}", self.url, subject.label_value()));
        let Some(file) = &self.token else { return Ok(request) };
        let token = tokio::fs::read_to_string(file).await;
        let token = token.map_err(|error| BusError::Token { file: file.clone(), reason: error.to_string() })?;
        Ok(request.bearer_auth(token.trim()))
    }

    /// An answer that is no error.
    async fn accepted(&self, subject: Subject, answer: reqwest::Response) -> Result<reqwest::Response, BusError> {
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let error = answer.json::<ErrorBody>().await.ok().map(|body| body.error);
        Err(match error {
            Some(error) if error.code == NOBODY => BusError::NobodyListens(subject),
            Some(error) => self.fails(&error.message),
            None => self.fails(&status),
        })
    }
}

#[async_trait]
impl Bus for Loopback {
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError> {
        let request = self.request(Method::POST, subject).await?.header(CONTENT_TYPE, JSON);
        let answer = request.timeout(PATIENCE).body(message).send().await.map_err(|error| self.fails(&error))?;
        self.accepted(subject, answer).await.map(drop)
    }

    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError> {
        let request = self.request(Method::GET, subject).await?;
        let answer = tokio::time::timeout(PATIENCE, request.send())
            .await
            .map_err(|error| self.fails(&error))?
            .map_err(|error| self.fails(&error))?;
        let answer = self.accepted(subject, answer).await?;
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
    use axum::{http::Request, middleware};
    use tower::ServiceExt;

    use super::*;
    use crate::access::Token;

    /// A hub that asks for the token in this file, and its URL.
    async fn hub(token: &std::path::Path) -> (Arc<Hub>, CancellationToken, String) {
        let stop = CancellationToken::new();
        let hub = Hub::new(stop.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let token = Token::new(Some(token.to_owned()));
        let routes = hub.routes().layer(middleware::from_fn_with_state(token, Token::require));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (hub, stop, url)
    }

    fn token() -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "secret\n").expect("it is written");
        file
    }

    #[tokio::test]
    async fn without_the_token_nothing_is_said_and_nothing_is_heard() {
        let (right, wrong) = (token(), tempfile::NamedTempFile::new().expect("a file"));
        let (hub, _stop, url) = hub(right.path()).await;
        let mut control = hub.subscribe(Subject::Control).await.expect("the hub listens");
        std::fs::write(wrong.path(), "secre").expect("it is written");
        for file in [None, Some(wrong.path().to_owned())] {
            let stranger = Loopback::new(url.clone(), file);
            let said =
                stranger.publish(Subject::Control, b"pause".to_vec()).await.expect_err("it is refused").to_string();
            assert!(said.contains("a bearer token is required, that of the file API_TOKEN_FILE"), "{said}");
            assert!(stranger.subscribe(Subject::Signals).await.is_err());
        }
        let agent = Loopback::new(url, Some(right.path().to_owned()));
        agent.publish(Subject::Control, b"resume".to_vec()).await.expect("it is sent");
        assert_eq!(control.next().await, Some(b"resume".to_vec()), "the first message that came");
    }

    #[tokio::test]
    async fn messages_go_both_ways_and_end_with_the_hub() {
        let file = token();
        let (hub, stop, url) = hub(file.path()).await;
        let agent = Loopback::new(url, Some(file.path().to_owned()));
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
        let error = Loopback::new("http://127.0.0.1:1".to_owned(), None).publish(Subject::Signals, Vec::new()).await;
        let error = error.expect_err("nobody is there").to_string();
        assert!(error.starts_with("the orchestrator does not take messages at http://127.0.0.1:1: "), "{error}");
    }
}
