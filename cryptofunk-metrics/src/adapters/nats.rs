//! Messages over NATS, counted by subject.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use async_nats::{Client, Message, PublishError, SubscribeError, Subscriber};
use futures_util::{Stream, StreamExt};

use crate::{cell::Counter, label::Label};

/// The counters of messages by subject: functions of a `#[metrics]` module.
#[derive(Debug, Clone, Copy)]
pub struct Messages<S> {
    /// Messages that the client has taken to publish.
    pub published: fn(S) -> Counter,
    /// Messages that were taken from a subscription.
    pub received: fn(S) -> Counter,
}

/// A client whose messages are counted by subject.
///
/// The subjects are a label of yours. On the wire, a subject is a prefix and the label's value: `shop.orders`.
///
/// ```no_run
/// use cryptofunk_metrics::{Label, adapters::nats::{Messages, Nats}, metrics};
/// use futures_util::StreamExt;
///
/// #[derive(Label, Clone, Copy)]
/// enum Subject { Orders, Refunds }
///
/// #[metrics(namespace = "shop", subsystem = "nats")]
/// mod messages {
///     /// Messages published by subject.
///     pub fn published_total(subject: Subject) -> Counter;
///     /// Messages received by subject.
///     pub fn received_total(subject: Subject) -> Counter;
/// }
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://127.0.0.1").await?;
/// let counters = Messages { published: messages::published_total, received: messages::received_total };
/// let nats = Nats::new(client, "shop", counters);
/// let mut refunds = nats.subscribe(Subject::Refunds).await?;
/// nats.publish(Subject::Orders, b"one coffee".to_vec()).await?;
/// while let Some(refund) = refunds.next().await {
///     println!("{:?}", refund.payload);
/// }
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
#[derive(Debug, Clone)]
pub struct Nats<S> {
    client: Client,
    prefix: &'static str,
    counters: Messages<S>,
}

impl<S: Label + Copy> Nats<S> {
    /// Counts the messages of a client. The counters of a module that is not `lazy` exist from the start of the process.
    pub fn new(client: Client, prefix: &'static str, counters: Messages<S>) -> Self {
        Nats { client, prefix, counters }
    }

    /// The client inside.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Publishes a message, and counts it once the client has taken it.
    ///
    /// # Errors
    ///
    /// As the client's.
    pub async fn publish(&self, subject: S, message: Vec<u8>) -> Result<(), PublishError> {
        self.client.publish(self.name(subject), message.into()).await?;
        (self.counters.published)(subject).inc();
        Ok(())
    }

    /// Subscribes to a subject; each message that is taken from the stream is counted.
    ///
    /// # Errors
    ///
    /// As the client's.
    pub async fn subscribe(&self, subject: S) -> Result<Subscription, SubscribeError> {
        let messages = self.client.subscribe(self.name(subject)).await?;
        Ok(Subscription { received: (self.counters.received)(subject), messages })
    }

    /// A subject as it stands on the wire.
    fn name(&self, subject: S) -> String {
        format!("{}.{}", self.prefix, subject.label_value())
    }
}

/// The messages of a subject, counted as they are taken.
#[derive(Debug)]
pub struct Subscription {
    received: Counter,
    messages: Subscriber,
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let next = self.messages.poll_next_unpin(context);
        if let Poll::Ready(Some(_)) = next {
            self.received.inc();
        }
        next
    }
}
