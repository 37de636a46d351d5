//! Requests to a server that takes metrics.

use std::{fmt, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header, request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;

use crate::{
    error::Error,
    outbound::{self, Tls},
};

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
    /// Nothing for `http://`.
    tls: Option<Tls>,
}

impl Server {
    /// Reads `http://user:password@host:port/path`; for `https://`, it asks for TLS. Nothing if it is no such URL.
    pub(crate) fn parse(url: &str, tls: impl FnOnce() -> Result<Tls, Error>) -> Result<Option<Self>, Error> {
        let Some((server, is_tls)) = Self::read(url) else { return Ok(None) };
        Ok(Some(if is_tls { Server { tls: Some(tls()?), ..server } } else { server }))
    }

    /// The server without TLS, and whether it needs that.
    fn read(url: &str) -> Option<(Self, bool)> {
        let uri: Uri = url.trim().parse().ok()?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return None,
        };
        if uri.query().is_some() {
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
        let port = uri.port_u16().unwrap_or(outbound::default_port(is_tls));
        Some((Server { host, port, path, authorization, tls: None }, is_tls))
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
        match tokio::time::timeout(patience, outbound::exchange(request, self.tls.as_ref(), ANSWER)).await {
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
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}{}", self.host, self.port, self.path)
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

    fn parsed(url: &str) -> Option<Server> {
        Server::parse(url, || panic!("no TLS")).expect("no error")
    }

    #[test]
    fn a_url_may_have_a_user_a_port_and_a_path() {
        let server = parsed("http://me:se%40cret@push.example.com/team/").expect("a URL");
        assert_eq!(server.to_string(), "http://push.example.com:80/team");
        assert_eq!(format!("{server:?}"), server.to_string(), "no password is shown");
        let request = server.request(Method::PUT, "/a/b").body(Body::empty()).expect("a request");
        assert_eq!(request.uri(), "http://push.example.com:80/team/a/b");
        let expected = format!("Basic {}", BASE64_STANDARD.encode("me:se@cret"));
        assert_eq!(request.headers()[header::AUTHORIZATION], expected);
        let plain = parsed("http://[::1]:9091").expect("a URL");
        assert_eq!((plain.to_string().as_str(), &plain.authorization), ("http://[::1]:9091", &None));
        assert_eq!(plain.request(Method::POST, "").body(Body::empty()).expect("a request").uri().path(), "/");
    }

    #[test]
    fn what_is_no_http_url_is_refused() {
        for wrong in ["push.example.com:9091", "http://", "http://host/?a=b", "ftp://host", "https://host/?a=b", ""] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn with_the_feature_https_has_a_port_of_its_own() {
        const URL: &str = "https://me:secret@push.example.com/team";
        let server = Server::parse(URL, || Tls::of_system("METRICS_PUSH_URL", URL)).expect("certificates");
        assert_eq!(server.expect("a URL").to_string(), "https://push.example.com:443/team");
    }
}
