//! The three as processes of their own, on free ports.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::exposition::Exposition;

/// One of the three. It ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub(crate) url: String,
}

impl Process {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_weather"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary is built");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let url = line(&mut output);
        assert!(url.starts_with("http://"), "{arguments:?} does not listen: {url:?}");
        Process { child, input, output, url }
    }

    /// Writes a line to its standard input and reads what it answers.
    pub(crate) fn ask(&mut self, question: &str) -> String {
        writeln!(self.input, "{question}").expect("it reads");
        line(&mut self.output)
    }

    /// The address of its MCP endpoint.
    pub(crate) fn mcp(&self) -> String {
        format!("{}/mcp", self.url)
    }

    /// What `/metrics` answers.
    pub(crate) async fn metrics(&self) -> Exposition {
        let answer = reqwest::get(format!("{}/metrics", self.url)).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        Exposition::read(answer.text().await.expect("text"))
    }

    /// What `/metrics` answers as soon as this holds of it: what happens at the end of a request is recorded a moment after its answer.
    pub(crate) async fn metrics_when(&self, holds: impl Fn(&Exposition) -> bool) -> Exposition {
        let scrapes = async {
            loop {
                let metrics = self.metrics().await;
                if holds(&metrics) {
                    return metrics;
                }
            }
        };
        match tokio::time::timeout(Duration::from_secs(10), scrapes).await {
            Ok(metrics) => metrics,
            Err(_) => panic!("it does not come to hold:\n{}", self.metrics().await.text),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    line.trim_end().to_owned()
}
