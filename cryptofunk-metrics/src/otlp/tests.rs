//! What a collector gets, and when. Others than this one are in the end-to-end tests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Duration, Instant},
};

use cryptofunk_metrics_macros::metrics;
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    metrics::v1::{metric::Data, number_data_point::Value},
};
use prost::Message;

use super::*;

#[metrics(namespace = "otlp_sent", lazy)]
mod families {
    /// Rows that were written.
    pub fn rows_total() -> Counter;
}

struct Exported {
    head: Vec<String>,
    request: ExportMetricsServiceRequest,
}

impl Exported {
    fn has(&self, line: &str) -> bool {
        self.head.iter().any(|other| other.eq_ignore_ascii_case(line))
    }

    fn rows(&self) -> i64 {
        let scopes = self.request.resource_metrics.iter().flat_map(|all| &all.scope_metrics);
        let metric = scopes.flat_map(|scope| &scope.metrics).find(|metric| metric.name == "otlp_sent_rows_total");
        match metric.and_then(|metric| metric.data.as_ref()) {
            Some(Data::Sum(sum)) => match sum.data_points[0].value {
                Some(Value::AsInt(rows)) => rows,
                _ => panic!("a counter is whole"),
            },
            _ => panic!("the counter is exported"),
        }
    }
}

fn read(stream: &TcpStream) -> Exported {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.expect("a length")];
    reader.read_exact(&mut body).expect("a body");
    if head.iter().any(|line| line.eq_ignore_ascii_case("content-encoding: gzip")) {
        let mut plain = Vec::new();
        GzDecoder::new(&*body).read_to_end(&mut plain).expect("gzip");
        body = plain;
    }
    Exported { head, request: ExportMetricsServiceRequest::decode(&*body).expect("a request") }
}

/// Answers with these status lines, one after the other, and then with the last one.
fn collector(answers: &'static [&'static str]) -> (OtlpSettings, mpsc::Receiver<Exported>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://127.0.0.1:{}/v1/metrics", listener.local_addr().expect("its address").port());
    let (sender, exported) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers.iter().chain(std::iter::repeat(answers.last().expect("an answer"))) {
            let (stream, _) = listener.accept().expect("a connection");
            let request = read(&stream);
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
            (&stream).write_all(answer.as_bytes()).expect("answered");
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    (OtlpSettings::new(&url).expect("a URL"), exported)
}

fn next(exported: &mpsc::Receiver<Exported>) -> Exported {
    exported.recv_timeout(Duration::from_secs(60)).expect("an export")
}

#[test]
fn a_job_exports_at_its_start_and_at_its_end() {
    let (settings, exported) = collector(&["200 OK"]);
    let settings = settings.every(Duration::from_secs(3600)).attribute("deployment.environment.name", "test");
    let settings = settings.header("x-team".parse().expect("a name"), "a".parse().expect("a value"));
    families::rows_total();
    let otlp = Otlp::start("exported", settings.compressed());
    let first = next(&exported);
    assert!(first.has("POST /v1/metrics HTTP/1.1") && first.has("content-type: application/x-protobuf"));
    assert!(first.has("x-team: a") && first.has("content-encoding: gzip"), "{:?}", first.head);
    let attributes = first.request.resource_metrics[0].resource.clone().expect("a resource").attributes;
    for (name, value) in [("service.name", "exported"), ("deployment.environment.name", "test")] {
        assert!(attributes.contains(&resource::attribute(name, value)), "{attributes:?}");
    }
    assert!(attributes.iter().any(|attribute| attribute.key == "service.instance.id"));
    families::rows_total().inc_by(3);
    drop(otlp);
    let last = next(&exported);
    assert!(last.rows() >= first.rows() + 3);
    assert!(exported.try_recv().is_err(), "nothing is exported after the end");
}

#[test]
fn what_was_counted_while_the_collector_was_away_is_in_the_next_export() {
    let (settings, exported) =
        collector(&["503 Service Unavailable", "429 Too Many Requests", "400 Bad Request", "200 OK"]);
    let before = families::rows_total().get();
    let otlp = Otlp::start("away", settings.every(Duration::from_millis(1)));
    for _ in 0..3 {
        next(&exported);
        families::rows_total().inc();
    }
    // One may have been written before the last row.
    let rows = next(&exported).rows().max(next(&exported).rows());
    assert!(rows as u64 >= before + 3);
    drop(otlp);
}

#[test]
fn a_collector_that_never_answers_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    let settings = OtlpSettings::new(&format!("http://{address}")).expect("a URL");
    let otlp = Otlp::start("silent", settings.every(Duration::from_millis(1)).timeout(Duration::from_millis(20)));
    // It accepts, again and again, and says nothing.
    let accepted: Vec<_> = (0..3).map(|_| listener.accept().expect("a connection")).collect();
    let begun = Instant::now();
    drop(otlp);
    assert!(begun.elapsed() < Duration::from_secs(30), "the end waits 3 s");
    drop(accepted);
    drop(listener);
    // Nobody listens there any more.
    drop(Otlp::start("lonely", OtlpSettings::new(&format!("http://{address}")).expect("a URL")));
}

#[test]
fn a_wrong_url_is_named_without_its_password() {
    let error = OtlpSettings::new("ftp://me:secret@collector.example.com").expect_err("no HTTP").to_string();
    let expected = "the URL of the collector is `collector.example.com`, but should be a URL with http://, such as \
                    http://127.0.0.1:4318/v1/metrics";
    assert_eq!(error, expected);
}
