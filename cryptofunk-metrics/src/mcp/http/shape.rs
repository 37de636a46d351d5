//! The size of a JSON text in values, and its depth, found without keeping any of it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Levels of arrays and objects; serde_json reads a few more.
pub(super) const DEEPEST: usize = 120;

/// What a JSON text has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) values: usize,
    /// The `method` is `initialize`.
    pub(super) is_initialize: bool,
}

/// Why a JSON text is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    #[error("parse error: {0}")]
    NoJson(serde_json::Error),
    #[error("JSON is nested more than {DEEPEST} levels deep")]
    Deep,
    #[error("the body has more than {0} JSON values; send fewer at once")]
    Many(usize),
}

/// Reads a text of at most so many values.
pub(super) fn shape(text: &[u8], limit: usize) -> Result<Shape, Unfit> {
    let mut walk = Walk { shape: Shape::default(), limit, depth: 0, is_deep: false };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = (&mut walk).deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(walk.shape),
        Err(_) if walk.is_deep => Err(Unfit::Deep),
        Err(_) if walk.shape.values > limit => Err(Unfit::Many(limit)),
        Err(error) => Err(Unfit::NoJson(error)),
    }
}

struct Walk {
    shape: Shape,
    limit: usize,
    depth: usize,
    is_deep: bool,
}

impl Walk {
    fn enter<E: Error>(&mut self) -> Result<(), E> {
        self.depth += 1;
        self.is_deep = self.depth > DEEPEST;
        if self.is_deep { Err(E::custom("too deep")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        self.shape.values += 1;
        if self.shape.values > self.limit {
            return Err(D::Error::custom("too many values"));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        self.enter()?;
        while values.next_element_seed(&mut *self)?.is_some() {}
        self.depth -= 1;
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        self.enter()?;
        if self.depth == 1 {
            while let Some(is_method) = fields.next_key_seed(Is("method"))? {
                match is_method {
                    true => self.shape.is_initialize = fields.next_value_seed(Is("initialize"))?,
                    false => fields.next_value_seed(&mut *self)?,
                }
            }
        } else {
            while fields.next_key::<IgnoredAny>()?.is_some() {
                fields.next_value_seed(&mut *self)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }
}

/// Whether a text is this one.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        Ok(text == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Shape, Unfit> {
        shape(text.as_bytes(), 10)
    }

    #[test]
    fn values_are_counted_and_the_method_is_read() {
        let shape = of(r#"{"id": 1, "method": "initialize", "params": {"a": [1, null, -2.5, "x"], "method": "b"}}"#);
        assert_eq!(shape.expect("JSON"), Shape { values: 9, is_initialize: true });
        assert!(!of(r#"{"params": {"method": "initialize"}}"#).expect("JSON").is_initialize);
        assert!(matches!(of("[1,1,1,1,1,1,1,1,1,1]"), Err(Unfit::Many(10))));
    }

    #[test]
    fn what_serde_json_cannot_read_is_refused() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(shape(nested(DEEPEST).as_bytes(), 1000).is_ok());
        assert!(serde_json::from_str::<serde_json::Value>(&nested(DEEPEST)).is_ok());
        assert!(matches!(shape(nested(DEEPEST + 1).as_bytes(), 1000), Err(Unfit::Deep)));
        assert!(matches!(shape("[".repeat(1_000_000).as_bytes(), 1000), Err(Unfit::Deep)));
        for text in ["", "{", "[1] 2", "nonsense", r#"{"method": 5}"#] {
            assert!(matches!(of(text), Err(Unfit::NoJson(_))), "{text}");
        }
    }
}
