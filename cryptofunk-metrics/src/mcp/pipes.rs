//! The transport over standard input and output: the SDK's own, which does not hang and drops no message in silence.

use std::{io, sync::Arc, time::Duration};

use rmcp::{
    RoleServer,
    model::ServerJsonRpcMessage,
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::{
        Transport,
        async_rw::{AsyncRwTransport, DEFAULT_MAX_LINE_LENGTH as LINE},
    },
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    refused_line::RefusedLine,
    server_metrics::ServerMetrics,
    stdin::{Signs, Stdin},
    stdout::{self, Stdout},
};
use crate::{
    conventions::mcp::{Method, ProtocolVersion, Transport as Label},
    span::ServerSpan,
};

/// How long a client has to read what was answered before the end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Standard input and output; there should be one of these.
pub(super) struct Pipes {
    inner: AsyncRwTransport<RoleServer, Stdin, Stdout>,
    output: Arc<stdout::State>,
    refused: mpsc::UnboundedReceiver<RefusedLine>,
    answers: JoinSet<io::Result<()>>,
    metrics: &'static ServerMetrics,
}

/// Whether the client is there.
pub(super) struct Client {
    input_ended: CancellationToken,
    output: Arc<stdout::State>,
}

impl Pipes {
    pub(super) fn new(metrics: &'static ServerMetrics) -> (Self, Client) {
        let (stdin, Signs { refused, ended }) = Stdin::new(LINE);
        let (stdout, output) = Stdout::new();
        let client = Client { input_ended: ended, output: Arc::clone(&output) };
        let inner = AsyncRwTransport::new(stdin, stdout);
        (Pipes { inner, output, refused, answers: JoinSet::new(), metrics }, client)
    }

    /// Answers a line that is not handed on.
    fn refuse(&mut self, line: RefusedLine) {
        let (error, id) = (line.error(LINE), line.id());
        let (code, span) = (Some(error.code.0), ServerSpan::refused_line(id.as_ref()));
        span.failed("_OTHER", code, &error.message);
        self.metrics.record_refused(Method::Other, (Label::Stdio, ProtocolVersion::Other), code, 0, span.sampled());
        while self.answers.try_join_next().is_some() {}
        self.answers.spawn(self.inner.send(ServerJsonRpcMessage::error(error, id)));
    }
}

impl Client {
    /// Completes when the client has closed its end of standard input.
    pub(super) async fn has_ended_input(&self) {
        self.input_ended.cancelled().await;
    }

    pub(super) fn ended_input(&self) -> bool {
        self.input_ended.is_cancelled()
    }

    /// Completes when the client has closed its end of standard output.
    pub(super) async fn has_ended_output(&self) {
        self.output.is_over().await;
    }
}

impl Transport<RoleServer> for Pipes {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let message = tokio::select! {
                biased;
                Some(line) = self.refused.recv() => {
                    self.refuse(line);
                    continue;
                }
                message = self.inner.receive() => message,
            };
            // The input may have ended with such a line.
            match (message, self.refused.try_recv()) {
                (message, Err(_)) => return message,
                (None, Ok(line)) => self.refuse(line),
                (message, Ok(line)) => {
                    self.refuse(line);
                    return message;
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        let output = Arc::clone(&self.output);
        let answers = &mut self.answers;
        let written = async {
            while answers.join_next().await.is_some() {}
            output.is_written().await;
        };
        if tokio::time::timeout(FAREWELL, written).await.is_err() {
            tracing::warn!("the client did not read everything within {} s", FAREWELL.as_secs());
        }
        // Whoever still waits for room holds the lock that closing needs.
        self.output.give_up();
        self.inner.close().await
    }
}
