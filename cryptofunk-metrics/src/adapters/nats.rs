//! Messages over NATS.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use async_nats::{Client, Message, PublishError, SubscribeError, Subscriber};
use futures_util::{Stream, StreamExt};

use crate::catalog::system::{self, Subject};

/// A client whose messages are counted by subject.
///
/// A subject is one of the catalogue's, behind a prefix: `cryptofunk.signals`.
#[derive(Debug, Clone)]
pub struct Nats {
    client: Client,
    prefix: &'static str,
}

impl Nats {
    /// Counts the messages of a client; the counters exist from here on.
    pub fn new(client: Client, prefix: &'static str) -> Self {
        system::nats_messages_published_total(Subject::Signals);
        system::nats_messages_received_total(Subject::Signals);
        Nats { client, prefix }
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
    pub async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), PublishError> {
        self.client.publish(self.name(subject), message.into()).await?;
        system::nats_messages_published_total(subject).inc();
        Ok(())
    }

    /// Subscribes to a subject; each message that is taken from the stream is counted.
    ///
    /// # Errors
    ///
    /// As the client's.
    pub async fn subscribe(&self, subject: Subject) -> Result<Subscription, SubscribeError> {
        let messages = self.client.subscribe(self.name(subject)).await?;
        Ok(Subscription { subject, messages })
    }

    fn name(&self, subject: Subject) -> String {
        format!("{}.{}", self.prefix, name(subject))
    }
}

/// The last part of a subject, as it stands in the label.
pub fn name(subject: Subject) -> &'static str {
    match subject {
        Subject::Signals => "signals",
        Subject::Decisions => "decisions",
        Subject::Heartbeats => "heartbeats",
        Subject::Control => "control",
    }
}

/// The messages of a subject, counted as they are taken.
#[derive(Debug)]
pub struct Subscription {
    subject: Subject,
    messages: Subscriber,
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let next = self.messages.poll_next_unpin(context);
        if let Poll::Ready(Some(_)) = next {
            system::nats_messages_received_total(self.subject).inc();
        }
        next
    }
}
