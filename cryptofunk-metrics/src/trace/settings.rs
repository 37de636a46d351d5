//! OpenTelemetry's variables, as far as its SDK does not read them itself or would not say what is wrong with them.

use std::time::Duration;

use axum::http::Uri;

use crate::{
    error::Error,
    outbound::{Signal, Tls, Variable},
};

/// Where spans go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// The collector, for messages.
    pub(super) endpoint: String,
    /// How long a request to it may take.
    pub(super) timeout: Duration,
    /// Nothing for `http://`.
    pub(super) tls: Option<Tls>,
}

const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const PROTOCOLS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const RATIO: &str = "OTEL_TRACES_SAMPLER_ARG";

impl Settings {
    /// What the environment says; nothing if it asks for no traces.
    pub(super) fn of(variable: Variable<'_>) -> Result<Option<Self>, Error> {
        // OpenTelemetry treats an empty value as none.
        let variable =
            |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, variable(name)?)));
        if variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let endpoint = first(ENDPOINTS);
        const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
        match variable(EXPORTER).as_deref() {
            None if endpoint.is_none() => return Ok(None),
            Some("none") => return Ok(None),
            None | Some("otlp") => {}
            Some(value) => return Err(wrong(EXPORTER, value, "`otlp` or `none`")),
        }
        let (name, url) = endpoint.unwrap_or((ENDPOINTS[1], "http://localhost:4318".to_owned()));
        let (endpoint, is_tls) = shown(&url).ok_or_else(|| {
            // What stands before an `@` may be a password.
            let value = url.rsplit('@').next().unwrap_or_default();
            wrong(name, value, "a URL with http:// or https://, such as http://127.0.0.1:4318")
        })?;
        if let Some((name, value)) = first(PROTOCOLS).filter(|(_, value)| value != "http/protobuf") {
            return Err(wrong(name, &value, "`http/protobuf`, the one protocol that is supported"));
        }
        let timeout = match first(TIMEOUTS) {
            None => 10_000,
            Some((name, value)) => value.parse().map_err(|_| wrong(name, &value, "a number of milliseconds"))?,
        };
        check_sampler(variable(SAMPLER), variable(RATIO))?;
        let tls = || Tls::of_collector(name, &url, Signal::Traces, &variable);
        let tls = is_tls.then(tls).transpose()?;
        Ok(Some(Settings { endpoint, timeout: Duration::from_millis(timeout), tls }))
    }
}

/// The SDK would sample everything without a word.
fn check_sampler(sampler: Option<String>, ratio: Option<String>) -> Result<(), Error> {
    let Some(sampler) = sampler else { return Ok(()) };
    match sampler.as_str() {
        "always_on" | "always_off" | "parentbased_always_on" | "parentbased_always_off" => Ok(()),
        "traceidratio" | "parentbased_traceidratio" => {
            let ratio = ratio.unwrap_or_default();
            match ratio.parse() {
                Ok(0.0..=1.0) => Ok(()),
                _ => Err(wrong(RATIO, &ratio, "a number from 0 to 1, the share of traces that are sent")),
            }
        }
        _ => Err(wrong(
            SAMPLER,
            &sampler,
            "`always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`",
        )),
    }
}

fn wrong(variable: &'static str, value: &str, expected: &'static str) -> Error {
    Error::Setting { variable, value: value.to_owned(), expected }
}

/// An endpoint without the user and password that it may hold, and whether it needs TLS; nothing if it is no URL of HTTP.
fn shown(url: &str) -> Option<(String, bool)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let host = uri.host().filter(|host| !host.is_empty())?;
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some((format!("{scheme}://{host}{port}{}", uri.path().trim_end_matches('/')), scheme == "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Option<Settings>, Error> {
        Settings::of(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_is_sent_unless_it_is_asked_for() {
        for off in [
            &[][..],
            &[("OTEL_SERVICE_NAME", "weather"), ("OTEL_EXPORTER_OTLP_ENDPOINT", " ")],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1"), ("OTEL_SDK_DISABLED", "TRUE")],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1"), ("OTEL_TRACES_EXPORTER", "none")],
        ] {
            assert_eq!(of(off).expect("no error"), None, "{off:?}");
        }
        for (on, endpoint) in [
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1/")][..], "http://a:1"),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1"), ("OTEL_SDK_DISABLED", "false")], "http://a:1"),
            (&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://me:secret@b/v1/traces")], "http://b/v1/traces"),
            (&[("OTEL_TRACES_EXPORTER", "otlp")], "http://localhost:4318"),
        ] {
            assert_eq!(of(on).expect("no error").expect("traces").endpoint, endpoint, "{on:?}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_meant_is_an_error_that_names_the_variable() {
        const ON: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1");
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://collector.example.com"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
            ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ] {
            let error = of(&[ON, (name, value)]).expect_err("it is wrong").to_string();
            assert!(error.starts_with(&format!("{name} is `{value}`, but should be ")), "{error}");
        }
        for ratio in ["", "1.5", "-1", "NaN", "a tenth"] {
            let error = of(&[ON, (SAMPLER, "parentbased_traceidratio"), (RATIO, ratio)]).expect_err("no share");
            assert!(error.to_string().starts_with(&format!("{RATIO} is `{ratio}`")), "{error}");
        }
        assert!(of(&[ON, (SAMPLER, "traceidratio"), (RATIO, "0.25")]).is_ok());
        let error = of(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://me:secret@a")]).expect_err("no HTTP").to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[cfg(feature = "tls")]
    #[test]
    fn https_needs_files_that_can_be_read() {
        const ON: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:secret@a");
        let settings = of(&[ON]).expect("no error").expect("traces");
        assert_eq!((settings.endpoint.as_str(), settings.tls.is_some()), ("https://a", true));
        let error = of(&[ON, ("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/nowhere")]).expect_err("no file");
        assert!(error.to_string().contains("/nowhere, which OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE names"));
        assert!(of(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a")]).expect("no error").expect("traces").tls.is_none());
    }
}
