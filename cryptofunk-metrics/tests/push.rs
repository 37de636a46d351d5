//! What a Pushgateway gets. Real ones are asked in the end-to-end tests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    time::Duration,
};

use cryptofunk_metrics::{
    metrics,
    push::{Push, PushSettings},
};

#[metrics(namespace = "pushed")]
mod families {
    /// Rows that were written.
    pub fn rows_total() -> Counter;
}

struct Pushed {
    method: String,
    path: String,
    body: String,
}

/// Answers with these status lines, one after the other, and then with the last one.
fn gateway(answers: &'static [&'static str]) -> (PushSettings, mpsc::Receiver<Pushed>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("its address").port());
    let (sender, pushed) = mpsc::channel();
    std::thread::spawn(move || {
        let answers = answers.iter().chain(std::iter::repeat(answers.last().expect("an answer")));
        for answer in answers {
            let (stream, _) = listener.accept().expect("a connection");
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
            let length =
                head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).expect("a body");
            let mut words = head[0].split(' ').map(str::to_owned);
            let (method, path) = (words.next().expect("a method"), words.next().expect("a path"));
            let body = String::from_utf8(body).expect("UTF-8");
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).expect("answered");
            if sender.send(Pushed { method, path, body }).is_err() {
                return;
            }
        }
    });
    (PushSettings::new(&url).expect("a URL"), pushed)
}

fn next(pushed: &mpsc::Receiver<Pushed>) -> Pushed {
    pushed.recv_timeout(Duration::from_secs(20)).expect("a push")
}

/// The rows in what was pushed.
fn rows(pushed: &Pushed) -> u64 {
    let line = pushed.body.lines().find_map(|line| line.strip_prefix("pushed_rows_total ")).expect("the counter");
    line.parse().expect("a number")
}

#[test]
fn a_job_pushes_at_its_start_and_at_its_end() {
    let (settings, pushed) = gateway(&["200 OK"]);
    let push = Push::start("started", settings.every(Duration::from_secs(3600)));
    let first = next(&pushed);
    assert_eq!(first.method, "PUT");
    assert!(first.path.starts_with("/metrics/job/started/instance/started-"), "{}", first.path);
    families::rows_total().inc_by(3);
    push.finish();
    let last = next(&pushed);
    assert_eq!((last.method.as_str(), &last.path), ("PUT", &first.path));
    assert!(rows(&last) >= rows(&first) + 3);
    assert!(pushed.try_recv().is_err(), "nothing is pushed after the end");
}

#[test]
fn a_job_pushes_at_an_interval() {
    let (settings, pushed) = gateway(&["200 OK"]);
    let push = Push::start("repeated", settings.every(Duration::from_millis(1)));
    for _ in 0..3 {
        next(&pushed);
    }
    drop(push);
}

#[test]
fn only_a_job_that_ends_well_is_deleted() {
    let (settings, pushed) = gateway(&["202 Accepted"]);
    let settings = settings.only_at_end().delete_at_end();
    let push = Push::start("deleted", settings.clone());
    // As `?` does after an error.
    drop(Push::start("failed", settings));
    assert_eq!(next(&pushed).method, "PUT");
    push.finish();
    let deleted = next(&pushed);
    assert_eq!(deleted.method, "DELETE");
    assert!(deleted.path.starts_with("/metrics/job/deleted/instance/deleted-"), "{}", deleted.path);
}

#[test]
fn failures_do_not_stop_a_job_and_it_goes_on_pushing() {
    let (settings, pushed) = gateway(&["500 Internal Server Error", "503 Service Unavailable", "200 OK"]);
    let push = Push::start("failing", settings.every(Duration::from_millis(1)));
    for _ in 0..4 {
        next(&pushed);
    }
    drop(push);
    // Nobody listens, and nobody waits for ever.
    let unused = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
    let settings = PushSettings::new(&format!("http://{unused}")).expect("a URL");
    Push::start("lonely", settings).finish();
}

#[test]
fn processes_at_one_time_have_groups_of_their_own() {
    let (settings, pushed) = gateway(&["200 OK"]);
    let first = Push::start("twin", settings.clone());
    let one = next(&pushed).path;
    let second = Push::start("twin", settings);
    let other = next(&pushed).path;
    assert_ne!(one, other);
    drop((first, second));
}

#[test]
fn a_wrong_url_is_named_without_its_password() {
    let error = PushSettings::new("ftp://me:secret@push.example.com").expect_err("no HTTP").to_string();
    assert_eq!(
        error,
        "the URL of the Pushgateway is `push.example.com`, but should be a URL with http://, such as http://127.0.0.1:9091"
    );
}
