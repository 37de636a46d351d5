//! A line that the SDK does not get, because it is too long or no message: what has to be known to answer it.

use std::{
    fmt,
    io::{self, BufRead, Cursor, Read},
};

use rmcp::model::{ErrorData, RequestId};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// How far a line is looked through for the id of its request, in multiples of the limit. Some clients write it last.
const LOOK_THROUGH: usize = 4;
/// What is told of a request that is none by the rules of JSON-RPC and MCP.
pub(super) const NO_MESSAGE: &str = "this is no message of JSON-RPC that MCP has";

/// A message that was not read.
#[derive(Debug, PartialEq)]
pub(super) enum RefusedLine {
    /// With the id of the request; nothing if it is none, or if it cannot be found.
    Long(Option<RequestId>),
    /// A request that the SDK would answer without its id, so that its client would wait for ever.
    NoMessage(RequestId),
}

/// Reads a line to its end without keeping it. `start` is what was read of it.
pub(super) fn read(start: Vec<u8>, input: &mut impl BufRead) -> io::Result<RefusedLine> {
    let look_through = (start.len() * (LOOK_THROUGH - 1)) as u64;
    let mut rest = UntilNewline { input, is_over: false };
    let message = Message::find(Cursor::new(start).chain(rest.by_ref().take(look_through)));
    io::copy(&mut rest, &mut io::sink())?;
    Ok(RefusedLine::Long(message.request()))
}

/// The id of a request that is malformed in its members: `"params": 5`, say.
pub(super) fn malformed_request(text: &[u8]) -> Option<RequestId> {
    let mut message = Message::default();
    serde_json::Deserializer::from_slice(text).deserialize_map(Members(&mut message)).ok()?;
    if message.is_fit() { None } else { message.request() }
}

impl RefusedLine {
    pub(super) fn error(&self, limit: usize) -> ErrorData {
        let message = match self {
            RefusedLine::Long(_) => {
                format!("the message is longer than {limit} bytes, the most that this server reads in one line")
            }
            RefusedLine::NoMessage(_) => NO_MESSAGE.to_owned(),
        };
        ErrorData::invalid_request(message, None)
    }

    pub(super) fn id(self) -> Option<RequestId> {
        match self {
            RefusedLine::Long(id) => id,
            RefusedLine::NoMessage(id) => Some(id),
        }
    }
}

/// What is found in a line. A response of the client has an id too, but it is the id of a request of ours.
#[derive(Default)]
struct Message {
    id: Option<RequestId>,
    /// Whether there is a method, and it is a text.
    method: Option<bool>,
    /// Whether `jsonrpc` is `2.0`.
    has_version: bool,
    has_wrong_params: bool,
}

impl Message {
    /// What was found before a mistake, or before the line was too long for this too, counts.
    fn find(json: impl Read) -> Self {
        let mut message = Message::default();
        let json = io::BufReader::new(json);
        let _ = serde_json::Deserializer::from_reader(json).deserialize_map(Members(&mut message));
        message
    }

    fn request(self) -> Option<RequestId> {
        self.id.filter(|_| self.method.is_some())
    }

    fn is_fit(&self) -> bool {
        self.method == Some(true) && self.has_version && !self.has_wrong_params
    }
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
                "jsonrpc" => self.0.has_version = members.next_value_seed(Kind)? == Value::Version,
                "method" => {
                    let method = members.next_value_seed(Kind)?;
                    self.0.method = Some(matches!(method, Value::Text | Value::Version));
                }
                "params" => {
                    let params = members.next_value_seed(Kind)?;
                    self.0.has_wrong_params = !matches!(params, Value::Object | Value::Null);
                }
                _ => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(())
    }
}

/// What a value is, as far as messages need it.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    Object,
    Null,
    Text,
    /// The text `2.0`.
    Version,
    Other,
}

/// Reads a value, and keeps what it is.
struct Kind;

impl<'de> DeserializeSeed<'de> for Kind {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kind {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(if text == "2.0" { Value::Version } else { Value::Text })
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other)
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
        found.id()
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
    fn a_malformed_request_is_found_by_its_id() {
        let id = |text: &str| malformed_request(text.as_bytes());
        let number = Some(RequestId::Number(7));
        for params in ["5", "-1", "0.5", "true", "\"x\"", "[{}]", "[]"] {
            assert_eq!(
                id(&format!(r#"{{"jsonrpc":"2.0","id":7,"method":"ping","params":{params}}}"#)),
                number,
                "{params}"
            );
            assert_eq!(
                id(&format!(r#"{{"params":{params},"method":"x/y","id":7,"jsonrpc":"2.0"}}"#)),
                number,
                "{params}"
            );
        }
        assert_eq!(id(r#"{"jsonrpc":"2.0","id":"a","method":5}"#), Some(RequestId::String("a".into())));
        assert_eq!(
            (id(r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#), id(r#"{"id":7,"method":"ping"}"#)),
            (number.clone(), number)
        );
        for fit in [
            r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":[1]}}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"2.0","params":null}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#,
            // Nobody waits for an answer to these.
            r#"{"jsonrpc":"2.0","method":"notifications/progress","params":5}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":5}"#,
            r#"{"jsonrpc":"2.0","id":{},"method":5}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":5"#,
            "[1]",
        ] {
            assert_eq!(id(fit), None, "{fit}");
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
