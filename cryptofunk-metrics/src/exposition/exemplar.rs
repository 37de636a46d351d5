//! Exemplars as OpenMetrics writes them behind the value of a sample.

use super::{escape, number};
use crate::{
    cell::arena::Slot,
    exemplar::store::{self, Recorded},
};

/// Writes ` # {trace_id="…"} 0.25 1700000000.123` if what counts in this word has an exemplar; its run may have none.
#[inline]
pub(super) fn of(run_has_exemplars: bool, word: Slot, out: &mut String) {
    if run_has_exemplars && let Some(newest) = store::newest(word) {
        write(&newest, out);
    }
}

fn write(newest: &Recorded, out: &mut String) {
    out.push_str(" # {");
    for (place, (name, value)) in newest.exemplar.labels().enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(name);
        out.push_str("=\"");
        escape::label_value(&value, out);
        out.push('"');
    }
    out.push_str("} ");
    number::float(newest.value, out);
    out.push(' ');
    number::unsigned(newest.at.as_secs(), out);
    out.push('.');
    out.push_str(&format!("{:03}", newest.at.subsec_millis()));
}
