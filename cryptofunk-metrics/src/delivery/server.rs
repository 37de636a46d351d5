//! Requests to a server that takes metrics.

use std::{fmt, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header, request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;

use crate::outbound;

/// How much of an answer is read.
const ANSWER: usize = 4 * 1024;

/// A server and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    host: String,
    port: u16,
    /// The path of the URL, without a `/` at its end.
    path: String,
    authorization: Option<HeaderValue>,
}

impl Server {
    /// Reads `http://user:password@host:port/path`.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.trim().parse().ok()?;
        if uri.scheme_str() != Some("http") || uri.query().is_some() {
            return None;
        }
        let authorization = match uri.authority()?.as_str().rsplit_once('@') {
            None => None,
            Some((user, _)) => {
                let user: Vec<u8> = percent_decode_str(user).collect();
                let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(user))).ok()?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let host = uri.host().filter(|host| !host.is_empty())?.to_owned();
        let path = uri.path().trim_end_matches('/').to_owned();
        Some(Server { host, port: uri.port_u16().unwrap_or(80), path, authorization })
    }

    /// The same server, at a path below.
    #[cfg(feature = "otlp")]
    pub(crate) fn at(mut self, below: &str) -> Self {
        self.path.push_str(below);
        self
    }

    /// The beginning of a request to a path below.
    pub(crate) fn request(&self, method: Method, below: &str) -> request::Builder {
        let request = Request::builder().method(method).uri(format!("{self}{below}"));
        match &self.authorization {
            Some(authorization) => request.header(header::AUTHORIZATION, authorization),
            None => request,
        }
    }

    /// The answer to a request, if it is a success and comes in time.
    pub(crate) async fn send(&self, request: Request<Body>, patience: Duration) -> Result<Bytes, Failure> {
        match tokio::time::timeout(patience, outbound::exchange(request, ANSWER)).await {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(answer.into_body()),
            Ok(Ok(answer)) => Err(refusal(&answer)),
            Ok(Err(error)) => Err(Failure::new(error.to_string())),
            Err(_) => Err(Failure::new(format!("no answer within {} s", patience.as_secs_f64()))),
        }
    }
}

fn refusal(answer: &Response<Bytes>) -> Failure {
    let after = answer.headers().get(header::RETRY_AFTER).and_then(|after| after.to_str().ok()?.parse().ok());
    Failure {
        text: format!("it answered {}: {}", answer.status(), String::from_utf8_lossy(answer.body()).trim()),
        status: Some(answer.status()),
        retry_after: after.map(Duration::from_secs),
    }
}

/// Without user and password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}{}", self.host, self.port, self.path)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why something was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "a Pushgateway is asked again at the next interval"))]
pub(crate) struct Failure {
    pub(crate) text: String,
    /// Nothing if there was no answer.
    pub(crate) status: Option<StatusCode>,
    /// When the server wants to be asked again.
    pub(crate) retry_after: Option<Duration>,
}

impl Failure {
    pub(crate) fn new(text: String) -> Self {
        Failure { text, status: None, retry_after: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_have_a_user_a_port_and_a_path() {
        let server = Server::parse("http://me:se%40cret@push.example.com/team/").expect("a URL");
        assert_eq!(server.to_string(), "http://push.example.com:80/team");
        assert_eq!(format!("{server:?}"), server.to_string(), "no password is shown");
        let request = server.request(Method::PUT, "/a/b").body(Body::empty()).expect("a request");
        assert_eq!(request.uri(), "http://push.example.com:80/team/a/b");
        let expected = format!("Basic {}", BASE64_STANDARD.encode("me:se@cret"));
        assert_eq!(request.headers()[header::AUTHORIZATION], expected);
        let plain = Server::parse("http://[::1]:9091").expect("a URL");
        assert_eq!((plain.to_string().as_str(), &plain.authorization), ("http://[::1]:9091", &None));
        assert_eq!(plain.request(Method::POST, "").body(Body::empty()).expect("a request").uri().path(), "/");
    }

    #[test]
    fn what_is_no_http_url_is_refused() {
        for wrong in
            ["https://push.example.com", "push.example.com:9091", "http://", "http://host/?a=b", "ftp://host", ""]
        {
            assert_eq!(Server::parse(wrong), None, "{wrong}");
        }
    }
}
