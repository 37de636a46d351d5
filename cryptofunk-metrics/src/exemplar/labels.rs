use std::{borrow::Cow, fmt::Write};

/// The most characters that the names and values of an exemplar's labels have, as OpenMetrics says.
const MOST: usize = 128;

/// Labels of a single observation that say where it comes from: a trace, a request, an order.
///
/// OpenMetrics shows the newest one of each counter and bucket, with its value and time. The classic text format has none. Prometheus
/// stores them with `--enable-feature=exemplar-storage`. With the feature `trace`, `Exemplar::current` names the current span, and the
/// library's own measurements get exemplars by themselves.
///
/// ```
/// use cryptofunk_metrics::{Exemplar, exposition::{Format, encode}, metrics};
///
/// #[metrics(namespace = "doc", subsystem = "exemplar")]
/// mod kitchen {
///     /// Time from order to plate.
///     #[metric(buckets = [60.0, 300.0])]
///     pub fn cooking_seconds() -> Histogram;
///     /// Orders that were burnt.
///     pub fn burnt_total() -> Counter;
/// }
///
/// kitchen::cooking_seconds().observe_with_exemplar(240.0, Exemplar::new([("order", "17")]));
/// kitchen::burnt_total().inc_with_exemplar(Exemplar::new([("order", "18")]));
///
/// let text = encode(Format::OpenMetrics);
/// assert!(text.contains(r#"doc_exemplar_cooking_seconds_bucket{le="300.0"} 1 # {order="17"} 240 "#), "{text}");
/// assert!(text.contains(r#"doc_exemplar_burnt_total 1 # {order="18"} 1 "#));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemplar(Labels);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Labels {
    Own(Box<[(Box<str>, Box<str>)]>),
    #[cfg_attr(not(feature = "trace"), allow(dead_code, reason = "spans make it"))]
    Span(SpanIds),
}

/// Which span of which trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SpanIds {
    pub(crate) trace: [u8; 16],
    pub(crate) span: [u8; 8],
}

impl Exemplar {
    /// An exemplar with these labels: names and values.
    ///
    /// `None` if a name is no valid label name, if two names are equal, or if names and values together exceed the 128 characters that
    /// OpenMetrics allows.
    ///
    /// ```
    /// use cryptofunk_metrics::Exemplar;
    ///
    /// assert!(Exemplar::new([("order", "17"), ("table", "window")]).is_some());
    /// assert!(Exemplar::new([("order", "17"), ("order", "18")]).is_none());
    /// assert!(Exemplar::new([("the order", "17")]).is_none());
    /// assert!(Exemplar::new([("order", &*"1".repeat(124))]).is_none());
    /// ```
    pub fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let labels: Box<[(Box<str>, Box<str>)]> =
            labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let characters: usize = labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        let are_names = labels
            .iter()
            .enumerate()
            .all(|(place, (name, _))| is_name(name) && labels[..place].iter().all(|(earlier, _)| earlier != name));
        (are_names && characters <= MOST).then_some(Exemplar(Labels::Own(labels)))
    }

    /// Of a span.
    #[cfg_attr(not(feature = "trace"), allow(dead_code, reason = "spans make it"))]
    pub(crate) fn of_span(span: SpanIds) -> Self {
        Exemplar(Labels::Span(span))
    }

    /// The span that it names, if it is that of one.
    #[cfg(feature = "otlp")]
    pub(crate) fn span(&self) -> Option<SpanIds> {
        match self.0 {
            Labels::Own(_) => None,
            Labels::Span(span) => Some(span),
        }
    }

    /// The labels, in the order in which they are exposed.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let (own, span) = match &self.0 {
            Labels::Own(own) => (&**own, None),
            Labels::Span(ids) => {
                (&[][..], Some([("trace_id", hex(&ids.trace).into()), ("span_id", hex(&ids.span).into())]))
            }
        };
        own.iter().map(|(name, value)| (&**name, Cow::Borrowed(&**value))).chain(span.into_iter().flatten())
    }
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_two_labels_within_the_limit() {
        let span =
            Exemplar::of_span(SpanIds { trace: *b"0123456789abcdef", span: [0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff] });
        let labels: Vec<_> = span.labels().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
        let expected = [("trace_id", "30313233343536373839616263646566"), ("span_id", "00010203fcfdfeff")];
        assert_eq!(labels, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= MOST);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        let umlauts = "ä".repeat(MOST - 1);
        assert!(Exemplar::new([("n", &*umlauts)]).is_some());
        assert!(Exemplar::new([("no", &*umlauts)]).is_none());
        assert!(Exemplar::new([]).is_some(), "OpenMetrics has exemplars without labels");
        for wrong in ["", "1st", "a-b", "ä", "trace id"] {
            assert_eq!(Exemplar::new([(wrong, "")]), None, "{wrong}");
        }
    }
}
