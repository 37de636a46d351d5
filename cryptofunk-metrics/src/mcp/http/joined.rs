//! Answers in as few writes as possible.
//!
//! The SDK answers with a stream: the head, an event with the result, and the end, each a write of its own and a packet for the client to wait for.
//! What comes at once is sent at once instead.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::header::CONTENT_TYPE,
    response::Response,
};
use hyper::body::Frame;
use tokio::time::timeout;

/// What comes within this time is sent together with the head.
const SOON: Duration = Duration::from_millis(2);
/// From so many bytes on, nothing is gained by waiting for more.
const MANY: usize = 64 * 1024;

/// The answer, with what its stream has soon.
pub(super) async fn join(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        return response;
    }
    let (parts, mut rest) = response.into_parts();
    let mut first = Vec::new();
    let is_whole = timeout(SOON, read_into(&mut first, &mut rest)).await.unwrap_or(false);
    let body = match is_whole {
        true => first.into(),
        false => Body::new(Joined { first: (!first.is_empty()).then(|| first.into()), rest }),
    };
    Response::from_parts(parts, body)
}

/// Reads until the end; says whether it came before the text is long.
async fn read_into(text: &mut Vec<u8>, body: &mut Body) -> bool {
    while text.len() < MANY {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await.map(|frame| frame.map(Frame::into_data))
        {
            Some(Ok(Ok(data))) => text.extend_from_slice(&data),
            // Events have no trailers.
            Some(Ok(Err(_))) => {}
            Some(Err(_)) | None => return true,
        }
    }
    false
}

/// A stream whose first bytes have been read.
struct Joined {
    first: Option<Bytes>,
    rest: Body,
}

impl HttpBody for Joined {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
            None => Pin::new(&mut self.rest).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::to_bytes;
    use futures_util::{StreamExt, stream};
    use tokio::{sync::mpsc, time::Instant};

    use super::*;

    fn events(body: Body) -> Response {
        let response = Response::builder().header(CONTENT_TYPE, "text/event-stream");
        response.body(body).expect("a valid head")
    }

    async fn text(body: Body) -> String {
        String::from_utf8(to_bytes(body, usize::MAX).await.expect("it can be read").into()).expect("text")
    }

    #[tokio::test]
    async fn a_stream_that_ends_at_once_has_a_length() {
        let frames = stream::iter(["data: 1\n\n", "data: 2\n\n"].map(Ok::<_, Infallible>));
        let joined = join(events(Body::from_stream(frames))).await.into_body();
        assert_eq!(joined.size_hint().exact(), Some(18));
        assert_eq!(text(joined).await, "data: 1\n\ndata: 2\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_goes_on_is_not_waited_for() {
        let (send, receive) = mpsc::unbounded_channel();
        let frames = stream::unfold(receive, async |mut receive| Some((receive.recv().await?, receive)));
        let mut frames = events(Body::from_stream(frames.map(Ok::<_, Infallible>)));
        send.send("data: 1\n\n").expect("it is read");
        frames = join(frames).await;
        send.send("data: 2\n\n").expect("it is read");
        let mut data = frames.into_body().into_data_stream();
        assert_eq!(data.next().await.expect("a frame").expect("no error"), "data: 1\n\n");
        assert_eq!(data.next().await.expect("a frame").expect("no error"), "data: 2\n\n");
        drop(send);
        assert!(data.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_sends_all_the_time_is_cut_off_soon() {
        let frames = stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_micros(100)).await;
            Some((Ok::<_, Infallible>("data: 1\n\n"), ()))
        });
        let start = Instant::now();
        let joined = join(events(Body::from_stream(frames))).await;
        assert!(joined.body().size_hint().exact().is_none());
        // By tokio's clock, which stands still but for these sleeps.
        assert!(start.elapsed() <= 2 * SOON, "{:?}", start.elapsed());
    }
}
