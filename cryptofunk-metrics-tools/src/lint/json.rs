//! Texts of JSON with their places in a file.

use cryptofunk_metrics_query::{Located, Origin};
use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::{Array, Object, StringLit, Value},
    parse_to_ast,
};

/// A file of JSON, or a text of JSON in another file.
pub(super) struct Json<'t> {
    pub(super) text: &'t str,
    origin: Origin,
    /// Where its lines begin.
    lines: Vec<usize>,
}

/// Why a text is no JSON.
pub(super) struct JsonError {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) message: String,
}

impl<'t> Json<'t> {
    pub(super) fn new(text: &'t str, origin: Origin) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Json { text, origin, lines: std::iter::once(0).chain(breaks).collect() }
    }

    pub(super) fn parse(&self) -> Result<Option<Value<'t>>, JsonError> {
        let strict = ParseOptions {
            allow_comments: false,
            allow_loose_object_property_names: false,
            allow_trailing_commas: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        match parse_to_ast(self.text, &CollectOptions::default(), &strict) {
            Ok(parsed) => Ok(parsed.value),
            Err(error) => {
                let (line, column) = self.place(error.range().start);
                Err(JsonError { line, column, message: format!("this is no JSON: {}", error.kind()) })
            }
        }
    }

    /// The line and column of a byte, from 1.
    pub(super) fn place(&self, at: usize) -> (u64, u64) {
        let (line, column) = self.place_inside(at);
        self.origin.place(line, column)
    }

    fn place_inside(&self, at: usize) -> (u64, u64) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let before = self.text.get(self.lines[line - 1]..at).map_or(0, |before| before.chars().count());
        (line as u64, before as u64 + 1)
    }

    /// A string with its place.
    pub(super) fn located(&self, string: &StringLit<'_>) -> Located {
        let raw = self.text.get(string.range.start + 1..string.range.end.saturating_sub(1)).unwrap_or_default();
        let (line, column) = self.place_inside(string.range.start + 1);
        Located::json(&string.value, raw, line, column).moved(self.origin)
    }
}

pub(super) fn objects<'v, 'a>(array: Option<&'v Array<'a>>) -> impl Iterator<Item = &'v Object<'a>> {
    array.into_iter().flat_map(|array| array.elements.iter()).filter_map(Value::as_object)
}

/// The objects of an array, or those that an object has by name.
pub(super) fn members<'v, 'a>(of: &'v Object<'a>, key: &str) -> Vec<&'v Object<'a>> {
    match of.get(key).map(|property| &property.value) {
        Some(Value::Array(array)) => objects(Some(array)).collect(),
        Some(Value::Object(object)) => {
            object.properties.iter().filter_map(|property| property.value.as_object()).collect()
        }
        _ => Vec::new(),
    }
}

/// The object at the end of some keys.
pub(super) fn inner<'v, 'a>(of: &'v Object<'a>, keys: &[&str]) -> Option<&'v Object<'a>> {
    keys.iter().try_fold(of, |of, key| of.get_object(key))
}

pub(super) fn text(of: &Object<'_>, key: &str) -> String {
    of.get_string(key).map(|text| text.value.to_string()).unwrap_or_default()
}
