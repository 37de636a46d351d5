//! Where notifications arrive: what looks like Slack, PagerDuty and a mail server; and a language model that can be made to fail.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// The kinds of receivers.
pub(super) const SLACK: &str = "slack";
pub(super) const PAGERDUTY: &str = "pagerduty";
pub(super) const MAIL: &str = "mail";
pub(super) const WEBHOOK: &str = "webhook";
pub(super) const ALL: [&str; 4] = [SLACK, PAGERDUTY, MAIL, WEBHOOK];

/// A message that has arrived.
#[derive(Debug, Clone)]
pub(super) struct Message {
    receiver: &'static str,
    /// `warning: LLMErrors`, and `LLMErrors is over` at the end of it.
    pub(super) title: String,
    /// The whole of it. What is not firing any more begins with `Over: `.
    pub(super) text: String,
}

impl Message {
    /// Whether it tells of something that has this word, and whether that is over.
    pub(super) fn tells(&self, word: &str, is_over: bool) -> bool {
        self.text.lines().any(|line| line.contains(word) && line.starts_with("Over: ") == is_over)
    }
}

/// All that arrives.
#[derive(Debug, Clone, Default)]
pub(super) struct Inbox {
    messages: Arc<Mutex<Vec<Message>>>,
    model_fails: Arc<AtomicBool>,
}

impl Inbox {
    /// Listens on free ports: for HTTP and for mail.
    pub(super) async fn listen(&self) -> std::io::Result<(u16, u16)> {
        let routes = Router::new()
            .route("/slack", post(async |State(inbox): State<Inbox>, Json(body)| inbox.add_json(SLACK, &body)))
            .route("/webhook", post(async |State(inbox): State<Inbox>, Json(body)| inbox.add_json(WEBHOOK, &body)))
            .route(
                "/pagerduty",
                post(async |State(inbox): State<Inbox>, Json(body)| {
                    inbox.add_json(PAGERDUTY, &body);
                    (StatusCode::ACCEPTED, Json(json!({ "status": "success" })))
                }),
            )
            .route("/v1/chat/completions", post(model))
            .with_state(self.clone());
        let http = TcpListener::bind("127.0.0.1:0").await?;
        let mail = TcpListener::bind("127.0.0.1:0").await?;
        let ports = (http.local_addr()?.port(), mail.local_addr()?.port());
        tokio::spawn(async { axum::serve(http, routes).await });
        let inbox = self.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = mail.accept().await {
                tokio::spawn(receive_mail(connection, inbox.clone()));
            }
        });
        Ok(ports)
    }

    /// Makes the language model answer with an error, or well again.
    pub(super) fn model_fails(&self, fails: bool) {
        self.model_fails.store(fails, Ordering::Relaxed);
    }

    /// Whether something has arrived at a receiver since the first so many messages.
    pub(super) fn has(&self, since: usize, receiver: &str, matches: impl Fn(&Message) -> bool) -> bool {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().skip(since).any(|message| message.receiver == receiver && matches(message))
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn add(&self, receiver: &'static str, title: String, text: String) {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).push(Message { receiver, title, text });
    }

    /// Keeps what has arrived as JSON. Its texts are lines, so that nothing in them is escaped.
    fn add_json(&self, receiver: &'static str, body: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let title = match receiver {
            SLACK => text(&body["attachments"][0]["title"]),
            PAGERDUTY => text(&body["payload"]["summary"]),
            // It has what the titles of the others are made of.
            _ => match (text(&body["groupLabels"]["alertname"]), body["status"] == "resolved") {
                (name, true) => format!("{name} is over"),
                (name, false) => format!("{}: {name}", text(&body["commonLabels"]["severity"])),
            },
        };
        let mut texts = String::new();
        if receiver == WEBHOOK {
            for alert in body["alerts"].as_array().into_iter().flatten() {
                // As the template of the others has it.
                let over = if alert["status"] == "resolved" { "Over: " } else { "" };
                texts += &format!("{over}{}\n", text(&alert["annotations"]["summary"]));
                collect(&alert["annotations"], &mut texts);
            }
        } else {
            collect(body, &mut texts);
        }
        self.add(receiver, title, texts);
    }
}

/// All texts of some JSON, a line each.
fn collect(value: &Value, texts: &mut String) {
    match value {
        Value::String(text) => {
            texts.push_str(text);
            texts.push('\n');
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, texts)),
        Value::Object(all) => all.values().for_each(|one| collect(one, texts)),
        _ => {}
    }
}

/// Answers as OpenAI's chat completions do.
async fn model(State(inbox): State<Inbox>) -> impl IntoResponse {
    if inbox.model_fails.load(Ordering::Relaxed) {
        let error: Value = json!({ "error": { "message": "the model is overloaded" } });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(error));
    }
    let content = json!({ "sentiment": 0.4, "confidence": 0.8, "reason": "good news" }).to_string();
    let answer = json!({
        "choices": [{ "message": { "role": "assistant", "content": content } }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20 },
    });
    (StatusCode::OK, Json(answer))
}

/// One connection of a mail client (RFC 5321, as much as a client needs that only sends).
async fn receive_mail(connection: TcpStream, inbox: Inbox) -> std::io::Result<()> {
    let (read, mut write) = connection.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 inbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail += &line;
                    mail.push('\n');
                }
                let title = mail.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned();
                // Its body is quoted-printable: soft line breaks, and = for =3D.
                inbox.add(MAIL, title, mail.replace("=\n", "").replace("=3D", "="));
                "250 kept\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                break;
            }
            _ => "250 inbox\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
