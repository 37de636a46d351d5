//! Labels: Rust types whose values become the label values of a series.
//!
//! Derive [`Label`](derive@crate::Label) rather than implementing the trait. Which kind to choose:
//!
//! | kind | written as | values | storage |
//! |---|---|---|---|
//! | closed | an enum of unit variants, or `bool` | known to the compiler | an array; every series exists from the start |
//! | on demand | `#[label(on_demand)]` on such an enum | known to the compiler | a map; a series exists once it is used |
//! | fixed | `#[label(fixed)]` on a struct of a `&'static str` | written in the code | a map, resolved once |
//! | open | `#[label(open, limit = N)]` on a struct of a text or an integer | known at run time only | a map with a budget; past it, the value is `other` |
//!
//! An open label wraps a `String`, `Arc<str>`, `Rc<str>`, `Box<str>`, `Cow<str>`, a borrowed `&str`, or an integer of up to 64 bits. A
//! reference to a label is a label too. Finding an existing series allocates nothing, whatever the label wraps:
//!
//! ```
//! use std::sync::Arc;
//! use cryptofunk_metrics::{Label, metrics};
//!
//! #[derive(Label)]
//! #[label(open, limit = 100)]
//! struct Symbol<'a>(&'a str);
//!
//! #[derive(Label)]
//! #[label(open, limit = 100)]
//! struct Tenant(Arc<str>);
//!
//! #[derive(Label)]
//! #[label(open, limit = 16)]
//! struct Shard(u32);
//!
//! #[metrics(namespace = "doc", subsystem = "label")]
//! mod orders {
//!     /// Orders.
//!     pub fn placed_total(symbol: Symbol<'_>, tenant: &Tenant, shard: Shard, paid: bool) -> Counter;
//! }
//!
//! # fn main() {
//! let (line, tenant) = ("BTC 3", Tenant(Arc::from("acme")));
//! orders::placed_total(Symbol(&line[..3]), &tenant, Shard(7), true).inc();
//! let text = cryptofunk_metrics::encode_text();
//! assert!(text.contains(r#"placed_total{symbol="BTC",tenant="acme",shard="7",paid="true"} 1"#));
//! # }
//! ```

use std::{borrow::Cow, rc::Rc, sync::Arc};

use cryptofunk_metrics_catalog::descriptor::LabelValues;

use crate::intern::Interner;
pub use crate::intern::{MAX_OPEN_VALUE_BYTES, OTHER};

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
    note = "a label says where its values come from: it is a `bool`, or derives `Label` on an enum (closed), or on a struct with \
            `#[label(fixed)]` around a `&'static str` or `#[label(open, limit = N)]` around a text or an integer"
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
    ///
    /// The text of an integer is kept until the process ends. After 10,000 of them, further ones are [`OTHER`].
    fn label_value(&self) -> &str {
        static INTEGERS: Interner = Interner::new(10_000);
        match (self.part(), Self::VALUES.known()) {
            (Part::Text(text), _) => text,
            (Part::Index(at), Some(values)) => values[at],
            (Part::Index(_), None) => "",
            (part @ (Part::Unsigned(_) | Part::Signed(_)), _) => INTEGERS.get(part.text(&mut itoa::Buffer::new())),
        }
    }
}

impl Label for bool {
    const VALUES: LabelValues = LabelValues::Closed(&["false", "true"]);

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Index(usize::from(*self))
    }
}

impl<L: Label + ?Sized> Label for &L {
    const VALUES: LabelValues = L::VALUES;

    #[inline]
    fn part(&self) -> Part<'_> {
        L::part(self)
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
    /// The integer of an open label.
    Unsigned(u64),
    /// The integer of an open label.
    Signed(i64),
}

impl<'a> Part<'a> {
    /// The text of this value, unless it is a position; that of an integer is written into the buffer.
    #[inline]
    pub(crate) fn text<'b>(self, buffer: &'b mut itoa::Buffer) -> &'b str
    where
        'a: 'b,
    {
        match self {
            Part::Text(text) => text,
            Part::Unsigned(number) => buffer.format(number),
            Part::Signed(number) => buffer.format(number),
            Part::Index(_) => "",
        }
    }
}

/// What an open label may wrap.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an open label cannot wrap `{Self}`",
    label = "not a text or an integer",
    note = "an open label wraps a `String`, `&str`, `Arc<str>`, `Rc<str>`, `Box<str>`, `Cow<str>` or an integer of up to 64 bits; a \
            `bool` is a label by itself, and an enum is a closed label"
)]
pub trait OpenValue {
    fn part(&self) -> Part<'_>;
}

macro_rules! open_values {
    ($($ty:ty: $value:ident => $part:expr;)*) => {
        $(impl OpenValue for $ty {
            #[inline]
            fn part(&self) -> Part<'_> {
                let $value = self;
                $part
            }
        })*
    };
}

open_values! {
    String: text => Part::Text(text);
    &str: text => Part::Text(text);
    Arc<str>: text => Part::Text(text);
    Rc<str>: text => Part::Text(text);
    Box<str>: text => Part::Text(text);
    Cow<'_, str>: text => Part::Text(text);
    u8: number => Part::Unsigned(u64::from(*number));
    u16: number => Part::Unsigned(u64::from(*number));
    u32: number => Part::Unsigned(u64::from(*number));
    u64: number => Part::Unsigned(*number);
    usize: number => Part::Unsigned(*number as u64);
    i8: number => Part::Signed(i64::from(*number));
    i16: number => Part::Signed(i64::from(*number));
    i32: number => Part::Signed(i64::from(*number));
    i64: number => Part::Signed(*number);
    isize: number => Part::Signed(*number as i64);
}
