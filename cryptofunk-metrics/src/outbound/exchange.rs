use std::error::Error;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, Request, Response, Uri, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};

#[cfg(not(feature = "tls"))]
use super::no_tls::Tls;
#[cfg(feature = "tls")]
use super::tls::Tls;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Sends a request whose URI is a whole URL, over TLS if its scheme needs that, and reads the answer, if it has no more than so many bytes.
/// With seconds between two requests, a connection would have been closed.
pub(crate) async fn exchange(
    mut request: Request<Body>,
    tls: Option<&Tls>,
    most: usize,
) -> Result<Response<Bytes>, Failure> {
    let uri = request.uri().clone();
    let host = uri.host().ok_or("the URL has no host")?;
    let port = uri.port_u16().unwrap_or(default_port(tls.is_some()));
    // Neither user nor password.
    request.headers_mut().insert(header::HOST, HeaderValue::try_from(format!("{host}:{port}"))?);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse::<Uri>()?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, port)).await?;
    match tls {
        None => talk(stream, request, most).await,
        Some(tls) => talk(tls.connect(host, stream).await?, request, most).await,
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
    most: usize,
) -> Result<Response<Bytes>, Failure> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    // The status says what became of the request; of a longer text, or one that breaks off, nothing is needed.
    Ok(Response::from_parts(head, to_bytes(Body::new(body), most).await.unwrap_or_default()))
}

/// The port of a URL that names none.
pub(crate) fn default_port(is_tls: bool) -> u16 {
    if is_tls { 443 } else { 80 }
}
