//! Bodies of requests: read within a time, bounded in bytes and values, one by one and all at once.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::Request,
    http::{Method, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use futures_util::StreamExt;
use rmcp::model::ErrorCode;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    open::OpenSessions,
    refusal::{busy, refusal, refusal_of},
    settings::HttpSettings,
    shape::{Shape, Unfit, shape},
};
use crate::{
    exporter::Keeping,
    mcp::refused_line::{NO_MESSAGE, malformed_request},
};

/// A body up to this size counts for nothing; so many requests have one that they would only wait for each other.
const SMALL: usize = 16 * 1024;
/// The same of its values.
const FEW: usize = 256;
/// How long what is left of a body that is too large is read.
const LAST_BYTES: Duration = Duration::from_secs(1);
/// The unit in which bytes are counted, so that their number fits the semaphore's.
const UNIT: usize = 1024;

/// What all bodies may have.
pub(super) struct Bodies {
    largest: usize,
    most_values: usize,
    within: Duration,
    bytes: Arc<Semaphore>,
    values: Arc<Semaphore>,
    /// None if the server opens none.
    sessions: Option<Arc<OpenSessions>>,
}

/// The body of a request that is answered with an error, in the extensions of its response, unless it is large.
#[derive(Clone)]
pub(super) struct Text(pub(super) Bytes);

/// What a body has while its request is answered.
type Held = [Option<OwnedSemaphorePermit>; 2];

impl Bodies {
    pub(super) fn new(settings: &HttpSettings, sessions: Option<Arc<OpenSessions>>) -> Self {
        // One body of the largest size has to fit.
        let bytes = settings.bodies_bytes.max(settings.body_bytes).div_ceil(UNIT).min(Semaphore::MAX_PERMITS);
        let values = settings.body_values.saturating_mul(2).min(Semaphore::MAX_PERMITS);
        Bodies {
            largest: settings.body_bytes,
            most_values: settings.body_values,
            within: settings.read_within,
            bytes: Arc::new(Semaphore::new(bytes)),
            values: Arc::new(Semaphore::new(values)),
            sessions,
        }
    }

    async fn read(&self, body: Body) -> Result<(Vec<u8>, Shape, Held), Response> {
        let announced = body.size_hint().exact().map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        if announced.is_some_and(|bytes| bytes > self.largest) {
            return Err(self.too_large(body.into_data_stream()).await);
        }
        let mut held = match announced {
            Some(bytes) if bytes > SMALL => Some(self.hold(&self.bytes, bytes.div_ceil(UNIT)).await?),
            _ => None,
        };
        let mut text = Vec::with_capacity(announced.unwrap_or(0));
        let mut chunks = body.into_data_stream();
        let read = async {
            while let Some(chunk) = chunks.next().await {
                // The client went away.
                let chunk = chunk.map_err(|error| bad_request(ErrorCode::PARSE_ERROR, error.to_string()))?;
                if chunk.len() > self.largest.saturating_sub(text.len()) {
                    return Err(self.too_large(chunks).await);
                }
                text.extend_from_slice(&chunk);
                if held.is_none() && text.len() > SMALL {
                    held = Some(self.hold(&self.bytes, self.largest.div_ceil(UNIT)).await?);
                }
            }
            Ok(())
        };
        match timeout(self.within, read).await {
            Ok(read) => read?,
            Err(_) => return Err(self.too_slow()),
        }
        let shape = shape(&text, self.most_values).map_err(|unfit| self.unfit(&unfit))?;
        let values = match shape.values > FEW {
            true => Some(self.hold(&self.values, shape.values).await?),
            false => None,
        };
        Ok((text, shape, [held, values]))
    }

    /// Waits for a share of what all bodies may have.
    async fn hold(&self, all: &Arc<Semaphore>, share: usize) -> Result<OwnedSemaphorePermit, Response> {
        let share = u32::try_from(share).unwrap_or(u32::MAX);
        match timeout(self.within, Arc::clone(all).acquire_many_owned(share)).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(busy("the bodies of other requests take all the room that there is")),
        }
    }

    async fn too_large(&self, mut rest: BodyDataStream) -> Response {
        // A client that is still sending when the connection is closed does not see the answer.
        let mut left = self.largest;
        let read = async {
            while let Some(Ok(chunk)) = rest.next().await {
                left = left.saturating_sub(chunk.len());
                if left == 0 {
                    return;
                }
            }
        };
        let _ = timeout(LAST_BYTES, read).await;
        let message = format!("the request body exceeds {} bytes", self.largest);
        refusal(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::INVALID_REQUEST, message)
    }

    fn too_slow(&self) -> Response {
        let message = format!("the request body did not come within {:?}", self.within);
        refusal(StatusCode::REQUEST_TIMEOUT, ErrorCode::INVALID_REQUEST, message)
    }

    fn unfit(&self, unfit: &Unfit) -> Response {
        match unfit {
            Unfit::NoJson(_) => bad_request(ErrorCode::PARSE_ERROR, unfit.to_string()),
            Unfit::Deep => bad_request(ErrorCode::INVALID_REQUEST, unfit.to_string()),
            Unfit::Many(_) => refusal(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::INVALID_REQUEST, unfit.to_string()),
        }
    }
}

fn bad_request(code: ErrorCode, message: String) -> Response {
    refusal(StatusCode::BAD_REQUEST, code, message)
}

/// Reads the body of a request before the SDK has it.
pub(super) async fn read<A: Future<Output = Response>>(
    bodies: &Bodies,
    request: Request,
    next: impl FnOnce(Request) -> A,
) -> Response {
    // The SDK refuses other types.
    if request.method() != Method::POST || !is_json(&request) {
        return next(request).await;
    }
    let (parts, body) = request.into_parts();
    let (text, shape, held) = match bodies.read(body).await {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    let opens = shape.is_initialize && !parts.headers.contains_key("mcp-session-id");
    let text = Bytes::from(text);
    // Of a message that may be refused, or turn out to be none, as long as it costs nothing to keep it.
    let small = (text.len() <= SMALL).then(|| text.clone());
    let reserved = match &bodies.sessions {
        Some(sessions) if opens => match sessions.reserve().await {
            Some(reserved) => Some(reserved),
            None => return with_text(busy("the server has as many sessions as it bears"), small),
        },
        _ => None,
    };
    let response = next(Request::from_parts(parts, text.into())).await;
    drop(reserved);
    if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        // It is JSON: the SDK says so of what is no message.
        let id = small.as_deref().and_then(malformed_request);
        let refusal = refusal_of(id, StatusCode::BAD_REQUEST, ErrorCode::INVALID_REQUEST, NO_MESSAGE.to_owned());
        return with_text(refusal, small);
    }
    with_text(response, small).map(|body| Keeping::body(body, held))
}

/// Tells what was asked with a response that is an error.
fn with_text(mut response: Response, text: Option<Bytes>) -> Response {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if let (true, Some(text)) = (is_error, text) {
        response.extensions_mut().insert(Text(text));
    }
    response
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
