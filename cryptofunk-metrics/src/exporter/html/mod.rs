//! Pages for people in the style of the page at `/`, for a page of yours in [`Exporter::home`](super::Exporter::home).
//!
//! A [`Document`] brings style and script with it. Its `Content-Security-Policy` lets a browser run and load nothing else. Write text with
//! [`Escaped`], values with [`Unit`], values over time with [`Plot`], and distributions with [`HeatStrip`].
//!
//! | in the body | shows |
//! |---|---|
//! | `<section>` with `<h2>` | a group, under a line |
//! | `class=cards` around `class=card` | figures side by side; `<b>` is the value, `<small>` what it is |
//! | `<div class=scroll>` around `<table>` | a table; `class=n` is a column of numbers, right-aligned, `class=s` one of short words; on a phone each row is a block, whose `data-h` name its cells |
//! | `class=good`, `class=bad` | a state, green or red |
//! | `id` and `data-live` | replaced by what a new page has there, every three seconds |
//!
//! ```
//! use cryptofunk_metrics::exporter::html::{Document, Escaped, Unit};
//!
//! let mut page = Document::new("shop");
//! let product = "<script>alert(1)</script>";
//! page.push(format_args!("<p id=sold data-live>{}: {} sold</p>", Escaped(product), Unit::Number.show(1234.0)));
//! let html = page.into_html();
//! assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;: 1,234 sold"));
//! ```

mod document;
mod escape;
mod plot;
mod unit;

pub use document::Document;
pub use escape::Escaped;
pub use plot::{HeatStrip, Plot};
pub use unit::Unit;
