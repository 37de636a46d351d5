//! Requests to a Pushgateway.

use std::{fmt, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, Uri, header},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;

use crate::{exposition::Format, outbound};

/// How much of an answer is read.
const ANSWER: usize = 4 * 1024;

/// A Pushgateway and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Gateway {
    host: String,
    port: u16,
    /// Before `/metrics/job/…`.
    prefix: String,
    authorization: Option<HeaderValue>,
}

impl Gateway {
    /// Reads `http://user:password@host:port/prefix`.
    pub(super) fn parse(url: &str) -> Option<Self> {
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
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Some(Gateway { host, port: uri.port_u16().unwrap_or(80), prefix, authorization })
    }

    /// Replaces the metrics of a group.
    pub(super) async fn put(&self, job: &str, instance: &str, text: String, patience: Duration) -> Result<(), String> {
        self.send(Method::PUT, job, instance, text, patience).await
    }

    /// Deletes the metrics of a group.
    pub(super) async fn delete(&self, job: &str, instance: &str, patience: Duration) -> Result<(), String> {
        self.send(Method::DELETE, job, instance, String::new(), patience).await
    }

    async fn send(
        &self,
        method: Method,
        job: &str,
        instance: &str,
        text: String,
        patience: Duration,
    ) -> Result<(), String> {
        let request = self.request(method, job, instance, text).map_err(|error| error.to_string())?;
        match tokio::time::timeout(patience, outbound::exchange(request, ANSWER)).await {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => {
                let text = String::from_utf8_lossy(answer.body());
                Err(format!("it answered {}: {}", answer.status(), text.trim()))
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("no answer within {} s", patience.as_secs())),
        }
    }

    fn request(
        &self,
        method: Method,
        job: &str,
        instance: &str,
        text: String,
    ) -> Result<Request<Body>, axum::http::Error> {
        // Neither name has anything that a URL would have to encode.
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{self}/metrics/job/{job}/instance/{instance}"))
            .header(header::CONTENT_TYPE, Format::Text.content_type());
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.body(text.into())
    }
}

/// Without user and password.
impl fmt::Display for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}{}", self.host, self.port, self.prefix)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_have_a_user_a_port_and_a_prefix() {
        let gateway = Gateway::parse("http://me:se%40cret@push.example.com/team/").expect("a URL");
        assert_eq!(gateway.to_string(), "http://push.example.com:80/team");
        assert_eq!(format!("{gateway:?}"), gateway.to_string(), "no password is shown");
        let request = gateway.request(Method::PUT, "report", "report-1", String::new()).expect("a request");
        assert_eq!(request.uri(), "http://push.example.com:80/team/metrics/job/report/instance/report-1");
        let expected = format!("Basic {}", BASE64_STANDARD.encode("me:se@cret"));
        assert_eq!(request.headers()[header::AUTHORIZATION], expected);
        let plain = Gateway::parse("http://[::1]:9091").expect("a URL");
        assert_eq!((plain.to_string().as_str(), plain.authorization), ("http://[::1]:9091", None));
    }

    #[test]
    fn what_is_no_http_url_is_refused() {
        for wrong in
            ["https://push.example.com", "push.example.com:9091", "http://", "http://host/?a=b", "ftp://host", ""]
        {
            assert_eq!(Gateway::parse(wrong), None, "{wrong}");
        }
    }
}
