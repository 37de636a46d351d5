//! Compressed bodies: answers, for clients that accept them, and requests.

use std::io::{self, Write};

use axum::http::{HeaderMap, header};
use flate2::{Compression, write::GzEncoder};

/// Whether a client accepts gzip.
pub(crate) fn is_accepted(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        matches!(name.trim().to_ascii_lowercase().as_str(), "gzip" | "x-gzip" | "*") && weight.unwrap_or(1.0) > 0.0
    })
}

/// A body, compressed at the fastest level: from the second level on, compressing costs more time than sending fewer bytes saves.
pub(crate) fn compress(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::http::HeaderValue;
    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn gzip_is_accepted_by_those_that_say_so() {
        let accepts = |values: &[&'static str]| {
            let values = values.iter().map(|value| (header::ACCEPT_ENCODING, HeaderValue::from_static(value)));
            is_accepted(&values.collect())
        };
        assert!(accepts(&["gzip"]) && accepts(&["deflate, GZIP;q=0.5"]) && accepts(&["br", "zstd, *"]));
        assert!(!accepts(&[]) && !accepts(&["identity"]) && !accepts(&["gzip;q=0, zstd"]) && !accepts(&["gzipped"]));
    }

    #[test]
    fn what_is_compressed_can_be_read() {
        let text = "a_total{b=\"c\"} 1\n".repeat(10_000);
        let compressed = compress(text.as_bytes()).expect("memory takes it");
        assert!(compressed.len() < text.len() / 10);
        let mut read = String::new();
        GzDecoder::new(&*compressed).read_to_string(&mut read).expect("valid gzip");
        assert_eq!(read, text);
    }
}
