//! Labels: Rust types whose values become the label values of a series.
//!
//! Derive [`Label`](derive@crate::Label) rather than implementing the trait. Which kind to choose:
//!
//! | kind | written as | values | storage |
//! |---|---|---|---|
//! | closed | an enum of unit variants | known to the compiler | an array; every series exists from the start |
//! | on demand | `#[label(on_demand)]` on such an enum | known to the compiler | a map; a series exists once it is used |
//! | fixed | `#[label(fixed)]` on a struct of a `&'static str` | written in the code | a map, resolved once |
//! | open | `#[label(open, limit = N)]` on a struct of a `String` | come from outside | a map with a budget |

use cryptofunk_metrics_catalog::descriptor::LabelValues;

/// A type that can be a label of a metric family.
///
/// ```
/// use cryptofunk_metrics::{Label, descriptor::LabelValues};
///
/// #[derive(Label, Clone, Copy)]
/// enum Side { Buy, Sell }
///
/// assert_eq!(Side::VALUES, LabelValues::Closed(&["buy", "sell"]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label",
    label = "not a label type",
    note = "a label says where its values come from: derive it with `#[derive(Label)]` on an enum (closed), or on a \
            struct with `#[label(fixed)]` around a `&'static str` or `#[label(open, limit = N)]` around a `String`"
)]
pub trait Label {
    /// Where the values come from.
    const VALUES: LabelValues;

    /// This value, as storage sees it.
    #[doc(hidden)]
    fn part(&self) -> Part<'_>;

    /// The text of this value, as it stands in the label.
    ///
    /// ```
    /// use cryptofunk_metrics::Label;
    ///
    /// #[derive(Label, Clone, Copy)]
    /// enum Side { Buy, Sell }
    ///
    /// assert_eq!(Side::Sell.label_value(), "sell");
    /// ```
    fn label_value(&self) -> &str {
        match (self.part(), Self::VALUES.known()) {
            (Part::Text(text), _) => text,
            (Part::Index(at), Some(values)) => values[at],
            (Part::Index(_), None) => "",
        }
    }
}

/// One label value on its way to a series.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// The position among the values of a closed label.
    Index(usize),
    /// The text of a fixed or open label.
    Text(&'a str),
}

/// The value that stands for every open value past the budget.
pub const OTHER: &str = "other";

/// The longest open value that is kept as it is, in bytes; longer ones are recorded as [`OTHER`].
pub const MAX_OPEN_VALUE_BYTES: usize = 128;
