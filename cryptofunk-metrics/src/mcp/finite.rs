//! Finds numbers that JSON does not have.

use std::fmt::{self, Display};

use serde::{
    Serialize,
    ser::{self, Serializer},
};
use serde_json::Value;

/// Whether a value has a `null`, which can stand for a number that JSON does not have.
pub(super) fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        _ => false,
    }
}

/// Refuses a value with a NaN or an infinity.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), NotFinite> {
    value.serialize(Check)
}

/// A number that is none.
#[derive(Debug)]
pub(super) struct NotFinite {
    number: f64,
    /// Where it stands, innermost place first.
    path: Vec<String>,
}

impl NotFinite {
    fn at(mut self, place: impl Display) -> Self {
        self.path.push(place.to_string());
        self
    }
}

impl Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_empty() {
            true => f.write_str("the result")?,
            false => {
                let path: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
                write!(f, "the field `{}` of the result", path.join("."))?;
            }
        }
        write!(f, " is {}, which is no number in JSON", self.number)
    }
}

impl std::error::Error for NotFinite {}

impl ser::Error for NotFinite {
    // A value that cannot be written at all was refused before this looks at it.
    fn custom<T: Display>(_: T) -> Self {
        NotFinite { number: f64::NAN, path: Vec::new() }
    }
}

struct Check;

macro_rules! fine {
    ($($name:ident($ty:ty);)*) => {$(
        fn $name(self, _: $ty) -> Result<(), NotFinite> {
            Ok(())
        }
    )*};
}

impl Serializer for Check {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Places;
    type SerializeTuple = Places;
    type SerializeTupleStruct = Places;
    type SerializeTupleVariant = Places;
    type SerializeMap = Places;
    type SerializeStruct = Places;
    type SerializeStructVariant = Places;

    fine! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_unit_struct(&'static str);
    }

    fn serialize_f32(self, number: f32) -> Result<(), NotFinite> {
        self.serialize_f64(number.into())
    }
    fn serialize_f64(self, number: f64) -> Result<(), NotFinite> {
        if number.is_finite() { Ok(()) } else { Err(NotFinite { number, path: Vec::new() }) }
    }
    fn serialize_none(self) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_unit(self) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotFinite> {
        check(value)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), NotFinite> {
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NotFinite> {
        check(value)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotFinite> {
        check(value).map_err(|error| error.at(variant))
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Places, NotFinite> {
        Ok(Places::default())
    }
    fn serialize_tuple(self, _: usize) -> Result<Places, NotFinite> {
        Ok(Places::default())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Places, NotFinite> {
        Ok(Places::default())
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Places, NotFinite> {
        Ok(Places::of(variant))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Places, NotFinite> {
        Ok(Places::default())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Places, NotFinite> {
        Ok(Places::default())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Places, NotFinite> {
        Ok(Places::of(variant))
    }
}

/// The places inside a list, a map or a struct.
#[derive(Default)]
struct Places {
    variant: Option<&'static str>,
    /// How many there were, or the key of the one that comes.
    count: usize,
    key: String,
}

impl Places {
    fn of(variant: &'static str) -> Self {
        Places { variant: Some(variant), ..Places::default() }
    }

    fn next(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NotFinite> {
        let at = self.count;
        self.count += 1;
        self.field(&at.to_string(), value)
    }

    fn field(&self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), NotFinite> {
        check(value).map_err(|error| match self.variant {
            Some(variant) => error.at(name).at(variant),
            None => error.at(name),
        })
    }
}

macro_rules! listed {
    ($($trait:ident::$method:ident;)*) => {$(
        impl ser::$trait for Places {
            type Ok = ();
            type Error = NotFinite;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
                self.next(value)
            }
            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    )*};
}

listed! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

macro_rules! named {
    ($($trait:ident;)*) => {$(
        impl ser::$trait for Places {
            type Ok = ();
            type Error = NotFinite;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NotFinite> {
                self.field(name, value)
            }
            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    )*};
}

named! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Places {
    type Ok = ();
    type Error = NotFinite;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotFinite> {
        self.key = match serde_json::to_value(key) {
            Ok(Value::String(key)) => key,
            Ok(key) => key.to_string(),
            Err(_) => String::new(),
        };
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
        self.field(&self.key, value)
    }
    fn end(self) -> Result<(), NotFinite> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Serialize)]
    struct Report {
        ratio: f64,
        none: Option<f64>,
        days: Vec<Day>,
        more: BTreeMap<&'static str, f32>,
    }

    #[derive(Serialize)]
    enum Day {
        Plain(f64),
        Pair(f64, f64),
        Long { close: f64 },
    }

    fn told(days: Vec<Day>, ratio: f64, more: f32) -> String {
        let report = Report { ratio, none: None, days, more: BTreeMap::from([("beta", more)]) };
        assert!(has_null(&serde_json::to_value(&report).expect("it can be written")));
        check(&report).map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn the_field_is_named_wherever_the_number_stands() {
        assert_eq!(told(vec![Day::Plain(1.0)], 0.5, 0.5), "fine");
        assert_eq!(told(vec![], f64::NAN, 0.5), "the field `ratio` of the result is NaN, which is no number in JSON");
        for (day, path) in [
            (Day::Plain(f64::INFINITY), "days.1.Plain"),
            (Day::Pair(0.0, f64::INFINITY), "days.1.Pair.1"),
            (Day::Long { close: f64::INFINITY }, "days.1.Long.close"),
        ] {
            let text = told(vec![Day::Plain(0.0), day], 0.5, 0.5);
            assert_eq!(text, format!("the field `{path}` of the result is inf, which is no number in JSON"));
        }
        assert_eq!(
            told(vec![], 0.5, f32::NEG_INFINITY),
            "the field `more.beta` of the result is -inf, which is no number in JSON"
        );
        assert_eq!(check(&f64::NAN).unwrap_err().to_string(), "the result is NaN, which is no number in JSON");
    }
}
