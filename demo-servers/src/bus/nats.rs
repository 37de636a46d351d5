//! Messages over NATS.

use std::{fmt::Display, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, connection::State};
use async_trait::async_trait;
use cryptofunk_metrics::{
    Label,
    adapters::nats::{self, Messages},
};
use futures_util::{StreamExt, stream::BoxStream};
use percent_encoding::percent_decode_str;

use super::{Bus, BusError, Subject};
use crate::{
    domain::nats::{nats_messages_published_total, nats_messages_received_total},
    settings,
};

/// What all subjects begin with.
const PREFIX: &str = "cryptofunk";
/// How long a message may take to leave.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection that is opened again when it is lost.
#[derive(Debug)]
pub(crate) struct Nats {
    client: Client,
    counted: Option<nats::Nats<Subject>>,
}

impl Nats {
    /// A connection to the server at this URL, which need not be there yet. The URL may hold a user and a password, or a token.
    pub(crate) async fn connect(url: &str) -> anyhow::Result<Self> {
        let options = ConnectOptions::new()
            .name("cryptofunk")
            .retry_on_initial_connect()
            .ping_interval(Duration::from_secs(2))
            .event_callback(|event| async move {
                // Such as a password that is wrong; the connection is tried again and again.
                if let Event::ServerError(_) | Event::ClientError(_) = event {
                    tracing::warn!("NATS: {event}");
                }
            })
            .reconnect_delay_callback(|attempts| Duration::from_millis(100 * attempts.min(20) as u64));
        let wrong = |error: &dyn Display| anyhow::anyhow!("NATS_URL is `{}`: {error}", settings::without_password(url));
        let address: ServerAddr = url.parse().map_err(|error| wrong(&error))?;
        let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        // The client leaves out who the URL says that it is.
        let options = match (address.username(), address.password()) {
            (Some(user), Some(password)) => options.user_and_password(plain(user), plain(password)),
            (Some(token), None) => options.token(plain(token)),
            _ => options,
        };
        let client = options.connect(address).await.map_err(|error| wrong(&error))?;
        Ok(Nats { client, counted: None })
    }

    /// Counts what is sent and received by subject.
    #[must_use]
    pub(crate) fn counted(mut self) -> Self {
        let counters = Messages { published: nats_messages_published_total, received: nats_messages_received_total };
        self.counted = Some(nats::Nats::new(self.client.clone(), PREFIX, counters));
        self
    }
}

#[async_trait]
impl Bus for Nats {
    async fn publish(&self, subject: Subject, message: Vec<u8>) -> Result<(), BusError> {
        // The client would keep it for a server that comes back; a signal is of no use then.
        self.check().await?;
        let sent = match &self.counted {
            Some(counted) => counted.publish(subject, message).await,
            None => self.client.publish(format!("{PREFIX}.{}", subject.label_value()), message.into()).await,
        };
        sent.map_err(|error| BusError::Nats(error.to_string()))?;
        match tokio::time::timeout(PATIENCE, self.client.flush()).await {
            Ok(flushed) => flushed.map_err(|error| BusError::Nats(error.to_string())),
            Err(_) => Err(BusError::Nats("the message did not leave".to_owned())),
        }
    }

    async fn subscribe(&self, subject: Subject) -> Result<BoxStream<'static, Vec<u8>>, BusError> {
        let fails = |error: async_nats::SubscribeError| BusError::Nats(error.to_string());
        Ok(match &self.counted {
            Some(counted) => {
                counted.subscribe(subject).await.map_err(fails)?.map(|message| message.payload.to_vec()).boxed()
            }
            None => {
                let messages =
                    self.client.subscribe(format!("{PREFIX}.{}", subject.label_value())).await.map_err(fails)?;
                messages.map(|message| message.payload.to_vec()).boxed()
            }
        })
    }

    async fn check(&self) -> Result<(), BusError> {
        match self.client.connection_state() {
            State::Connected => Ok(()),
            _ => Err(BusError::Nats("not connected".to_owned())),
        }
    }
}
