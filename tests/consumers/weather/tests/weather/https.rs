//! What a program without the feature `tls` says of `https://`.

use std::{env, process::Command};

use cryptofunk_metrics::{otlp::OtlpSettings, push::PushSettings, trace::Tracing};

const VARIABLES: [&str; 2] = ["METRICS_PUSH_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"];

#[test]
fn the_feature_is_named_and_no_secret() {
    let this = env::current_exe().expect("a path");
    let run = Command::new(this)
        .args(["--exact", "https::errors", "--ignored", "--nocapture"])
        .envs(VARIABLES.map(|name| (name, "https://me:secret@example.com")))
        .output()
        .expect("it runs");
    let said = String::from_utf8(run.stdout).expect("text");
    for (start, times) in [
        ("METRICS_PUSH_URL is `example.com`, but should be a URL with http://", 1),
        ("OTEL_EXPORTER_OTLP_ENDPOINT is `example.com`, but should be a URL with http://", 2),
    ] {
        let lines: Vec<_> = said.lines().filter(|line| line.starts_with(start)).collect();
        assert_eq!(lines.len(), times, "{said}");
        assert!(lines.iter().all(|line| line.contains("the feature `tls` of cryptofunk-metrics")), "{said}");
    }
    assert!(!said.contains("secret"), "{said}");
}

#[test]
#[ignore = "prints what is wrong in the environment that the other test gives it"]
fn errors() {
    println!("\n{}", PushSettings::from_env().expect_err("it pushes"));
    println!("{}", OtlpSettings::from_env().expect_err("it exports metrics"));
    println!("{}", Tracing::from_env("weather").map(|_| ()).expect_err("it exports spans"));
}
