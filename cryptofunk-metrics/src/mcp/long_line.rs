//! A line that is longer than the server reads: what has to be known to answer it.

use std::{
    fmt,
    io::{self, BufRead, Cursor, Read},
};

use rmcp::model::{ErrorData, RequestId};
use serde::{
    Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

/// How far a line is looked through for the id of its request, in multiples of the limit. Some clients write it last.
const LOOK_THROUGH: usize = 4;

/// A message that was not read.
#[derive(Debug, PartialEq)]
pub(super) struct LongLine {
    /// The id of the request; nothing if it is none, or if it cannot be found.
    pub(super) id: Option<RequestId>,
}

/// Reads a line to its end without keeping it. `start` is what was read of it.
pub(super) fn read(start: Vec<u8>, input: &mut impl BufRead) -> io::Result<LongLine> {
    let look_through = (start.len() * (LOOK_THROUGH - 1)) as u64;
    let mut rest = UntilNewline { input, is_over: false };
    let mut message = Message::default();
    let json = io::BufReader::new(Cursor::new(start).chain(rest.by_ref().take(look_through)));
    // What was found before a mistake, or before the line was too long for this too, counts.
    let _ = serde_json::Deserializer::from_reader(json).deserialize_map(Members(&mut message));
    io::copy(&mut rest, &mut io::sink())?;
    Ok(LongLine { id: message.id.filter(|_| message.has_method) })
}

impl LongLine {
    pub(super) fn error(limit: usize) -> ErrorData {
        let message = format!("the message is longer than {limit} bytes, the most that this server reads in one line");
        ErrorData::invalid_request(message, None)
    }
}

/// What is found in a line. A response of the client has an id too, but it is the id of a request of ours.
#[derive(Default)]
struct Message {
    id: Option<RequestId>,
    has_method: bool,
}

struct Members<'m>(&'m mut Message);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message of JSON-RPC")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "id" => self.0.id = Some(members.next_value()?),
                "method" => {
                    self.0.has_method = true;
                    members.next_value::<IgnoredAny>()?;
                }
                _ => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(())
    }
}

/// What is left of a line, without its end.
struct UntilNewline<'i, R> {
    input: &'i mut R,
    is_over: bool,
}

impl<R: BufRead> Read for UntilNewline<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_over || buf.is_empty() {
            return Ok(0);
        }
        let available = self.input.fill_buf()?;
        let n = available.len().min(buf.len());
        let newline = available[..n].iter().position(|byte| *byte == b'\n');
        let n = newline.unwrap_or(n);
        buf[..n].copy_from_slice(&available[..n]);
        self.is_over = newline.is_some() || n == 0;
        self.input.consume(n + usize::from(newline.is_some()));
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn id(line: &str, kept: usize) -> Option<RequestId> {
        let text = format!("{line}\nnext");
        let (start, mut rest) = (text.as_bytes()[..kept].to_vec(), &text.as_bytes()[kept..]);
        let found = read(start, &mut rest).expect("no error of the input");
        assert_eq!(rest, b"next", "the line is read to its end and no further");
        found.id
    }

    #[test]
    fn the_id_of_a_request_is_found_wherever_it_stands() {
        let long = "x".repeat(50);
        let first = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"id":8,"text":"{long}"}}}}"#);
        let last =
            format!(r#"{{"method":"tools/call","params":{{"id":8,"text":"{long}"}},"jsonrpc":"2.0","id":"a\"7"}}"#);
        for kept in [40, 60, 100] {
            assert_eq!(id(&first, kept), Some(RequestId::Number(7)));
            assert_eq!(id(&last, kept), Some(RequestId::String("a\"7".into())));
        }
    }

    #[test]
    fn what_is_no_request_has_no_id() {
        let long = "x".repeat(50);
        for line in [
            format!(r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":"{long}"}}"#),
            format!(r#"{{"jsonrpc":"2.0","id":7,"result":"{long}"}}"#),
            format!(r#"{{"jsonrpc":"2.0","id":{{}},"method":"{long}"}}"#),
            format!(r#"["{long}"]"#),
            long,
        ] {
            assert_eq!(id(&line, 20), None, "{line}");
        }
    }

    #[test]
    fn a_line_is_looked_through_as_far_as_promised() {
        let long = "x".repeat(100);
        let first = format!(r#"{{"id":7,"method":"m","params":"{long}"}}"#);
        let last = format!(r#"{{"method":"m","params":"{long}","id":7}}"#);
        assert_eq!(id(&first, 24), Some(RequestId::Number(7)));
        assert_eq!(id(&last, 24), None);
    }
}
