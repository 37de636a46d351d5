//! Requests to a Pushgateway.

use std::{fmt, time::Duration};

use axum::http::{Method, header};

use crate::{
    delivery::{Failure, Server},
    error::Error,
    exposition::Format,
    outbound::Tls,
};

/// A Pushgateway. Metrics are below the path of its URL, at `/metrics/job/…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gateway(Server);

impl Gateway {
    /// Reads `http://user:password@host:port/prefix`, or the same with `https://`, which this variable has.
    pub(super) fn parse(url: &str, variable: &'static str) -> Result<Option<Self>, Error> {
        Ok(Server::parse(url, || Tls::of_system(variable, url))?.map(Gateway))
    }

    /// Replaces the metrics of a group.
    pub(super) async fn put(&self, job: &str, instance: &str, text: String, patience: Duration) -> Result<(), Failure> {
        self.send(Method::PUT, job, instance, text, patience).await
    }

    /// Deletes the metrics of a group.
    pub(super) async fn delete(&self, job: &str, instance: &str, patience: Duration) -> Result<(), Failure> {
        self.send(Method::DELETE, job, instance, String::new(), patience).await
    }

    async fn send(
        &self,
        method: Method,
        job: &str,
        instance: &str,
        text: String,
        patience: Duration,
    ) -> Result<(), Failure> {
        // Neither name has anything that a URL would have to encode.
        let request = self.0.request(method, &format!("/metrics/job/{job}/instance/{instance}"));
        let request = request.header(header::CONTENT_TYPE, Format::Text.content_type()).body(text.into());
        let request = request.map_err(|error| Failure::new(error.to_string()))?;
        self.0.send(request, patience).await.map(drop)
    }
}

impl fmt::Display for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
