//! What a program without the feature `tls` says of `https://`.

use std::{env, process::Command};

use cryptofunk_metrics::{otlp::OtlpSettings, push::PushSettings, trace::Tracing};

const PUSH: &str = "METRICS_PUSH_URL";
const EXPORT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const URL: &str = "https://me:secret@example.com";

/// The settings come from the environment of a process, so the test runs itself in one.
#[test]
fn the_feature_is_named_and_no_password() {
    if [PUSH, EXPORT].iter().all(|name| env::var(name).as_deref() == Ok(URL)) {
        println!("\n{}", PushSettings::from_env().expect_err("it pushes"));
        println!("{}", OtlpSettings::from_env().expect_err("it exports metrics"));
        println!("{}", Tracing::from_env("weather").map(|_| ()).expect_err("it exports spans"));
        return;
    }
    let run = Command::new(env::current_exe().expect("a path"))
        .args(["--exact", "https::the_feature_is_named_and_no_password", "--nocapture"])
        .envs([(PUSH, URL), (EXPORT, URL)])
        .output()
        .expect("it runs");
    let said = String::from_utf8(run.stdout).expect("text");
    for (name, times) in [(PUSH, 1), (EXPORT, 2)] {
        let start = format!("{name} is `example.com`, but should be a URL with http://");
        let lines: Vec<_> = said.lines().filter(|line| line.starts_with(&start)).collect();
        assert_eq!(lines.len(), times, "{said}");
        assert!(lines.iter().all(|line| line.contains("the feature `tls` of cryptofunk-metrics")), "{said}");
    }
    assert!(!said.contains("secret"), "{said}");
}
