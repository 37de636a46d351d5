//! What is exported, and what follows from the answer.

use std::{sync::Arc, time::Duration};

use axum::http::{Method, StatusCode, header};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

use super::{request, resource::resource, settings::OtlpSettings};
use crate::{
    delivery::{Delivery, End, Failure, LAST, Refresh, Worker},
    discovery::Instance,
    gzip,
};

/// Exports the metrics of the process until it ends.
pub(crate) fn start(settings: OtlpSettings, instance: Arc<Instance>, refresh: Option<Refresh>) -> Option<Worker> {
    Worker::start(Exporter { settings, instance, has_told_of_rejection: false }, refresh)
}

struct Exporter {
    settings: OtlpSettings,
    instance: Arc<Instance>,
    has_told_of_rejection: bool,
}

/// How long to wait after the first failure; twice as long after each other one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

impl Exporter {
    async fn export(&mut self, patience: Duration) -> Result<(), Failure> {
        // Without a slot there is one attribute less, and the counts are exported all the same.
        let instance = self.instance.label().ok();
        let resource = resource(self.instance.component(), instance.as_deref(), &self.settings.resource);
        let body = request::request(resource, self.settings.aggregation).encode_to_vec();
        let mut builder = self
            .settings
            .collector
            .request(Method::POST, "")
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .header(header::USER_AGENT, concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        if let Some(headers) = builder.headers_mut() {
            headers.extend(self.settings.headers.clone());
        }
        let request = match self.settings.compresses {
            true => {
                let body = gzip::compress(&body).map_err(|error| Failure::new(error.to_string()))?;
                builder.header(header::CONTENT_ENCODING, "gzip").body(body.into())
            }
            false => builder.body(body.into()),
        };
        let request = request.map_err(|error| Failure::new(error.to_string()))?;
        let answer = self.settings.collector.send(request, patience).await?;
        self.tell_rejection(&answer);
        Ok(())
    }

    /// Logs once what the collector did not want of an export that it took.
    fn tell_rejection(&mut self, answer: &[u8]) {
        let answer = ExportMetricsServiceResponse::decode(answer).unwrap_or_default();
        let partial = answer.partial_success.unwrap_or_default();
        if (partial.rejected_data_points > 0 || !partial.error_message.is_empty()) && !self.has_told_of_rejection {
            self.has_told_of_rejection = true;
            let (collector, message) = (&self.settings.collector, partial.error_message);
            tracing::warn!("{collector} rejected {} data points: {message}", partial.rejected_data_points);
        }
    }
}

impl Delivery for Exporter {
    const THREAD: &'static str = "metrics-otlp";

    fn interval(&self) -> Option<Duration> {
        Some(self.settings.interval)
    }

    /// Tries again earlier where that may help. Nothing is kept meanwhile: what is counted is in the next export.
    fn pause(&self, interval: Duration, failures: u32, failure: &Failure) -> Duration {
        pause(interval, failures, failure)
    }

    async fn send(&mut self) -> Result<(), Failure> {
        self.export(self.settings.timeout).await
    }

    async fn send_last(&mut self, _: End) -> Result<(), Failure> {
        self.export(self.settings.timeout.min(LAST)).await
    }

    fn tell_failure(&self, error: &str) {
        tracing::warn!("cannot export metrics to {}: {error}", self.settings.collector);
    }

    fn tell_success(&self) {
        tracing::info!("metrics are exported to {} again", self.settings.collector);
    }
}

fn pause(interval: Duration, failures: u32, failure: &Failure) -> Duration {
    // Those of OTLP's specification; other answers will be the same again.
    let may_pass = match failure.status {
        None => true,
        Some(status) => matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ),
    };
    if !may_pass {
        return interval;
    }
    match failure.retry_after {
        Some(after) => after.min(interval.max(Duration::from_secs(300))),
        None => FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(interval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_later_and_later() {
        let minute = Duration::from_secs(60);
        let seconds = |failures, failure: &Failure| pause(minute, failures, failure).as_secs();
        let lost = Failure::new("connection refused".to_owned());
        assert_eq!([1, 2, 3, 6, 7, u32::MAX].map(|failures| seconds(failures, &lost)), [1, 2, 4, 32, 60, 60]);
        let answered = |status| Failure { status: Some(status), ..lost.clone() };
        assert_eq!(seconds(2, &answered(StatusCode::SERVICE_UNAVAILABLE)), 2);
        assert_eq!(seconds(1, &answered(StatusCode::BAD_REQUEST)), 60);
        let busy = Failure { retry_after: Some(Duration::from_secs(7)), ..answered(StatusCode::TOO_MANY_REQUESTS) };
        assert_eq!(seconds(1, &busy), 7);
        assert_eq!(pause(Duration::from_millis(5), 1, &lost), Duration::from_millis(5));
    }
}
